"""Element forms: calls with an element for each argument, whose text is a value of the type that is declared."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from pytest_codeeval.scoring.calls.call import MOST_CALLS, Call, UnreadableCallError, call_of
from pytest_codeeval.scoring.calls.jsonforms import json_value
from pytest_codeeval.scoring.calls.pythonforms import literal

CUT = "\0"
"""What stands in the place of calls in the rest of a text."""

_NAME = r"(?>[A-Za-z_][\w.-]{0,200})"
_BLANK = r"(?>\s{0,99})"
# Claude's `antml:`, MiniMax's and others' before a colon, DeepSeek's between bars.
PREFIX = r"(?>(?:[a-z]{1,16}:|｜DSML｜)?)"
# Not within a text of JSON, nor in code that is spoken of.
_OPENING = re.compile(
    rf"(?<![\w\"'`\\])(?:<function=(?P<function>{_NAME})>{_BLANK}(?=<parameter=|</function>)"
    rf"|<(?P<prefix>{PREFIX})invoke name=([\"'])(?P<invoke>{_NAME})\3>{_BLANK}"
    r"(?=<(?P=prefix)parameter name=|</(?P=prefix)invoke>)"
    rf"|<tool_call>{_BLANK}(?P<tool>{_NAME}){_BLANK}(?:<tool_sep>{_BLANK})?(?P<empty></tool_call>|(?=<arg_key>)))"
)
_KEYS = {
    "function": re.compile(r"<parameter=(?P<key>[^<>\n]{1,200})>"),
    "invoke": re.compile(
        rf"<{PREFIX}parameter name=([\"'])(?P<key>[^<>\"'\n]{{1,200}})\1(?: string=\"(?P<text>true|false)\")?>"
    ),
    "tool": re.compile(rf"<arg_key>{_BLANK}(?P<key>[^<>\s][^<>]{{0,199}})</arg_key>{_BLANK}<arg_value>"),
}
_INTEGER = re.compile(r"[+-]?[0-9]{1,300}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,300}(?:\.[0-9]{1,300})?(?:[eE][+-]?[0-9]{1,5})?")
_WORDS: Mapping[str, Mapping[str, Any]] = {
    "boolean": {"true": True, "false": False},
    "null": {"null": None, "none": None},
}
_KINDS: Mapping[str, type] = {"array": list, "object": dict}


class _Ends(NamedTuple):
    """What a call, and each of its values, is closed by."""

    call: str
    value: str


def element_calls(
    text: str, known: Collection[str], declared: Mapping[str, Mapping[str, Any]]
) -> tuple[list[Call], str]:
    """Return the calls in a text that are written as elements, and the text without them.

    Qwen3-Coder writes `<function=f><parameter=x>…`, GLM-4.5 `<tool_call>f <arg_key>x</arg_key><arg_value>…`, Claude,
    MiniMax and DeepSeek `<invoke name="f"><parameter name="x">…`. `declared` has by function the JSON schema of each
    parameter; a value of no declared type is its text. One that has no end makes a call that cannot be read.
    """
    calls: list[Call] = []
    rest: list[str] = []
    at = 0
    while len(calls) <= MOST_CALLS and (found := _OPENING.search(text, at)):
        kind = next(one for one in _KEYS if found[one])
        name = found[kind]
        if found["empty"] and name not in known:  # a word in a tag
            rest.append(text[at : found.end()])
            at = found.end()
            continue
        call, end = (Call(name), found.end()) if found["empty"] else _call(text, found, kind, declared.get(name, {}))
        calls.append(call)
        rest += [text[at : found.start()].replace(CUT, " "), CUT]
        at = end
    return calls, "".join([*rest, text[at:].replace(CUT, " ")])


def _call(text: str, found: re.Match[str], kind: str, declared: Mapping[str, Any]) -> tuple[Call, int]:
    """Return a call whose arguments begin where its opening ends, and the place behind it."""
    name, ends = found[kind], _ends(found, kind)
    end = text.find(ends.call, found.end())
    if end < 0:
        return Call(name, fault="the call has no end"), len(text)
    body = text[found.end() : end]
    behind = end + len(ends.call)
    if _OPENING.search(body):
        return Call(name, fault="another call begins before this one ends"), behind
    try:
        return call_of(name, _arguments(body, _KEYS[kind], ends.value, declared)), behind
    except UnreadableCallError as error:
        return Call(name, fault=str(error)), behind


def _arguments(body: str, keys: re.Pattern[str], end: str, declared: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the arguments in what stands between the ends of a call; words beside them say nothing.

    Raises UnreadableCallError for elements of another kind, and for one argument that stands there twice.
    """
    arguments: dict[str, Any] = {}
    openings = list(keys.finditer(body))
    starts = [*(opening.start() for opening in openings), len(body)]
    beside = [body[: starts[0]]]
    for opening, following in zip(openings, starts[1:], strict=True):
        value, _, behind = body[opening.end() : following].partition(end)
        beside.append(behind)
        key = opening["key"].strip()
        if key in arguments:
            raise UnreadableCallError(f"the argument {key[:80]} stands there twice")
        arguments[key] = _typed(value, _schema(opening, declared.get(key)))
    if any("<" in words for words in beside):
        raise UnreadableCallError("what stands in the call is no argument")
    return arguments


def _ends(found: re.Match[str], kind: str) -> _Ends:
    if kind == "function":
        return _Ends("</function>", "</parameter>")
    if kind == "tool":
        return _Ends("</tool_call>", "</arg_value>")
    return _Ends(f"</{found['prefix']}invoke>", f"</{found['prefix']}parameter>")


def _schema(opening: re.Match[str], declared: Any) -> Mapping[str, Any]:
    """Return the schema of a value; DeepSeek says itself whether it is a text."""
    if opening.groupdict().get("text") == "true":
        return {"type": "string"}
    return declared if isinstance(declared, Mapping) else {}


def _typed(text: str, schema: Mapping[str, Any]) -> Any:
    """Return what a text is worth by a schema, itself if it is no value of the type that this declares."""
    text = text.removeprefix("\n").removesuffix("\n")
    kinds = schema.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "string" in kinds:
        return text
    for kind in map(str, kinds):
        try:
            return _value(text.strip(), kind)
        except UnreadableCallError:
            continue
    return text


def _value(text: str, kind: str) -> Any:
    """Return the value of a type that a text is.

    Raises UnreadableCallError for a text that is none.
    """
    if kind in ("integer", "number") and _INTEGER.fullmatch(text):
        return int(text)
    if kind == "number" and _NUMBER.fullmatch(text):
        return float(text)
    if text.lower() in _WORDS.get(kind, {}):
        return _WORDS[kind][text.lower()]
    if kind in _KINDS:
        try:
            value = json_value(text)
        except UnreadableCallError:
            value = literal(text)  # as Python writes it
        if isinstance(value, _KINDS[kind]):
            return value
    raise UnreadableCallError(f"no {kind}")
