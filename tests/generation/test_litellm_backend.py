"""The real litellm against a server that fails on demand."""

from __future__ import annotations

import asyncio
import importlib.util
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.core.completion import Completion, CompletionRequest, SamplingParams
from pytest_codeeval.core.ending import Ending, ending_of
from pytest_codeeval.core.errors import BackendError, UsageError
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.backends.litellm.backend import LiteLLMBackend
from pytest_codeeval.generation.modelnames import asked_with, resolve
from pytest_codeeval.generation.modelspec import ModelSpec
from tests.servers.process import FaultyServer
from tests.servers.worded import Reply, WordedServer

KEY = "sk-not-a-real-key-0123456789"
PROMPT, ANSWER = "add two", "```python\ndef add(a, b):\n    return a + b\n```"
ANSWERS = [{"prompt": PROMPT, "response": ANSWER}]
VARIABLES = ("OPENAI_API_KEY", "DASHSCOPE_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key for the test's own server, and none for anybody else's."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CODEEVAL_API_KEY", KEY)


def request(spec: ModelSpec, sample: int = 0, **params: Any) -> CompletionRequest:
    """Make a request for the model of a spec."""
    message = {"role": "user", "content": PROMPT}
    return CompletionRequest("litellm", spec.model, (message,), SamplingParams(**params), sample, spec.endpoint)


def ask(server: FaultyServer | str, *, sample: int = 0, timeout: float = 20.0, **params: Any) -> Completion:
    """Ask a server through litellm."""
    spec = resolve("litellm:tiny", endpoint=server if isinstance(server, str) else server.base_url)
    backend = LiteLLMBackend(spec, timeout)
    (answer,) = asyncio.run(backend.generate([request(spec, sample, **params)]))
    if isinstance(answer, BackendError):
        raise answer
    return answer


def failure(folder: Path, kind: str, **options: Any) -> BackendError:
    """Ask a server that fails in one way, and return what came of it."""
    timeout = options.pop("timeout", 20.0)
    with FaultyServer(folder, ANSWERS, f"{kind}:1", **options) as server, pytest.raises(BackendError) as caught:
        ask(server, timeout=timeout)
    assert len(server.requests()) == 1  # retries are the service's
    assert KEY not in str(caught.value)
    return caught.value


def test_an_answer_comes_with_its_figures(tmp_path: Path) -> None:
    with FaultyServer(tmp_path, ANSWERS) as server:
        completion = ask(server)
    assert (completion.text, completion.finish_reason, completion.cost) == (ANSWER, "stop", None)
    assert completion.prompt_tokens == 2
    assert completion.completion_tokens == (len(ANSWER) + 3) // 4
    assert completion.seconds > 0


def test_the_sampling_is_passed_on(tmp_path: Path) -> None:
    with FaultyServer(tmp_path, ANSWERS) as server:
        ask(server, sample=2, temperature=0.7, top_p=0.9, max_tokens=99, seed=40)
        (sent,) = server.requests()
    asked = {name: sent[name] for name in ("model", "temperature", "top_p", "max_tokens", "n")}
    assert asked == {"model": "tiny", "temperature": 0.7, "top_p": 0.9, "max_tokens": 99, "n": None}
    assert sent["messages"] == [{"role": "user", "content": PROMPT}]
    assert sent["seed"] == 42  # its own for each sample
    assert sent["authorization_present"]


def test_what_is_left_to_the_model_is_not_sent(tmp_path: Path) -> None:
    with FaultyServer(tmp_path, ANSWERS) as server:
        ask(server, temperature=None, max_tokens=None)
        (sent,) = server.requests()
    assert [sent[name] for name in ("temperature", "top_p", "max_tokens", "seed")] == [None] * 4


def test_the_key_reaches_the_server(tmp_path: Path) -> None:
    with FaultyServer(tmp_path, ANSWERS, require_key=KEY) as server:
        assert ask(server).text == ANSWER


def test_a_local_server_needs_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CODEEVAL_API_KEY")
    with FaultyServer(tmp_path, ANSWERS) as server:
        assert ask(server).text == ANSWER


@pytest.mark.parametrize(
    ("kind", "text", "finish"), [("length", ANSWER[: len(ANSWER) // 2], "length"), ("null", "", "stop")]
)
def test_a_poor_answer_is_an_answer_all_the_same(tmp_path: Path, kind: str, text: str, finish: str) -> None:
    with FaultyServer(tmp_path, ANSWERS, f"{kind}:1") as server:
        completion = ask(server)
    assert (completion.text, completion.finish_reason) == (text, finish)


@pytest.mark.parametrize("kind", ["500", "503"])
def test_a_server_in_trouble_may_be_asked_again(tmp_path: Path, kind: str) -> None:
    error = failure(tmp_path, kind)
    assert (error.status, error.retryable, error.fatal) == (int(kind), True, False)
    assert f"tiny could not be asked (status {kind}): " in str(error)
    assert "The server had an error" in str(error)


def test_a_busy_server_says_when_to_come_back(tmp_path: Path) -> None:
    error = failure(tmp_path, "429", retry_after=7)
    assert (error.status, error.retryable, error.retry_after, error.fatal) == (429, True, 7.0, False)
    assert "Rate limit reached" in str(error)


def test_a_refused_key_is_fatal_and_says_what_to_check(tmp_path: Path) -> None:
    error = failure(tmp_path, "refuse401")
    assert (error.status, error.retryable, error.fatal) == (401, False, True)
    assert "check the key in" in str(error)


@pytest.mark.parametrize("kind", ["garbage", "empty", "nochoices", "cut", "die"])
def test_what_is_no_answer_may_be_asked_again(tmp_path: Path, kind: str) -> None:
    error = failure(tmp_path, kind)
    assert (error.status, error.retryable, error.fatal) == (None, True, False)


def test_an_answer_that_takes_too_long_may_be_asked_again(tmp_path: Path) -> None:
    start = time.monotonic()
    error = failure(tmp_path, "hang", timeout=0.5)
    assert time.monotonic() - start < 10
    assert (error.retryable, error.fatal) == (True, False)


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    with FaultyServer(tmp_path) as server:
        url = server.base_url
    with pytest.raises(BackendError, match=f"is the server at {url} up") as caught:
        ask(url)
    assert (caught.value.status, caught.value.retryable, caught.value.fatal) == (None, True, False)


def test_a_wrong_address_is_fatal(tmp_path: Path) -> None:
    with FaultyServer(tmp_path) as server, pytest.raises(BackendError, match="--base-url") as caught:
        ask(server.base_url + "/nowhere/v2")
    assert (caught.value.status, caught.value.fatal) == (404, True)


def test_it_is_a_backend() -> None:
    assert isinstance(LiteLLMBackend(resolve("litellm:tiny", endpoint="http://127.0.0.1:1/v1")), ModelBackend)


def test_without_litellm_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(
        UsageError, match=r"needs litellm, which is not installed: pip install 'pytest-codeeval\[litellm\]'"
    ):
        LiteLLMBackend(resolve("litellm:dashscope/qwen-turbo"))


@pytest.mark.parametrize(
    ("model", "variables"),
    [
        ("gpt-4o", "OPENAI_API_KEY"),
        ("claude-sonnet-4", "ANTHROPIC_API_KEY"),
        ("gemini-2.5-pro", "GEMINI_API_KEY or GOOGLE_API_KEY"),
    ],
)
def test_a_missing_key_is_named_before_anything_is_asked(model: str, variables: str) -> None:
    with pytest.raises(UsageError, match=f"--model={model} needs a key in the environment: set {variables}"):
        LiteLLMBackend(resolve(model))


def test_the_key_of_another_provider_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with pytest.raises(UsageError, match="DASHSCOPE_API_KEY"):
        LiteLLMBackend(resolve("litellm:dashscope/qwen-turbo"))


def test_a_key_that_the_server_repeats_does_not_reach_the_message(tmp_path: Path) -> None:
    with FaultyServer(tmp_path) as server, pytest.raises(BackendError, match=r"no such route: .*\[key\]") as caught:
        ask(f"{server.base_url}/{KEY}")
    assert KEY not in str(caught.value)


def test_what_an_answer_can_cost_is_in_the_price_list() -> None:
    spec = resolve("litellm:dashscope/qwen-turbo", endpoint="http://127.0.0.1:1/v1")
    backend = LiteLLMBackend(spec)
    assert 0 < (backend.cost_at_most(request(spec, max_tokens=1024)) or 0) < 0.01
    called = {"role": "assistant", "content": None, "tool_calls": [{"function": {"arguments": "x" * 3000}}]}
    longer = replace(request(spec, max_tokens=1024), messages=(called,))
    assert (backend.cost_at_most(longer) or 0) > (backend.cost_at_most(request(spec, max_tokens=1024)) or 0)
    unknown = resolve("litellm:tiny", endpoint="http://127.0.0.1:1/v1")
    assert LiteLLMBackend(unknown).cost_at_most(request(unknown)) is None


def test_the_key_may_be_in_a_variable_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = asked_with(resolve("litellm:groq/x"), (("api_key_env", "MINE"),), "auto")
    with pytest.raises(UsageError, match="MINE is not set"):
        LiteLLMBackend(spec)
    monkeypatch.setenv("MINE", KEY)
    LiteLLMBackend(spec)
    with pytest.raises(UsageError, match="no such setting"):
        LiteLLMBackend(asked_with(resolve("litellm:groq/x"), (("top_k", "1"),), "auto"))


def anthropics(reason: str) -> Reply:
    """An answer in Anthropic's own protocol."""
    about = {"id": "x", "type": "message", "role": "assistant", "model": "m"}
    usage = {"input_tokens": 3, "output_tokens": 4}
    return Reply({**about, "content": [{"type": "text", "text": "half"}], "stop_reason": reason, "usage": usage})


def googles(reason: str) -> Reply:
    """An answer in Google's own protocol."""
    content = {"role": "model", "parts": [{"text": "half"}]}
    usage = {"promptTokenCount": 3, "candidatesTokenCount": 4, "totalTokenCount": 7}
    return Reply({"candidates": [{"content": content, "finishReason": reason, "index": 0}], "usageMetadata": usage})


@pytest.mark.parametrize(
    ("model", "reply", "ending"),
    [
        ("anthropic/claude-x", anthropics("end_turn"), Ending.COMPLETE),
        ("anthropic/claude-x", anthropics("model_context_window_exceeded"), Ending.CUT_SHORT),
        ("anthropic/claude-x", anthropics("refusal"), Ending.REFUSED),
        ("anthropic/claude-x", anthropics("pause_turn"), None),
        ("gemini/gemini-x", googles("STOP"), Ending.COMPLETE),
        ("gemini/gemini-x", googles("MAX_TOKENS"), Ending.CUT_SHORT),
        ("gemini/gemini-x", googles("SAFETY"), Ending.REFUSED),
        ("gemini/gemini-x", Reply({"promptFeedback": {"blockReason": "SAFETY"}}), Ending.REFUSED),
        ("gemini/gemini-x", googles("OTHER"), None),
    ],
)
def test_the_words_of_other_protocols_are_read_untranslated(model: str, reply: Reply, ending: Ending | None) -> None:
    with WordedServer(reply) as server:
        spec = resolve(f"litellm:{model}", endpoint=server.base_url.removesuffix("/v1"))
        (found,) = asyncio.run(LiteLLMBackend(spec, 20.0).generate([request(spec)]))
    if ending is None:
        assert isinstance(found, BackendError)
        assert found.retryable
    else:
        assert isinstance(found, Completion)
        assert ending_of(found.finish_reason) is ending


def test_a_bound_has_one_of_two_names() -> None:
    with pytest.raises(UsageError, match="max_tokens_field=x: say max_tokens or max_completion_tokens"):
        LiteLLMBackend(asked_with(resolve("litellm:groq/x"), (("max_tokens_field", "x"),), "auto"))
