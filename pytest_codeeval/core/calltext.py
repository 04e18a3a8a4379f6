"""Calls of tools as text: how a model that is given none is told of tools, how it calls them, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from pytest_codeeval.core.toolcall import ToolCall

_OPEN, _CLOSE = "<tool_call>", "</tool_call>"
_MOST = 1 << 16
"""Characters of a text that are looked at."""


def tools_in_words(tools: Sequence[str]) -> str:
    """Return what a model is told that has to write its calls into its answers."""
    listed = "\n".join(json.dumps(json.loads(tool).get("function", {}), ensure_ascii=False) for tool in tools)
    example = ToolCall("NAME", '{"PARAMETER": "VALUE"}')
    return (
        "You may call these functions, each given by its JSON schema:\n\n"
        f"{listed}\n\n"
        "To call one, answer with nothing but a JSON object between two marks, one such block for each call:\n\n"
        f"{calls_in_words([example])}\n\n"
        "You are then told what the calls returned, between <tool_response> and </tool_response>. Where you need no "
        "call, or no further one, answer in words."
    )


def calls_in_words(calls: Iterable[ToolCall]) -> str:
    """Return calls as a model writes them."""
    return "\n".join(f'{_OPEN}\n{{"name": {json.dumps(c.name)}, "arguments": {c.arguments}}}\n{_CLOSE}' for c in calls)


def results_in_words(results: Iterable[str]) -> str:
    """Return what calls returned, in their order, as it is told to a model that called by text."""
    return "\n".join(f"<tool_response>\n{result}\n</tool_response>" for result in results)


def calls_written(text: str) -> tuple[str, tuple[ToolCall, ...]]:
    """Return a text without the blocks in which a model called tools, and the calls.

    A block that is no call is one without a name, with the block as its arguments. The last may lack its end.
    """
    around: list[str] = []
    calls: list[ToolCall] = []
    rest = text[:_MOST]
    while _OPEN in rest:
        before, _, rest = rest.partition(_OPEN)
        block, _, rest = rest.partition(_CLOSE)
        around.append(before)
        calls.append(call_in(block) or ToolCall("", block.strip()))
    return "".join([*around, rest]), tuple(calls)


def call_in(text: str) -> ToolCall | None:
    """Return the call that is the whole of a text, as `{"name": …, "arguments": {…}}`; None where it is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return call_of(found)


def call_of(found: object) -> ToolCall | None:
    """Return the call that JSON values are; None where they are none."""
    name = found.get("name") if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(name, str):
        return None
    arguments: Any = next((found[key] for key in ("arguments", "parameters") if key in found), {})
    return ToolCall(name, arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False))
