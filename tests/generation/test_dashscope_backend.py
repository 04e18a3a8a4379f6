"""The real DashScope SDK against a server that speaks its protocol and fails on demand."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.core.completion import Completion, CompletionRequest, SamplingParams
from pytest_codeeval.core.ending import Ending, ending_of
from pytest_codeeval.core.errors import BackendError, UsageError
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.backends.dashscope.backend import DashScopeBackend
from pytest_codeeval.generation.modelnames import resolve
from pytest_codeeval.generation.modelspec import ModelSpec
from tests.generation.served import served
from tests.servers.dashscope import ERRORS, DashScopeServer

needs_sdk = pytest.mark.skipif(importlib.util.find_spec("dashscope") is None, reason="needs pytest-codeeval[dashscope]")

KEY = "sk-not-a-real-key-0123456789"
PROMPT, ANSWER = "add two", "```python\ndef add(a, b):\n    return a + b\n```"
ANSWERS = {PROMPT: ANSWER}
WAYS = pytest.mark.parametrize("stream", ["off", "on"])


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key for the test's own server, and no proxy before it."""
    for name in ("DASHSCOPE_HTTP_BASE_URL", "DASHSCOPE_API_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DASHSCOPE_API_KEY", KEY)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def spec_of(server: DashScopeServer | str = "", model: str = "qwen-plus", **args: str) -> ModelSpec:
    """Make the spec of a model on a server, with settings."""
    url = server if isinstance(server, str) else server.base_url
    return replace(resolve(f"dashscope:{model}", endpoint=url), args=tuple(args.items()))


def request(spec: ModelSpec, sample: int = 0, prompt: str = PROMPT, **params: Any) -> CompletionRequest:
    """Make a request for the model of a spec."""
    message = {"role": "user", "content": prompt}
    return CompletionRequest(
        "dashscope", spec.model, (message,), SamplingParams(**params), sample, spec.endpoint, args=spec.request_args
    )


def ask_all(spec: ModelSpec, *requests: CompletionRequest, timeout: float = 20.0) -> list[Completion]:
    """Ask a server through the SDK."""

    async def asked() -> list[Completion]:
        backend = DashScopeBackend(spec, timeout)
        try:
            return await backend.generate(requests)
        finally:
            await backend.aclose()

    return asyncio.run(asked())


def ask(server: DashScopeServer | str, *, sample: int = 0, model: str = "qwen-plus", **options: Any) -> Completion:
    """Ask once; settings of the backend are strings, all others are for the sampling."""
    timeout = options.pop("timeout", 20.0)
    args = {name: options.pop(name) for name in list(options) if isinstance(options[name], str)}
    spec = spec_of(server, model, **args)
    return ask_all(spec, request(spec, sample, **options), timeout=timeout)[0]


def failure(kind: str, *, sent: int = 1, retry_after: float | None = None, **options: Any) -> BackendError:
    """Ask a server that fails in one way, and return what came of it."""
    with (
        DashScopeServer(ANSWERS, lambda number: kind, retry_after=retry_after) as server,
        pytest.raises(BackendError) as caught,
    ):
        ask(server, **options)
    assert len(server.requests) == sent  # retries are the service's
    assert KEY not in str(caught.value)
    return caught.value


