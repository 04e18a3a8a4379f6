"""The direct client for OpenAI-compatible servers, against a server that fails on demand."""

from __future__ import annotations

import asyncio
import importlib.util
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.core.completion import Completion, CompletionRequest, Form, SamplingParams
from pytest_codeeval.core.errors import BackendError, UsageError
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.backends.openai import body
from pytest_codeeval.generation.backends.openai.answer import completions_of
from pytest_codeeval.generation.backends.openai.backend import OpenAIBackend
from pytest_codeeval.generation.backends.openai.fault import refusal, wish
from pytest_codeeval.generation.modelnames import asked_with, resolve
from tests.servers.process import FaultyServer

if importlib.util.find_spec("aiohttp") is None:
    pytest.skip("needs pytest-codeeval[openai]", allow_module_level=True)

KEY = "sk-not-a-real-key-0123456789"
PROMPT, ANSWER = "add two", "```python\ndef add(a, b):\n    return a + b\n```"
ANSWERS = [{"prompt": PROMPT, "response": ANSWER}, {"prompt": PROMPT, "response": "another"}]
HALF = ANSWER[: len(ANSWER) // 2]
HERE = "http://127.0.0.1:1/v1"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key for the test's own server, and none for anybody else's."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("CODEEVAL_API_KEY", KEY)


def backend(url: str = HERE, mode: str = "chat", timeout: float = 20.0, **args: str) -> OpenAIBackend:
    """Make a backend with these settings."""
    return OpenAIBackend(asked_with(resolve("openai:tiny", endpoint=url), tuple(args.items()), mode), timeout)


def samples(count: int = 1, **params: Any) -> list[CompletionRequest]:
    """Make requests for samples of one problem."""
    message = {"role": "user", "content": PROMPT}
    first = CompletionRequest("openai", "tiny", (message,), SamplingParams(**params))
    return [replace(first, sample_index=index) for index in range(count)]


def ask_for(asked: OpenAIBackend, *calls: Sequence[CompletionRequest]) -> list[list[Completion | None]]:
    """Make these calls at once, and hang up."""

    async def main() -> list[list[Completion | None]]:
        try:
            return await asyncio.gather(*map(asked.generate, calls))
        finally:
            await asked.aclose()

    return asyncio.run(main())


def ask(server: FaultyServer, *, mode: str = "chat", timeout: float = 20.0, **params: Any) -> Completion:
    """Ask a server for one sample."""
    (answer,) = ask_for(backend(server.base_url, mode, timeout), samples(**params))[0]
    assert answer is not None
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
    with FaultyServer(tmp_path, ANSWERS, require_key=KEY) as server:
        completion = ask(server)
    assert (completion.text, completion.finish_reason, completion.form) == (ANSWER, "stop", Form.CHAT)
    assert completion.prompt_tokens and completion.completion_tokens and completion.seconds > 0
    assert completion.cost is None


def test_what_was_asked_is_sent_and_nothing_else(tmp_path: Path) -> None:
    with FaultyServer(tmp_path, ANSWERS) as server:
        asked = backend(server.base_url, top_k="5", extra_body='{"a": 1}', enable_thinking="false")
        ask_for(asked, samples(2, temperature=0.8, top_p=0.9, max_tokens=7, seed=40, stop=("END",))[1:])
        (request,) = server.requests()
    names = ("model", "temperature", "top_p", "max_tokens", "seed", "stop", "n")
    assert [request[name] for name in names] == ["tiny", 0.8, 0.9, 7, 41, ["END"], None]
    assert request["more"] == {"top_k": 5, "a": 1, "chat_template_kwargs": {"enable_thinking": False}}


def test_a_base_model_continues_the_prompt(tmp_path: Path) -> None:
    raw = replace(samples()[0], mode="completion", prompt=f"# {PROMPT}\ndef f():\n", prompt_stop=("\ndef ",))
    with FaultyServer(tmp_path, ANSWERS) as server:
        (answer,) = ask_for(backend(server.base_url, "completion"), [raw])[0]
        (request,) = server.requests()
    assert answer is not None
    assert (answer.text, answer.form) == (ANSWER, Form.CONTINUATION)
    assert (request["prompt"], request["stop"], request["messages"]) == (raw.prompt, ["\ndef "], [])


def test_several_samples_come_by_one_request(tmp_path: Path) -> None:
    with FaultyServer(tmp_path, ANSWERS) as server:
        found = ask_for(backend(server.base_url), samples(4))[0]
        (request,) = server.requests()
    assert [answer and answer.text for answer in found] == [ANSWER, "another"] * 2
    assert request["n"] == 4
    assert len({answer.prompt_tokens for answer in found if answer}) <= 2  # the prompt was paid for once


@pytest.mark.parametrize(("many", "requests"), [("ignore", 1), ("refuse", 2)])
def test_a_server_that_gives_one_at_a_time_is_found_out(tmp_path: Path, many: str, requests: int) -> None:
    with FaultyServer(tmp_path, ANSWERS, many=many) as server:
        asked = backend(server.base_url)
        assert asked.samples_at_once > 1
        found = ask_for(asked, samples(3))[0]
        assert len(server.requests()) == requests
    assert [answer and answer.text for answer in found] == [ANSWER, None, None]
    assert asked.samples_at_once == 1


def test_samples_at_once_can_be_set() -> None:
    assert backend(samples_at_once="1").samples_at_once == 1


def test_a_slow_server_is_asked_many_at_once_over_kept_connections(tmp_path: Path) -> None:
    with FaultyServer(tmp_path, ANSWERS, latency=0.3) as server:
        ask_for(backend(server.base_url), *[samples()] * 256)
        assert max(request["in_flight"] for request in server.requests()) == 256


@pytest.mark.parametrize(
    ("kind", "status", "retryable", "fatal"),
    [
        ("429", 429, True, False),
        ("500", 500, True, False),
        ("503", 503, True, False),
        ("refuse401", 401, False, True),
        ("garbage", None, True, False),
        ("empty", None, True, False),
        ("nochoices", None, True, False),
        ("cut", None, True, False),
        ("die", None, True, False),
    ],
)
def test_each_fault_is_what_it_is(tmp_path: Path, kind: str, status: int | None, retryable: bool, fatal: bool) -> None:
    error = failure(tmp_path, kind)
    assert (error.status, error.retryable, error.fatal) == (status, retryable, fatal)


def test_the_servers_wish_to_wait_is_read(tmp_path: Path) -> None:
    assert failure(tmp_path, "429", retry_after=7).retry_after == 7


def test_a_server_that_hangs_is_given_up(tmp_path: Path) -> None:
    error = failure(tmp_path, "hang", timeout=0.3)
    assert "did not answer within 0.3 s; raise --request-timeout" in str(error)
    assert error.retryable


def test_an_answer_without_an_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "LARGEST", 64)
    with FaultyServer(tmp_path, ANSWERS) as server, pytest.raises(BackendError, match="sent an answer of more than"):
        ask(server)


