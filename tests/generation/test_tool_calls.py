"""Tools reach the servers as they are asked for, and calls come back as they were made, whoever asks."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.core.completion import Completion, CompletionRequest, SamplingParams
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.core.toolbox import tool
from pytest_codeeval.core.toolcall import ToolCall
from pytest_codeeval.generation.modelnames import resolve
from pytest_codeeval.generation.modelspec import ModelSpec
from tests.generation.served import served
from tests.servers.calling import call, calling
from tests.servers.dashscope import DashScopeServer
from tests.servers.worded import Reply, WordedServer, answer, choice, error

NEEDS = {"openai": "aiohttp", "litellm": "litellm", "dashscope": "dashscope"}
ADD = tool("add", "Adds.", {"a": {"type": "number"}, "b": {"type": "number"}})
HISTORY: tuple[Mapping[str, Any], ...] = (
    {"role": "user", "content": "1 and 2?"},
    {"role": "assistant", "content": None, "tool_calls": [call("add", '{"a": 1, "b": 2}')]},
    {"role": "tool", "tool_call_id": "c1", "content": "3"},
)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys for the tests' own servers, and no proxy before them."""
    monkeypatch.setenv("CODEEVAL_API_KEY", "sk-not-a-real-key")
    monkeypatch.setenv("DASHSCOPE_API_KEY", "sk-not-a-real-key")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture(params=["openai", "litellm"])
def backend(request: pytest.FixtureRequest) -> str:
    """The two ways to ask an OpenAI-compatible server."""
    return needed(request.param)


def needed(name: str) -> str:
    """Skip the test without the package of a backend."""
    if importlib.util.find_spec(NEEDS[name]) is None:
        pytest.skip(f"needs pytest-codeeval[{name}]")
    return name


def request(spec: ModelSpec, *messages: Mapping[str, Any], **more: Any) -> CompletionRequest:
    """Ask for a sum, with a tool that adds."""
    asked = messages or ({"role": "user", "content": "1 and 2?"},)
    return CompletionRequest(
        spec.backend,
        spec.model,
        asked,
        SamplingParams(),
        endpoint=spec.endpoint,
        **{"tools": (ADD,), "args": spec.request_args, **more},
    )


def ask(spec: ModelSpec, folder: Path, *messages: Mapping[str, Any], **more: Any) -> Completion:
    """Ask by the whole service, retries and store included."""
    with served(spec, folder) as service:
        return service.complete([request(spec, *messages, **more)])[0]


def of(backend: str, server: WordedServer | DashScopeServer) -> ModelSpec:
    """Return the model of a server."""
    return resolve(f"{backend}:tiny", endpoint=server.base_url)


SUM = ToolCall("add", '{"a": 1, "b": 2}', "c1")
CALLED: dict[str, tuple[Reply, tuple[ToolCall, ...], str, str]] = {
    "one": (calling(call("add", '{"a": 1, "b": 2}')), (SUM,), "", ""),
    "beside a text": (calling(call("add", '{"a": 1, "b": 2}'), content="Let me add."), (SUM,), "Let me add.", ""),
    "beside an empty text": (calling(call("add", '{"a": 1, "b": 2}'), content=""), (SUM,), "", ""),
    "stopped": (calling(call("add", '{"a": 1, "b": 2}'), reason="stop"), (SUM,), "", ""),
    "parallel": (
        calling(call("add", '{"a": 1, "b": 2}'), call("add", "{}", "c2")),
        (SUM, ToolCall("add", "{}", "c2")),
        "",
        "",
    ),
    "malformed": (calling(call("add", '{"a": 1, "b": ')), (ToolCall("add", '{"a": 1, "b": ', "c1"),), "", ""),
    "oddly spaced": (calling(call("add", '{ "a":1 }')), (ToolCall("add", '{ "a":1 }', "c1"),), "", ""),
    "twice a key": (calling(call("add", '{"a": 1, "a": 2}')), (ToolCall("add", '{"a": 1, "a": 2}', "c1"),), "", ""),
    "no arguments": (calling(call("add", "")), (ToolCall("add", "", "c1"),), "", ""),
    "an object": (calling(call("add", {"a": 1, "b": 2})), (SUM,), "", ""),
    "thinking beside": (
        calling(call("add", '{"a": 1, "b": 2}'), reasoning_content="I shall add."),
        (SUM,),
        "",
        "I shall add.",
    ),
    "in the older form": (
        answer(choice(None, "function_call", function_call={"name": "add", "arguments": '{"a": 1, "b": 2}'})),
        (replace(SUM, id=""),),
        "",
        "",
    ),
    "in the text": (
        answer(choice('<tool_call>\n{"name": "add", "arguments": {}}\n</tool_call>')),
        (),
        '<tool_call>\n{"name": "add", "arguments": {}}\n</tool_call>',
        "",
    ),
    "none": (answer(choice("3", tool_calls=None)), (), "3", ""),
    "nonsense": (answer(choice("3", tool_calls=[None, 3])), (), "3", ""),
}