@needs_sdk
@WAYS
def test_an_answer_comes_with_its_figures(stream: str) -> None:
    with DashScopeServer(ANSWERS) as server:
        completion = ask(server, stream=stream)
    assert (completion.text, completion.finish_reason, completion.reasoning) == (ANSWER, "stop", "")
    assert (completion.prompt_tokens, completion.completion_tokens) == (7, (len(ANSWER) + 3) // 4)
    assert completion.cost is None
    assert completion.seconds > 0


@needs_sdk
def test_the_sampling_is_passed_on() -> None:
    with DashScopeServer(ANSWERS) as server:
        ask(server, sample=2, temperature=0.7, top_p=0.9, max_tokens=99, seed=40, stop=("END",), top_k="5")
    (sent,) = server.requests
    assert sent["model"] == "qwen-plus"
    assert sent["input"] == {"messages": [{"role": "user", "content": PROMPT}]}
    assert sent["parameters"] == {
        "result_format": "message",
        "temperature": 0.7,
        "top_p": 0.9,
        "top_k": 5,
        "max_tokens": 99,
        "seed": 42,  # its own for each sample
        "stop": ["END"],
    }
    assert sent["headers"]["authorization"] == f"Bearer {KEY}"


@needs_sdk
def test_what_is_left_to_the_model_is_not_sent() -> None:
    with DashScopeServer(ANSWERS) as server:
        ask(server, temperature=None, max_tokens=None)
    assert server.requests[0]["parameters"] == {"result_format": "message"}


@needs_sdk
def test_a_stream_comes_in_pieces_that_follow_each_other() -> None:
    with DashScopeServer(ANSWERS, reasoning="The sum of two numbers is wanted.") as server:
        completion = ask(server, enable_thinking="on", thinking_budget="500")
    (sent,) = server.requests
    thinking = {name: sent["parameters"][name] for name in ("enable_thinking", "thinking_budget", "incremental_output")}
    assert thinking == {"enable_thinking": True, "thinking_budget": 500, "incremental_output": True}
    assert sent["streamed"]  # models think in streams only
    assert (completion.text, completion.reasoning) == (ANSWER, "The sum of two numbers is wanted.")


@needs_sdk
def test_thinking_can_be_switched_off() -> None:
    with DashScopeServer(ANSWERS) as server:
        ask(server, enable_thinking="off")
    assert server.requests[0]["parameters"]["enable_thinking"] is False
    assert not server.requests[0]["streamed"]


@needs_sdk
def test_a_model_that_only_streams_is_asked_so_from_then_on() -> None:
    with DashScopeServer(ANSWERS, streams_only=True) as server:
        spec = spec_of(server, "qwen3-8b")
        completions = ask_all(spec, request(spec), request(spec, 1), request(spec, 2))
    assert {completion.text for completion in completions} == {ANSWER}
    assert [sent["streamed"] for sent in server.requests] == [False, True, True, True]


@needs_sdk
def test_a_model_known_to_stream_is_asked_so_at_once() -> None:
    with DashScopeServer(ANSWERS, streams_only=True) as server:
        assert ask(server, model="qwq-plus").text == ANSWER
    assert len(server.requests) == 1


@needs_sdk
def test_streaming_that_was_forbidden_is_not_fallen_back_to() -> None:
    error = failure("streams", stream="off")
    assert (error.retryable, error.fatal) == (False, True)
    assert "leave out --model-args stream=off" in str(error)


@needs_sdk
@WAYS
@pytest.mark.parametrize(
    ("kind", "status", "remedy"),
    [
        ("key", 401, "check the key in DASHSCOPE_API_KEY"),
        ("denied", 403, "may not use this model"),
        ("unbought", 403, "may not use this model"),
        ("model", 404, "check the model's name"),
        ("model400", 400, "check the model's name"),
        ("overdue", 400, "pay the account's bill"),
        ("free", 403, "allow paid use"),
        ("free429", 429, "allow paid use"),
        ("url", 400, "--model=litellm:dashscope/qwen-plus"),
    ],
)
def test_what_every_request_would_meet_is_fatal(kind: str, status: int, remedy: str, stream: str) -> None:
    error = failure(kind, stream=stream)
    assert (error.status, error.retryable, error.fatal) == (status, False, True)
    assert ERRORS[kind][1] in str(error)
    assert remedy in str(error)


@needs_sdk
def test_a_misspelt_model_is_met_with_the_nearest() -> None:
    assert "did you mean 'qwen3-coder-plus'?" in str(failure("model", model="qwen3-code-plus"))


@needs_sdk
@WAYS
@pytest.mark.parametrize(
    ("kind", "status", "wait"),
    [
        ("throttled", 429, None),
        ("burst", 429, None),
        ("tokens", 429, 10.0),  # counted by the minute
        ("quota", 429, 10.0),
        ("internal", 500, None),
        ("timeout", 408, None),
        ("html", 502, None),
    ],
)
def test_what_passes_may_be_asked_again(kind: str, status: int, wait: float | None, stream: str) -> None:
    error = failure(kind, stream=stream)
    assert (error.status, error.retryable, error.fatal, error.retry_after) == (status, True, False, wait)


@needs_sdk
def test_a_server_says_when_to_come_back() -> None:
    assert failure("throttled", retry_after=7).retry_after == 7
    assert failure("tokens", retry_after=7).retry_after == 7


@needs_sdk
@pytest.mark.parametrize(("kind", "hint"), [("parameter", "see --temperature"), ("long", "question is too long")])
def test_a_bad_parameter_is_named_and_not_asked_again(kind: str, hint: str) -> None:
    error = failure(kind)
    assert (error.status, error.retryable, error.fatal) == (400, False, False)
    assert hint in str(error)


@needs_sdk
def test_an_error_that_nobody_knows_is_told_as_it_came() -> None:
    error = failure("unknown")
    assert (error.status, error.retryable, error.fatal) == (400, False, False)
    assert str(error) == "qwen-plus could not be asked (status 400): FlowNotPublished: Flow has not published yet"


@needs_sdk
@pytest.mark.parametrize(
    ("kind", "stream"),
    [("refused", "off"), ("refused-algo", "off"), ("refused", "on"), ("refused-algo", "on"), ("event:refused", "on")],
)
def test_refused_content_is_an_answer(kind: str, stream: str) -> None:
    with DashScopeServer(ANSWERS, lambda number: kind) as server:
        completion = ask(server, stream=stream)
    assert (completion.text, completion.finish_reason) == ("", "content_filter")
    assert len(server.requests) == 1


@needs_sdk
@WAYS
def test_an_answer_cut_short_by_its_limit_says_so(stream: str) -> None:
    with DashScopeServer(ANSWERS, lambda number: "length") as server:
        completion = ask(server, stream=stream)
    assert (completion.text, completion.finish_reason) == (ANSWER[: len(ANSWER) // 2], "length")


@needs_sdk
@pytest.mark.parametrize(("kind", "text"), [("null", ""), ("text", ANSWER)])
def test_an_unusual_answer_is_an_answer_all_the_same(kind: str, text: str) -> None:
    with DashScopeServer(ANSWERS, lambda number: kind) as server:
        completion = ask(server)
    assert (completion.text, completion.finish_reason) == (text, "stop")


@needs_sdk
@pytest.mark.parametrize(
    ("kind", "stream"),
    [
        *((kind, "off") for kind in ("garbage", "empty", "nochoices", "cut")),
        *((kind, "on") for kind in ("garbage", "empty", "garbage-event", "cut", "cutoff")),
    ],
)
def test_what_is_no_answer_may_be_asked_again(kind: str, stream: str) -> None:
    error = failure(kind, stream=stream)
    assert (error.retryable, error.fatal) == (True, False)
    assert error.status == (500 if kind == "garbage-event" else None)


@needs_sdk
@pytest.mark.parametrize(("kind", "status"), [("event:throttled", 429), ("event:internal", 500)])
def test_an_error_inside_a_stream_ends_it(kind: str, status: int) -> None:
    error = failure(kind, stream="on")
    assert (error.status, error.retryable, error.fatal) == (status, True, False)


@needs_sdk
@WAYS
def test_a_connection_that_ends_may_be_asked_again(stream: str) -> None:
    error = failure("drop", stream=stream, sent=2)  # once more by the SDK itself
    assert (error.status, error.retryable, error.fatal) == (None, True, False)


@needs_sdk
@WAYS
def test_an_answer_that_takes_too_long_may_be_asked_again(stream: str) -> None:
    start = time.monotonic()
    error = failure("hang", stream=stream, timeout=0.3)
    assert time.monotonic() - start < 10
    assert (error.retryable, error.fatal) == (True, False)
    assert "no answer within 0.3 s" in str(error)


@needs_sdk
def test_a_server_that_is_not_there_is_named() -> None:
    with DashScopeServer() as server:
        url = server.base_url
    with pytest.raises(BackendError, match=f"qwen-plus at {url} gave no answer") as caught:
        ask(url)
    assert (caught.value.status, caught.value.retryable, caught.value.fatal) == (None, True, False)


@needs_sdk
def test_a_wrong_address_is_fatal() -> None:
    with (
        DashScopeServer() as server,
        pytest.raises(BackendError, match="check the model's name and --base-url") as told,
    ):
        ask(server.base_url + "/nowhere")
    assert (told.value.status, told.value.fatal) == (404, True)


@needs_sdk
def test_an_address_with_a_gap_is_found_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DASHSCOPE_WORKSPACE_ID", raising=False)
    with pytest.raises(BackendError, match="workspace_id") as caught:
        ask("https://{workspace_id}.example.invalid/api/v1")
    assert caught.value.fatal


@needs_sdk
@WAYS
def test_a_key_that_the_server_repeats_reaches_neither_message_nor_log(
    stream: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert "[key]" in str(failure("echo", stream=stream))
    assert KEY not in caplog.text
    assert [record for record in caplog.records if record.name == "dashscope"] == []


@needs_sdk
def test_key_and_workspace_are_those_that_were_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANOTHER", "sk-another")
    with DashScopeServer(ANSWERS, key="sk-another") as server:
        assert ask(server, api_key_env="ANOTHER", workspace="ws-1").text == ANSWER
    assert server.requests[0]["headers"]["x-dashscope-workspace"] == "ws-1"
    assert "ANOTHER" in str(failure("key", api_key_env="ANOTHER"))


@needs_sdk
def test_without_an_address_the_sdks_own_is_asked() -> None:
    with DashScopeServer(ANSWERS) as server:
        program = f"""
import asyncio
from pytest_codeeval.core.completion import CompletionRequest, SamplingParams
from pytest_codeeval.generation.backends.dashscope.backend import DashScopeBackend
from pytest_codeeval.generation.modelnames import resolve

async def main():
    backend = DashScopeBackend(resolve("qwen-plus"))
    message = {{"role": "user", "content": {PROMPT!r}}}
    print((await backend.generate([CompletionRequest("dashscope", "qwen-plus", (message,), SamplingParams())]))[0].text)
    await backend.aclose()

asyncio.run(main())
"""
        found = subprocess.run(
            [sys.executable, "-Werror::ResourceWarning", "-c", program],
            env={"PATH": "", "DASHSCOPE_API_KEY": KEY, "DASHSCOPE_HTTP_BASE_URL": server.base_url, "HOME": "/nowhere"},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert (found.stdout.strip(), found.stderr) == (ANSWER, "")


@pytest.mark.parametrize(
    ("region", "host"),
    [("cn", "dashscope"), ("intl", "dashscope-intl"), ("us", "dashscope-us")],
)
def test_a_region_is_an_address(region: str, host: str) -> None:
    from pytest_codeeval.generation.backends.dashscope.settings import DashScopeSettings

    settings = DashScopeSettings.of(spec_of(region=region))
    assert settings.url == f"https://{host}.aliyuncs.com/api/v1"
    assert KEY not in repr(settings)


@needs_sdk
@pytest.mark.parametrize(
    ("server", "args", "said"),
    [
        ("", {"region": "int"}, r"no such region \(did you mean 'intl'\?\); there are cn, intl, us"),
        ("http://127.0.0.1:1/api/v1", {"region": "cn"}, "both say where to ask"),
        ("https://dashscope.aliyuncs.com/compatible-mode/v1", {}, "give the native one, which ends in /api/v1"),
        ("", {"stream": "yes"}, "stream=yes: say on, off or auto"),
        ("", {"enable_thinking": "1"}, "enable_thinking=1: say on, off or auto"),
        ("", {"top_k": "0"}, "top_k=0: say a whole number above 0"),
        ("", {"thinking_budget": "many"}, "thinking_budget=many: say a whole number"),
        ("", {"enable_think": "on"}, r"has no such setting \(did you mean 'enable_thinking'\?\)"),
    ],
)
def test_a_setting_that_means_nothing_is_refused(server: str, args: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        DashScopeBackend(spec_of(server, **args))


@needs_sdk
def test_a_missing_key_is_named_before_anything_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHSCOPE_API_KEY", " ")
    with pytest.raises(UsageError, match="--model=qwen-plus needs a key in the environment: set DASHSCOPE_API_KEY"):
        DashScopeBackend(resolve("qwen-plus"))
    with pytest.raises(UsageError, match="set MY_KEY"):
        DashScopeBackend(spec_of(api_key_env="MY_KEY"))


def test_without_the_sdk_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"not installed: pip install 'pytest-codeeval\[dashscope\]'"):
        DashScopeBackend(resolve("qwen-plus"))


@needs_sdk
def test_it_is_a_backend_that_says_how_much_it_takes() -> None:
    backend = DashScopeBackend(resolve("qwen3-coder-plus"))
    assert isinstance(backend, ModelBackend)
    assert (backend.batch_size, backend.concurrency) == (1, 16)
    assert DashScopeBackend(spec_of(batch_size="8")).concurrency == 8


@needs_sdk
@pytest.mark.parametrize("kind", ["key", "overdue", "model", "free"])
def test_what_no_request_can_pass_costs_one(kind: str, tmp_path: Path) -> None:
    with (
        DashScopeServer(ANSWERS, lambda number: kind) as server,
        served(spec_of(server), tmp_path) as service,
        pytest.raises(BackendError, match=ERRORS[kind][1]),
    ):
        service.complete([request(spec_of(server), sample) for sample in range(100)])
    assert len(server.requests) == 1
    assert KEY.encode() not in (tmp_path / "api_calls.jsonl").read_bytes()


@needs_sdk
@WAYS
@pytest.mark.parametrize(
    ("finish", "ending"),
    [("stop", Ending.COMPLETE), ("max_tokens", Ending.CUT_SHORT), ("sensitive", Ending.REFUSED), ("abort", None)],
)
def test_an_answer_ends_as_its_server_says(stream: str, finish: str, ending: Ending | None, tmp_path: Path) -> None:
    with DashScopeServer(ANSWERS, finish=finish) as server:
        spec = spec_of(server, stream=stream)
        with served(spec, tmp_path) as service:
            if ending is None:
                with pytest.raises(BackendError, match="'abort' is a fault of the server"):
                    service.complete([request(spec)])
                assert len(server.requests) == 8
            else:
                (found,) = service.complete([request(spec)])
                assert ending_of(found.finish_reason) is ending
