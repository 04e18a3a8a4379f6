"""What a server says of its answers and errors comes out alike by the direct client and through litellm."""

from __future__ import annotations

import importlib.util
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.core.completion import Completion, CompletionRequest, SamplingParams
from pytest_codeeval.core.ending import Ending, ending_of
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.backends.openai.fault import refusal
from pytest_codeeval.generation.modelnames import asked_with, resolve
from pytest_codeeval.generation.modelspec import ModelSpec
from pytest_codeeval.generation.store import CompletionStore
from tests.generation.scripted import keep
from tests.generation.served import served
from tests.servers.worded import Body, Reply, WordedServer, answer, choice, error

CODE, HALF = "```python\ndef add(a, b):\n    return a + b\n```", "```python\ndef add(a, b):\n    x = (a +"
RIGHT = answer(choice(CODE))
NEEDS = {"openai": "aiohttp", "litellm": "litellm"}
TURNED_DOWN = "I'm sorry, I can't help with that."


@pytest.fixture(params=["openai", "litellm"])
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The two ways to ask an OpenAI-compatible server."""
    name: str = request.param
    if importlib.util.find_spec(NEEDS[name]) is None:
        pytest.skip(f"needs pytest-codeeval[{name}]")
    monkeypatch.setenv("CODEEVAL_API_KEY", "sk-not-a-real-key")
    return name


def spec_of(backend: str, server: WordedServer, **args: str) -> ModelSpec:
    """Return the model of a server."""
    return asked_with(resolve(f"{backend}:tiny", endpoint=server.base_url), tuple(args.items()), "chat")


def samples(spec: ModelSpec, count: int = 1, **params: Any) -> list[CompletionRequest]:
    """Make requests for samples of one problem."""
    message = {"role": "user", "content": "add two"}
    sampling, args = SamplingParams(**params), spec.request_args
    first = CompletionRequest(spec.backend, spec.model, (message,), sampling, 0, spec.endpoint, args=args)
    return [replace(first, sample_index=index) for index in range(count)]


def ask(spec: ModelSpec, folder: Path, count: int = 1, **params: Any) -> list[Completion]:
    """Ask for samples by the whole service, retries and store included."""
    with served(spec, folder) as service:
        service.announce([], samples(spec, count, **params))
        return service.complete(samples(spec, count, **params))


def without(field: str) -> Reply:
    """A filtered answer whose choice lacks a field."""
    filtered = choice(None, "content_filter")
    filtered.pop(field, None) or filtered["message"].pop(field)
    return answer(filtered)


def null_message(reason: str) -> Reply:
    return answer({"index": 0, "message": None, "finish_reason": reason})


def translated(word: str) -> Body:
    """What a gateway adds to a choice whose word it put into OpenAI's."""
    return {"provider_specific_fields": {"native_finish_reason": word}}