@pytest.mark.parametrize("name", CALLED)
def test_calls_come_as_they_were_made_and_are_kept(backend: str, name: str, tmp_path: Path) -> None:
    reply, calls, text, reasoning = CALLED[name]
    with WordedServer(reply) as server:
        spec = of(backend, server)
        found = ask(spec, tmp_path)
        again = ask(spec, tmp_path)
        assert len(server.requests) == 1
    assert (found.tool_calls, found.text, found.reasoning) == (calls, text, reasoning)
    assert again == replace(found, cached=True)
    (logged,) = (json.loads(line) for line in (tmp_path / "api_calls.jsonl").read_text().splitlines())
    assert logged["response"].get("tool_calls", []) == [one.to_json() for one in calls]
    assert logged["request"]["tools"] == [ADD]


def test_tools_their_results_and_the_choice_are_sent(backend: str, tmp_path: Path) -> None:
    with WordedServer(answer(choice("3"))) as server:
        assert ask(of(backend, server), tmp_path, *HISTORY, tool_choice="required").text == "3"
        (body,) = server.requests
    assert body["tools"] == [json.loads(ADD)]
    assert body["tool_choice"] == "required"
    assert not {"allowed_openai_params", "_skip_mcp_handler"} & body.keys()
    asked, called, result = body["messages"]
    assert asked["content"] == "1 and 2?"
    assert called["tool_calls"] == HISTORY[1]["tool_calls"]
    assert (result["role"], result["tool_call_id"], result["content"]) == ("tool", "c1", "3")


def test_without_tools_nothing_is_said_of_them(backend: str, tmp_path: Path) -> None:
    with WordedServer(answer(choice("3"))) as server:
        ask(of(backend, server), tmp_path, tools=())
        assert not {"tools", "tool_choice"} & server.requests[0].keys()


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'),
        (400, "tools is not supported in this model"),
        (422, "Extra inputs are not permitted: 'tools'"),
        (404, "No endpoints found that support tool use"),
    ],
)
def test_a_server_that_takes_no_tools_is_an_error_that_says_what_to_do(
    backend: str, tmp_path: Path, status: int, said: str
) -> None:
    with WordedServer(error(status, said)) as server, pytest.raises(BackendError) as caught:
        ask(of(backend, server), tmp_path)
    assert "; have the tools stand in the prompt with --tools=prompt" in str(caught.value)


def test_an_answer_that_lost_its_call_on_the_way_is_asked_for_again(backend: str, tmp_path: Path) -> None:
    lost = answer(choice(None, "tool_calls", tool_calls=[]))
    with WordedServer(lambda body, number: calling(call("add", "{}")) if number else lost) as server:
        assert ask(of(backend, server), tmp_path).tool_calls == (ToolCall("add", "{}", "c1"),)
        assert len(server.requests) == 2


def test_samples_of_one_question_are_asked_for_together(tmp_path: Path) -> None:
    spec_of, two = needed("openai"), call("add", "{}")
    reply = answer(choice(None, "tool_calls", 0, tool_calls=[two]), choice("3", "stop", 1))
    with WordedServer(reply) as server:
        spec = of(spec_of, server)
        first = replace(request(spec), params=SamplingParams(temperature=1.0))
        with served(spec, tmp_path) as service:
            found = service.complete([first, replace(first, sample_index=1)])
        assert len(server.requests) == 1
    assert [len(completion.tool_calls) for completion in found] == [1, 0]


