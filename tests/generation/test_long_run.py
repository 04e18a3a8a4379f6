"""Hundreds of requests to servers of which one in twenty goes wrong: all are answered, and none is asked in vain."""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from pytest_codeeval.core.completion import CompletionRequest, SamplingParams
from pytest_codeeval.generation.modelnames import resolve
from pytest_codeeval.generation.store import CompletionStore
from tests.generation.served import served
from tests.servers.dashscope import DashScopeServer
from tests.servers.process import FaultyServer

QUESTIONS = [f"<question {number}>" for number in range(300)]
ANSWERS = {question: f"answer to {question}" for question in QUESTIONS}
# Long enough for an answer that waits for a busy core: only those that are slow on purpose may miss it.
DEADLINE = 4.0
# Each in its turn; "slow" and "hang" outlast the deadline, and so are few.
OPENAI_FAULTS = ("429", "500", "503", "cut", "garbage", "empty", "nochoices", "429", "500", "503", "cut", "slow")
DASHSCOPE_FAULTS = (
    *("throttled", "tokens", "internal", "html", "garbage", "empty", "nochoices", "cut", "timeout"),
    *("drop", "throttled", "hang"),
)
EVERY, FIRST = 20, 7


class Server(Protocol):
    """What the test knows of a server."""

    base_url: str

    def log(self) -> list[tuple[str, str | None]]:
        """Each request so far: its question, and the fault that it met."""
        ...


class OpenAIServer:
    """Speaks OpenAI's protocol, in a process of its own."""

    def __init__(self, server: FaultyServer) -> None:
        self._server = server
        self.base_url = server.base_url

    def log(self) -> list[tuple[str, str | None]]:
        return [(sent["messages"][-1]["content"], sent["fault"]) for sent in self._server.requests()]


class NativeServer:
    """Speaks DashScope's own protocol."""

    def __init__(self, server: DashScopeServer) -> None:
        self._server = server
        self.base_url = server.base_url

    def log(self) -> list[tuple[str, str | None]]:
        return [(sent["input"]["messages"][0]["content"], sent["fault"]) for sent in self._server.requests]


@contextmanager
def server_of(backend: str, folder: Path) -> Iterator[Server]:
    """Start the server that a backend speaks to; one in EVERY of its requests goes wrong, as told above."""
    if backend == "dashscope":

        def fault(number: int) -> str | None:
            return DASHSCOPE_FAULTS[number // EVERY % len(DASHSCOPE_FAULTS)] if number % EVERY == FIRST else None

        with DashScopeServer(ANSWERS, fault, retry_after=0.01) as native:
            yield NativeServer(native)
    else:
        numbers = range(FIRST, 2 * len(QUESTIONS), EVERY)
        kinds = (OPENAI_FAULTS[number // EVERY % len(OPENAI_FAULTS)] for number in numbers)
        faults = ",".join(f"{kind}@{number}" for kind, number in zip(kinds, numbers, strict=True))
        rows = [{"prompt": question, "response": answer} for question, answer in ANSWERS.items()]
        with FaultyServer(folder, rows, faults, slow_seconds=60.0, retry_after=0.01) as compatible:
            yield OpenAIServer(compatible)


@pytest.mark.parametrize(
    ("model", "library"),
    [("openai:tiny", "aiohttp"), ("litellm:openai/tiny", "litellm"), ("dashscope:qwen-plus", "dashscope")],
)
def test_hundreds_of_requests_with_faults_are_each_answered_once(
    model: str, library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"needs {library}")
    for name in ("CODEEVAL_API_KEY", "DASHSCOPE_API_KEY"):
        monkeypatch.setenv(name, "sk-not-a-real-key-0123456789")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with server_of(model.partition(":")[0], tmp_path) as server:
        spec = resolve(model, endpoint=server.base_url)
        requests = [
            CompletionRequest(
                spec.backend, spec.model, ({"role": "user", "content": question},), SamplingParams(), 0, spec.endpoint
            )
            for question in QUESTIONS
        ]
        with served(spec, tmp_path, DEADLINE) as service:
            found = service.complete(requests)
        log = server.log()
    assert [completion.text for completion in found] == list(ANSWERS.values())
    faults = Counter(fault for _, fault in log if fault is not None)
    assert Counter(question for question, fault in log if fault is None) == Counter(QUESTIONS)
    assert len(log) == len(QUESTIONS) + faults.total()
    assert faults.total() >= len(QUESTIONS) // EVERY
    assert set(faults) == set(DASHSCOPE_FAULTS if spec.backend == "dashscope" else OPENAI_FAULTS)
    store = CompletionStore(tmp_path)
    try:
        assert all(store.get(request) is not None for request in requests)
    finally:
        store.close()
