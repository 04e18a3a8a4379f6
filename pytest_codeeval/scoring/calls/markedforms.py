"""Marked forms: calls that begin with a mark of the model's own and the function's name, before a JSON object."""

from __future__ import annotations

import json
import re

from pytest_codeeval.scoring.calls.call import MOST_CALLS, Call, UnreadableCallError, call_of

# Of Mistral, Llama, functionary (which speaks to `all`), DeepSeek and Kimi.
_MARK = (
    r"\[TOOL_CALLS\]|<function=|>>>(?!all\b)(?=[\w.-]{1,200}\n)|<｜tool▁call▁begin｜>(?>(?:function<｜tool▁sep｜>)?)"
    r"|<\|tool_call_begin\|>(?>(?:functions\.)?)"
)
_BEHIND = r"(?::[0-9]{1,4})?(?:\[CALL_ID\]\w{1,64})?(?:\[ARGS\]|>|<｜tool▁sep｜>|<\|tool_call_argument_begin\|>)?"
_MARKED = re.compile(
    rf"(?:{_MARK})[ \t\n]{{0,9}}(?P<name>[A-Za-z_][\w.-]{{0,200}}){_BEHIND}\s{{0,9}}(?:```(?:json)?\s{{0,9}})?(?=\{{)"
)


def marked_calls(text: str) -> list[Call]:
    """Return the calls behind the marks in a text; what is behind one was meant as a call, whatever it is."""
    calls: list[Call] = []
    at = 0
    while len(calls) <= MOST_CALLS and (found := _MARKED.search(text, at)):
        call, at = _call(found["name"], text, found.end())
        calls.append(call)
    return calls


def _call(name: str, text: str, start: int) -> tuple[Call, int]:
    """Return a call whose arguments begin at a place, and the place behind them."""
    try:
        arguments, end = json.JSONDecoder().raw_decode(text, start)
        return call_of(name, arguments), end
    except (UnreadableCallError, ValueError, RecursionError) as error:
        return Call(name, fault=f"no JSON ({error})"), start + 1