def test_tools_are_sent_to_models_of_which_litellm_does_not_know_that_they_take_any(tmp_path: Path) -> None:
    needed("litellm")
    with WordedServer(calling(call("add", "{}"))) as server:
        found = ask(resolve("litellm:perplexity/sonar", endpoint=server.base_url), tmp_path)
        assert server.requests[0]["tools"] == [json.loads(ADD)]
    assert found.tool_calls == (ToolCall("add", "{}", "c1"),)


ARGUMENTS = {"a": 1, "b": 2}
IN_OTHER_PROTOCOLS = {
    "anthropic/claude-x": {
        "id": "x",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "stop_reason": "tool_use",
        "content": [
            {"type": "text", "text": "Let me add."},
            {"type": "tool_use", "id": "t1", "name": "add", "input": ARGUMENTS},
        ],
        "usage": {"input_tokens": 3, "output_tokens": 4},
    },
    "gemini/gemini-x": {
        "candidates": [
            {
                "content": {
                    "role": "model",
                    "parts": [{"text": "Let me add."}, {"functionCall": {"name": "add", "args": ARGUMENTS}}],
                },
                "finishReason": "STOP",
                "index": 0,
            }
        ],
        "usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 4, "totalTokenCount": 7},
    },
}


@pytest.mark.parametrize("model", IN_OTHER_PROTOCOLS)
def test_calls_in_other_protocols_are_read(model: str, tmp_path: Path) -> None:
    needed("litellm")
    with WordedServer(Reply(IN_OTHER_PROTOCOLS[model])) as server:
        found = ask(resolve(f"litellm:{model}", endpoint=server.base_url.removesuffix("/v1")), tmp_path)
        assert "add" in json.dumps(server.requests[0]["tools"])
    (made,) = found.tool_calls
    assert (made.name, json.loads(made.arguments), found.text) == ("add", ARGUMENTS, "Let me add.")


WAYS = pytest.mark.parametrize("stream", ["off", "on"])


def dashscope(server: DashScopeServer, stream: str) -> ModelSpec:
    """Return the model of a DashScope server."""
    return replace(of(needed("dashscope"), server), args=(("stream", stream),))


@WAYS
@pytest.mark.parametrize(
    "calls",
    [
        [("add", '{"a": 1, "b": 2, "why": "long enough for pieces"}')],
        [("add", '{"a": 1}'), ("add", '{"a": 2, "b": 3}')],
        [("add", '{"a": 1, "b": ')],
        [("add", "")],
    ],
    ids=["one", "parallel", "malformed", "no arguments"],
)
def test_dashscope_calls_come_as_they_were_made(stream: str, calls: list[tuple[str, str]], tmp_path: Path) -> None:
    with DashScopeServer(calls=lambda body: calls, finish="tool_calls", reasoning="I shall add.") as server:
        found = ask(dashscope(server, stream), tmp_path)
        (sent,) = server.requests
    assert found.tool_calls == tuple(ToolCall(*named, f"id{place}") for place, named in enumerate(calls))
    assert (found.text, found.finish_reason, found.reasoning) == ("", "tool_calls", "I shall add.")
    assert sent["parameters"]["tools"] == [json.loads(ADD)]
    assert sent["parameters"]["result_format"] == "message"


@WAYS
def test_dashscope_is_told_what_calls_returned(stream: str, tmp_path: Path) -> None:
    with DashScopeServer({"3": "It is 3."}) as server:
        assert ask(dashscope(server, stream), tmp_path, *HISTORY).text == "It is 3."
        (sent,) = server.requests
    _, called, result = sent["input"]["messages"]
    assert (called["content"], called["tool_calls"]) == ("", HISTORY[1]["tool_calls"])
    assert result == HISTORY[2]


def test_a_dashscope_model_that_takes_no_tools_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.servers import dashscope as protocol

    told = 400, "InvalidParameter", "The model does not support tools."
    monkeypatch.setitem(protocol.ERRORS, "tools", told)
    with DashScopeServer(fault=lambda number: "tools") as server, pytest.raises(BackendError) as caught:
        ask(dashscope(server, "off"), tmp_path)
    assert "see --tools=prompt" in str(caught.value)
