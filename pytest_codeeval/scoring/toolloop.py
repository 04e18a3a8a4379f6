"""The loop in which a model calls tools: what it called, what it is told of that, and in which state it leaves them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pytest_codeeval.core.calltext import call_of, calls_in_words, calls_written, results_in_words
from pytest_codeeval.core.completion import Completion, CompletionRequest, Message
from pytest_codeeval.core.ending import Ending, ending_of
from pytest_codeeval.core.scorer import Tools
from pytest_codeeval.core.toolbox import Toolbox
from pytest_codeeval.core.toolcall import ToolCall
from pytest_codeeval.scoring.marks import Marks, marks_with
from pytest_codeeval.scoring.text import LONGEST, final_text

_MOST_AT_ONCE = 32
_LONGEST_SHOWN = 200
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FENCED = re.compile(r"\s*```[\w-]*[ \t]*\n(.*?)```\s*", re.DOTALL)


def calls_of(completion: Completion, toolbox: Toolbox, marks: Marks) -> tuple[ToolCall, ...]:
    """Return the calls in an answer: those that the provider tells apart, else those that are written in the text.

    There they stand as the prompt asks for them, or behind the model's own marks, which a server that is not told how
    to read them leaves there; or they are all of it. An answer that was cut off or refused calls nothing, as its last
    call may not be what it would have been.
    """
    if ending_of(completion.finish_reason) in (Ending.CUT_SHORT, Ending.REFUSED):
        return ()
    if completion.tool_calls:
        return completion.tool_calls
    text = (final_text(completion.text, marks) or "")[:LONGEST]
    written = calls_written(text)[1]
    if any(call.name for call in written):
        return written
    marked = _marked(text, toolbox)
    if any(call.name for call in marked) or not written:
        return marked or _whole(text, toolbox)
    return written  # unreadable in either way: told to the model as it wrote it


def _marked(text: str, toolbox: Toolbox) -> tuple[ToolCall, ...]:
    # Here, as every worker imports this module, and few have anything to do with calls.
    from pytest_codeeval.scoring.calls.call import plain
    from pytest_codeeval.scoring.calls.decoding import ELEMENTS, MARK, TAG, decoded

    found = decoded(text, toolbox.names, declared=toolbox.parameters)
    if not found.found.startswith((ELEMENTS, MARK, TAG)):
        return ()
    # What cannot be read is told to the model in the place of its arguments.
    return tuple(ToolCall(one.name, one.fault or json.dumps(plain(one.arguments))) for one in found.calls)


def _whole(text: str, toolbox: Toolbox) -> tuple[ToolCall, ...]:
    """Return the calls that a text consists of, bare or in a fence; each has to be of a tool that there is."""
    fenced = _FENCED.fullmatch(text)
    try:
        found = json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError):
        return ()
    calls = [call_of(one) for one in (found if isinstance(found, list) else [found])]
    known = toolbox.names
    return tuple(call for call in calls if call) if all(call and call.name in known for call in calls) else ()


def called(toolbox: Toolbox, state: Any, calls: Sequence[ToolCall]) -> tuple[Any, list[str]]:
    """Make the calls of one answer in their order; return the state after them, and what each is told."""
    known = toolbox.names
    results = []
    for number, call in enumerate(calls):
        if number >= _MOST_AT_ONCE:
            result = f"error: more than {_MOST_AT_ONCE} calls at once; this one was not made"
        elif call.name not in known:
            there = ", ".join(sorted(known))
            result = f"error: there is no tool {call.name[:_LONGEST_SHOWN]!r}; there are {there}"
        elif len(call.arguments) > LONGEST or call.parsed() is None:
            result = f"error: the arguments are no JSON object: {call.arguments[:_LONGEST_SHOWN]}"
        else:
            state, result = toolbox.call(state, call)
        results.append(result[:LONGEST])
    return state, results


@dataclass(frozen=True, slots=True)
class ToolsLeft:
    """How a sample leaves its tools: their `state`, and the `calls` of the last answer, which were not made.

    There are such if a model has not come to an answer in all its steps.
    """

    state: Any
    calls: tuple[ToolCall, ...] = ()


def tools_left(toolbox: Toolbox, completions: Sequence[Completion], tools: Tools) -> ToolsLeft:
    """Return how the answers of a sample leave the tools, made anew from what was said."""
    marks = marks_with(tuple(tools.thinking_marks))
    state = toolbox.start
    for completion in completions[:-1]:
        state, _ = called(toolbox, state, calls_of(completion, toolbox, marks))
    return ToolsLeft(state, calls_of(completions[-1], toolbox, marks))


def told(
    request: CompletionRequest, completion: Completion, calls: Sequence[ToolCall], results: Sequence[str], marks: Marks
) -> CompletionRequest:
    """Return the request in which a model is told what its calls returned: as it was given the tools, or in words."""
    said = (final_text(completion.text, marks) or "").strip()
    if not request.tools:
        written = calls_in_words(calls) if completion.tool_calls else said
        answered: list[Message] = [{"role": "assistant", "content": written}]
        return request.going_on([*answered, {"role": "user", "content": results_in_words(results)}])
    ids = _ids(calls, request.turn)
    beside, in_text = calls_written(said)
    content = beside.strip() if completion.tool_calls or in_text else ""
    message: dict[str, Any] = {"role": "assistant", "content": content or None}
    if completion.reasoning:  # who keeps it apart wants it back as long as the turn goes on
        message["reasoning_content"] = completion.reasoning
    message["tool_calls"] = [
        {"id": name, "type": "function", "function": {"name": _sendable(call.name), "arguments": _object(call)}}
        for name, call in zip(ids, calls, strict=True)
    ]
    back = [{"role": "tool", "tool_call_id": name, "content": text} for name, text in zip(ids, results, strict=True)]
    return request.going_on([message, *back])


def _ids(calls: Sequence[ToolCall], turn: int) -> list[str]:
    """Return the ids that the calls came with; of our own making where one lacks, or is there twice."""
    ids = [call.id for call in calls]
    return ids if all(ids) and len(set(ids)) == len(ids) else [f"call_{turn}_{n}" for n in range(len(ids))]


def _sendable(name: str) -> str:
    """Return a name that servers take: they refuse a question in which a model's own odd one stands."""
    return name if _NAME.fullmatch(name) else re.sub(r"[^A-Za-z0-9_-]", "_", name)[:64] or "unknown"


def _object(call: ToolCall) -> str:
    """Return arguments that are a JSON object: servers read them again, and refuse a question with others."""
    return call.arguments if call.arguments.strip() and call.parsed() is not None else "{}"