ENDINGS: dict[str, tuple[Reply, Ending, str]] = {
    **{
        word: (answer(choice(HALF, word)), Ending.CUT_SHORT, HALF)
        for word in ("max_tokens", "MAX_TOKENS", "model_length", "model_context_window_exceeded", "length", "maxTokens")
    },
    **{
        word: (answer(choice("", word)), Ending.REFUSED, "")
        for word in ("content_filter: PROHIBITED_CONTENT", "SAFETY", "sensitive", "refusal", "content_filter")
    },
    "refusal field": (answer(choice(None, refusal=TURNED_DOWN)), Ending.REFUSED, ""),
    "refusal and content": (answer(choice("Well.", refusal=TURNED_DOWN)), Ending.REFUSED, "Well."),
    "refusal of nothing": (answer(choice(CODE, refusal="")), Ending.COMPLETE, CODE),
    "null, filtered": (null_message("content_filter"), Ending.REFUSED, ""),
    "null, cut short": (null_message("length"), Ending.CUT_SHORT, ""),
    "no message": (without("message"), Ending.REFUSED, ""),
    "no content": (without("content"), Ending.REFUSED, ""),
    "400 content_filter": (error(400, "No.", "content_filter"), Ending.REFUSED, ""),
    "400 inspection": (error(400, "No.", "data_inspection_failed"), Ending.REFUSED, ""),
    "400 by type": (error(400, "No.", None, "content_filter"), Ending.REFUSED, ""),
    "400 inner": (
        Reply({"error": {"message": "No.", "code": None, "innererror": {"code": "ResponsibleAIPolicyViolation"}}}, 400),
        Ending.REFUSED,
        "",
    ),
    "400 in words": (error(400, "Content Exists Risk", "invalid_request_error"), Ending.REFUSED, ""),
    "403 flagged": (
        Reply({"error": {"message": "Flagged.", "code": 403, "metadata": {"flagged_input": "add"}}}, 403),
        Ending.REFUSED,
        "",
    ),
    "200 filtered": (Reply({"error": {"message": "No.", "code": "content_filter"}}), Ending.REFUSED, ""),
    "parts": (
        answer(choice([{"type": "text", "text": "So: "}, {"type": "text", "text": CODE}])),
        Ending.COMPLETE,
        f"So: {CODE}",
    ),
    "part": (answer(choice({"type": "text", "text": CODE})), Ending.COMPLETE, CODE),
    "strings": (answer(choice(["So: ", CODE])), Ending.COMPLETE, f"So: {CODE}"),
    "wrapped reason": (answer(choice(HALF, {"type": "length"})), Ending.CUT_SHORT, HALF),
    "translated": (answer({**choice(HALF), **translated("MAX_TOKENS")}), Ending.CUT_SHORT, HALF),
    "no reason": (answer(choice(CODE, None)), Ending.COMPLETE, CODE),
    "empty error beside": (answer(choice(CODE), error={"message": "", "code": None}), Ending.COMPLETE, CODE),
    "tool calls": (answer(choice(None, "tool_calls", tool_calls=[])), Ending.COMPLETE, ""),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_an_answer_ends_as_its_server_says(backend: str, name: str, tmp_path: Path) -> None:
    reply, ending, text = ENDINGS[name]
    with WordedServer(reply) as server:
        (found,) = ask(spec_of(backend, server), tmp_path)
        assert len(server.requests) == 1
    assert (ending_of(found.finish_reason), found.text) == (ending, text)


FAULTS: dict[str, Reply] = {
    **{
        word: answer(choice(HALF, word)) for word in ("error", "abort", "network_error", "insufficient_system_resource")
    },
    **{f"{word}, empty": answer(choice("", word)) for word in ("error", "abort")},
    "any other": answer(choice(HALF, "unexpected_state")),
    "a number": answer(choice(HALF, 3)),
    "translated": answer({**choice(HALF), **translated("abort")}),
    "error in a choice": answer({**choice(HALF, "stop"), "error": {"code": 502, "message": "Provider disconnected"}}),
    "null message": null_message("stop"),
    "no choices": answer(),
    "nothing": answer(choice("", None)),
    "nothing counted": Reply({**answer(choice("")).payload, "usage": None}),
    "error beside": answer(choice(HALF), error={"code": 502, "message": "Provider disconnected"}),
    "error instead": Reply({"error": {"code": 502, "message": "Provider returned error"}}),
    "a word instead": Reply({"error": "overloaded"}),
    "html": Reply(b"<html>One moment, please</html>", headers={"Content-Type": "text/html"}),
    "a stream": Reply(
        b'data: {"choices": [{"delta": {"content": "x"}}]}\n\n', headers={"Content-Type": "text/event-stream"}
    ),
    "half a body": Reply(b'{"choices": [{"index": 0, "message": {"content": "def'),
    "500": error(500, "boom", "content_filter"),
    "520": Reply(b"<html>Web server is down</html>", 520),
    "429 in prose": error(429, "A payment method on the billing page raises the limit", "rate_limit_exceeded"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_servers_fault_is_asked_again_and_never_kept(backend: str, name: str, tmp_path: Path) -> None:
    with WordedServer(lambda _, number: RIGHT if number == 1 else FAULTS[name]) as server:
        spec = spec_of(backend, server)
        (found,) = ask(spec, tmp_path)
        assert len(server.requests) == 2
    assert (found.text, found.finish_reason) == (CODE, "stop")


@pytest.mark.parametrize("name", sorted(FAULTS.keys() - {"nothing counted"}))
def test_a_fault_that_stays_is_an_error_until_it_is_mended(backend: str, name: str, tmp_path: Path) -> None:
    mended = False
    with WordedServer(lambda *_: RIGHT if mended else FAULTS[name]) as server:
        spec = spec_of(backend, server)
        with pytest.raises(BackendError) as caught:
            ask(spec, tmp_path)
        assert len(server.requests) == 8
        assert "Traceback" not in str(caught.value)
        mended = True
        assert [found.text for found in ask(spec, tmp_path)] == [CODE]


def test_an_empty_answer_of_no_tokens_is_the_models_the_second_time(backend: str, tmp_path: Path) -> None:
    with WordedServer(FAULTS["nothing counted"]) as server:
        (found,) = ask(spec_of(backend, server), tmp_path)
        assert (found.text, len(server.requests)) == ("", 2)
        ask(spec_of(backend, server), tmp_path)
        assert len(server.requests) == 2


def test_an_empty_answer_that_was_counted_is_the_models(backend: str, tmp_path: Path) -> None:
    with WordedServer(answer(choice(""))) as server:
        ask(spec_of(backend, server), tmp_path)
        assert len(server.requests) == 1


def test_what_an_older_version_stored_of_a_broken_answer_is_asked_again(backend: str, tmp_path: Path) -> None:
    with WordedServer(RIGHT) as server:
        spec = spec_of(backend, server)
        store = CompletionStore(tmp_path)
        keep(store, samples(spec)[0], Completion(HALF, "network_error"))
        store.close()
        assert [found.text for found in ask(spec, tmp_path)] == [CODE]


POOR = ("insufficient_quota", "insufficient_balance", "billing_hard_limit_reached", "Arrearage", "1113")
MOMENT = ("rate_limit_exceeded", "RESOURCE_EXHAUSTED", "tokens", "quota_exceeded", "", None, 429)
PROSE = "You exceeded your current quota, check your plan, billing and credit balance: insufficient_quota."


@pytest.mark.parametrize(("code", "poor"), [*((c, True) for c in POOR), *((c, False) for c in MOMENT)], ids=str)
def test_a_429_is_a_rate_limit_unless_its_code_says_otherwise(
    backend: str, code: Any, poor: bool, tmp_path: Path
) -> None:
    with WordedServer(lambda _, number: RIGHT if number else error(429, PROSE, code)) as server:
        if not poor:
            ask(spec_of(backend, server), tmp_path)
            return
        with pytest.raises(BackendError, match="the account has no credit") as caught:
            ask(spec_of(backend, server), tmp_path)
        assert (caught.value.fatal, len(server.requests)) == (True, 1)


def test_the_code_goes_before_the_kind(backend: str, tmp_path: Path) -> None:
    busy = error(429, PROSE, "rate_limit_exceeded", "insufficient_quota")
    with WordedServer(lambda _, number: RIGHT if number else busy) as server:
        ask(spec_of(backend, server), tmp_path)
    assert len(server.requests) == 2  # asked again: it was no matter of credit


def test_googles_wish_to_wait_is_read(backend: str, tmp_path: Path) -> None:
    told = {"code": 429, "message": "Check your plan and billing.", "status": "RESOURCE_EXHAUSTED"}
    details = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0.02s"}, "odd", {"retryDelay": 5}]
    busy = Reply([{"error": {**told, "details": details}}], 429)
    with WordedServer(lambda _, number: RIGHT if number else busy) as server:
        ask(spec_of(backend, server), tmp_path)
        (call, _) = map(json.loads, (tmp_path / "api_calls.jsonl").read_text().splitlines())
    assert call["status"] == 429
    assert "(status 429): Check your plan and billing. 429; lower --concurrency" in call["error"]
    assert refusal("m", 429, {}, busy.body, "KEY").retry_after == 0.02
    assert refusal("m", 429, {"retry-after": "3"}, busy.body, "KEY").retry_after == 3


@pytest.mark.parametrize("wish", ["0.01", "x", "", "-5", "nan", "inf", "1e999", "Fri, 99 Foo 2100", "0.01, 0.02"])
def test_an_odd_wish_to_wait_holds_nobody_up(backend: str, wish: str, tmp_path: Path) -> None:
    busy = error(429, "later", "rate_limit_exceeded", retry_after=wish)
    with WordedServer(lambda _, number: RIGHT if number else busy) as server:
        start = time.monotonic()
        ask(spec_of(backend, server), tmp_path)
    assert time.monotonic() - start < 20


def refuses(name: str, message: str) -> Any:
    """A server that refuses whatever names a setting."""
    refused = error(400, message, "unsupported_parameter")
    return lambda body, _: refused if name in body else RIGHT


def test_a_refused_temperature_is_left_out_as_the_message_says(backend: str, tmp_path: Path) -> None:
    message = "Unsupported parameter: 'temperature' is not supported with this model."
    with WordedServer(refuses("temperature", message)) as server:
        spec = spec_of(backend, server)
        with pytest.raises(BackendError, match="--temperature=none"):
            ask(spec, tmp_path)
        assert len(server.requests) == 1
        ask(spec, tmp_path, temperature=None)


def test_a_refused_bound_is_renamed_or_left_out_as_the_message_says(backend: str, tmp_path: Path) -> None:
    message = "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead."
    with WordedServer(refuses("max_tokens", message)) as server:
        with pytest.raises(BackendError) as caught:
            ask(spec_of(backend, server), tmp_path)
        assert "--model-args max_tokens_field=max_completion_tokens, or send none with --max-tokens=none" in str(
            caught.value
        )
        ask(spec_of(backend, server, max_tokens_field="max_completion_tokens"), tmp_path, max_tokens=9)
        assert server.requests[-1]["max_completion_tokens"] == 9
        ask(spec_of(backend, server), tmp_path, max_tokens=None)


def many(body: Body) -> Reply:
    return answer(*(choice(f"{CODE}\n{number}", index=number) for number in range(body.get("n", 1))))


@pytest.mark.parametrize("status", [400, 422, 500, 501, 502])
def test_where_several_samples_are_refused_each_is_asked_alone(backend: str, status: int, tmp_path: Path) -> None:
    with WordedServer(lambda body, _: error(status, "n > 1") if body.get("n", 1) > 1 else many(body)) as server:
        found = ask(spec_of(backend, server), tmp_path, 4, temperature=1.0)
        assert len(found) == 4
        assert len(server.requests) <= 6
        assert [body.get("n", 1) for body in server.requests[-2:]] == [1, 1]


def test_a_500_of_a_moment_is_no_reason_to_ask_one_by_one_for_ever(backend: str, tmp_path: Path) -> None:
    with WordedServer(lambda body, number: many(body) if number else error(500, "boom")) as server:
        ask(spec_of(backend, server), tmp_path, 9, temperature=1.0)
        several = [body["n"] for body in server.requests if body.get("n", 1) > 1]
    assert several == ([9, 8] if backend == "openai" else [])


def test_of_several_samples_only_the_broken_one_is_asked_again(backend: str, tmp_path: Path) -> None:
    def reply(body: Body, number: int) -> Reply:
        choices = many(body).payload["choices"]
        if number == 0:
            choices[-1] = choice(HALF, "abort", len(choices) - 1)
        return answer(*choices)

    with WordedServer(reply) as server:
        found = ask(spec_of(backend, server), tmp_path, 3, temperature=1.0)
        assert [body.get("n", 1) for body in server.requests] == ([3, 1] if backend == "openai" else [1] * 4)
    assert all(one.text.startswith(CODE) for one in found)


def test_of_several_samples_whose_prompt_is_refused_each_is_a_refusal(backend: str, tmp_path: Path) -> None:
    with WordedServer(error(400, "No.", "content_filter")) as server:
        found = ask(spec_of(backend, server), tmp_path, 3, temperature=1.0)
        # That is no sign of a server that gives one at a time.
        assert [body.get("n", 1) for body in server.requests] == ([3, 2, 1] if backend == "openai" else [1] * 3)
    assert [ending_of(one.finish_reason) for one in found] == [Ending.REFUSED] * 3