@pytest.mark.parametrize(
    ("kind", "text", "reason"), [("null", "", "stop"), ("length", ANSWER[: len(ANSWER) // 2], "length")]
)
def test_a_poor_answer_is_an_answer_all_the_same(tmp_path: Path, kind: str, text: str, reason: str) -> None:
    with FaultyServer(tmp_path, ANSWERS, f"{kind}:1") as server:
        answer = ask(server)
    assert (answer.text, answer.finish_reason) == (text, reason)


def test_a_bad_key_is_named_by_its_variable(tmp_path: Path) -> None:
    with FaultyServer(tmp_path, require_key="another") as server, pytest.raises(BackendError) as caught:
        ask(server)
    assert "; check the key in CODEEVAL_API_KEY" in str(caught.value)


def test_a_wrong_address_is_fatal(tmp_path: Path) -> None:
    with FaultyServer(tmp_path) as server, pytest.raises(BackendError, match="most end in /v1") as caught:
        ask_for(backend(f"{server.base_url}/nowhere/v2"), samples())
    assert (caught.value.status, caught.value.fatal) == (404, True)


def test_nobody_at_home_says_so() -> None:
    with pytest.raises(BackendError, match=f"is the server at {HERE} up") as caught:
        ask_for(backend(), samples())
    assert caught.value.retryable
    assert not caught.value.fatal


def test_a_key_that_the_server_repeats_does_not_reach_the_message(tmp_path: Path) -> None:
    with FaultyServer(tmp_path) as server, pytest.raises(BackendError, match=r"no such route: .*\[key\]") as caught:
        ask_for(backend(f"{server.base_url}/{KEY}"), samples())
    assert KEY not in str(caught.value)


def test_it_is_a_backend() -> None:
    assert isinstance(backend(), ModelBackend)


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"needs aiohttp, .* pip install 'pytest-codeeval\[openai\]'"):
        backend()


def test_openai_itself_needs_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CODEEVAL_API_KEY")
    with pytest.raises(UsageError, match="--model=tiny needs a key .*: set CODEEVAL_API_KEY or OPENAI_API_KEY"):
        backend("")
    backend()  # a server of one's own needs none
    with pytest.raises(UsageError, match="set MINE"):
        backend(api_key_env="MINE")


def test_openais_key_goes_to_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CODEEVAL_API_KEY")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with FaultyServer(tmp_path, ANSWERS) as server:
        ask(server)
        ask_for(backend(server.base_url, api_key_env="OPENAI_API_KEY"), samples())
        assert [request["authorization_present"] for request in server.requests()] == [False, True]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"topk": "5"}, r"no such setting \(did you mean 'top_k'\?\)"),
        ({"top_k": "x"}, "top_k=x has to be a whole number"),
        ({"min_p": "x"}, "min_p=x has to be a number"),
        ({"enable_thinking": "maybe"}, "enable_thinking=maybe has to be true or false"),
        ({"extra_body": "[]"}, r"extra_body=\[\] has to be a JSON object"),
        ({"input_price": "-1"}, "input_price=-1 has to be a number from 0"),
        ({"input_price": "1"}, "input_price and output_price .* go together"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(args: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        backend(**args)


def test_with_prices_the_cost_is_known(tmp_path: Path) -> None:
    with FaultyServer(tmp_path, ANSWERS) as server:
        asked = backend(server.base_url, input_price="1", output_price="10")
        (answer,) = ask_for(asked, samples())[0]
    assert answer is not None and answer.prompt_tokens and answer.completion_tokens
    assert answer.cost == pytest.approx((answer.prompt_tokens + 10 * answer.completion_tokens) / 1e6)
    assert (asked.cost_at_most(samples()[0]) or 0) > answer.cost
    called = {"role": "assistant", "content": None, "tool_calls": [{"function": {"arguments": "x" * 3000}}]}
    longer = replace(samples()[0], messages=(*samples()[0].messages, called))
    more = (asked.cost_at_most(longer) or 0) - (asked.cost_at_most(samples()[0]) or 0)
    assert more == pytest.approx(1500 / 1e6, rel=0.1)
    assert (asked.cost_at_most(replace(longer, tools=("y" * 3000,))) or 0) > (
        asked.cost_at_most(longer) or 0
    ) + more / 2
    assert backend().cost_at_most(samples()[0]) is None


def answer_with(message: Any, **choice: Any) -> bytes:
    return json.dumps({"choices": [{"message": message, **choice}]}).encode()


def test_thinking_is_kept_apart() -> None:
    (named,) = completions_of(answer_with({"content": "a", "reasoning_content": "hm"}), False, 1.0)
    assert (named.text, named.reasoning) == ("a", "hm")
    parts = [{"type": "thinking", "thinking": [{"text": "hm"}]}, {"type": "text", "text": "a"}]
    (in_parts,) = completions_of(answer_with({"content": parts}), False, 1.0)
    assert (in_parts.text, in_parts.reasoning) == ("a", "hm")


def test_choices_are_taken_in_their_order() -> None:
    body = {"choices": [{"index": 1, "text": "b"}, {"index": 0, "text": "a"}], "usage": {"completion_tokens": 3}}
    found = completions_of(json.dumps(body).encode(), True, 1.0)
    assert [(one.text, one.completion_tokens) for one in found] == [("a", 2), ("b", 1)]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'"x"',
        b"{}",
        b'{"choices": {}}',
        b'{"choices": [1]}',
        b'{"error": {"message": "m"}}',
        b"[" * 100000,
        answer_with(None),
        answer_with("x"),
        b"\xff",
    ],
    ids=range(12),
)
def test_what_is_no_answer_may_be_asked_again(body: bytes) -> None:
    try:
        (found,) = completions_of(body, False, 1.0)
    except BackendError as error:
        found = error
    assert isinstance(found, BackendError)
    assert found.retryable
    assert len(str(found)) < 1000


@pytest.mark.parametrize("usage", [None, 1, {}, {"prompt_tokens": "1"}, {"completion_tokens": -1}, {"x": True}])
def test_usage_that_is_none_is_unknown(usage: object) -> None:
    body = {"choices": [{"message": {"content": "a"}}], "usage": usage}
    (found,) = completions_of(json.dumps(body).encode(), False, 1.0)
    assert (found.prompt_tokens, found.completion_tokens) == (None, None)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "2"}, 2.0),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after": "x"}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "Fri, 01 Jan 2100 00:00:00 GMT"}, pytest.approx(2.3e9, rel=0.5)),
        ({"retry-after": "Fri, 01 Jan 1999 00:00:00 GMT"}, None),
    ],
    ids=str,
)
def test_a_wish_to_wait_comes_in_several_forms(headers: dict[str, str], seconds: float | None) -> None:
    assert wish(headers) == seconds


@pytest.mark.parametrize(
    ("status", "body", "said", "fatal"),
    [
        (429, b'{"error": {"message": "slow down"}}', "lower --concurrency, or set --rpm", False),
        (429, b'{"error": {"message": "x", "code": "insufficient_quota"}}', "no credit", True),
        (402, b"", "no credit", True),
        (400, b'{"error": {"message": "maximum context length is 8"}}', "lower --max-tokens", False),
        (400, b'{"detail": "bad"}', "bad", False),
        (403, b'{"error": "no"}', "may not use this model", False),
        (307, b"", "sends elsewhere, to 'https://there/v1'", True),
        (418, b"<html>" + b"x" * 10_000, "<html>", False),
    ],
)
def test_a_refusal_says_what_to_do(status: int, body: bytes, said: str, fatal: bool) -> None:
    error = refusal("m", status, {"Location": "https://there/v1"}, body, "KEY")
    assert said in str(error)
    assert (error.fatal, error.status) == (fatal, status)
    assert len(str(error)) < 800
