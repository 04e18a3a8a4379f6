"""Foreign forms: calls whose arguments are written in Java or JavaScript, `[f(a="x", b=new int[]{1})]`, as texts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_codeeval.scoring.calls.call import MOST_CALLS, Call, UnreadableCallError

_NAME = re.compile(r"\s*([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)\s*")
_ARGUMENT = re.compile(r"\s*([A-Za-z_$][\w$]*)\s*[=:](?![=>])\s*")
_GENERIC = re.compile(r"new\s+[\w.$]+\s*<[\w\s.,<>?\[\]]{0,200}>")
_QUOTED = re.compile(
    r'"[^"\\\n]*+(?>(?:\\.[^"\\\n]*+)*)"|\'[^\'\\\n]*+(?>(?:\\.[^\'\\\n]*+)*)\'|`[^`\\]*+(?>(?:\\.[^`\\]*+)*)`'
)
_PLAIN = re.compile(r"[^()\[\]{}\"'`,n]+")
_WITHIN = re.compile(r"[^()\[\]{}\"'`n]+")
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_DEEPEST = 12
"""How deep brackets may be nested: each level is gone through once more."""


def foreign_calls(text: str) -> list[Call]:
    """Return the calls of a text that is one call, or a list of calls; of an empty list none.

    Raises UnreadableCallError for a text that is anything else.
    """
    text = text.strip()
    if text[:1] == "[":
        if text[-1:] != "]":
            raise UnreadableCallError("the list has no end")
        text = text[1:-1].strip()
    calls: list[Call] = []
    for one in pieces(text):
        if len(calls) > MOST_CALLS:
            break
        calls.append(_call(one.strip()))
    return calls


def _call(text: str) -> Call:
    text = text.removesuffix(";").rstrip()
    named = _NAME.match(text)
    if not named or text[named.end() : named.end() + 1] != "(" or end_of(text, named.end()) != len(text):
        raise UnreadableCallError("no call")
    name, arguments = named[1], {}
    for piece in pieces(text[named.end() + 1 : -1]):
        found = _ARGUMENT.match(piece)
        if not found:
            return Call(name, fault="an argument stands without its name")
        if found[1] in arguments:
            return Call(name, fault=f"the argument {found[1]} stands there twice")
        arguments[found[1]] = without_quotes(piece[found.end() :].strip())
    return Call(name, arguments)


def without_quotes(text: str) -> str:
    """Return what a text literal says, if that is all that a text is; escapes stay as they are."""
    quoted = _QUOTED.match(text)
    return text[1:-1] if quoted and quoted.end() == len(text) else text


def is_quoted(text: str) -> bool:
    """Whether a text is a text literal and nothing else."""
    return without_quotes(text) != text


def pieces(text: str) -> Iterator[str]:
    """Yield what stands between the commas of a text, but for those within brackets and quotes; of no text nothing.

    Raises UnreadableCallError for brackets that do not match.
    """
    start = at = 0
    while at < len(text):
        if text[at] == ",":
            yield text[start:at]
            start = at + 1
        at = _behind(text, at)
    if text[start:].strip():
        yield text[start:]


def end_of(text: str, start: int) -> int:
    """Return where the bracket that opens at a place is closed: behind its closing one.

    Raises UnreadableCallError for one that never is.
    """
    closing, at = [_PAIRS[text[start]]], start + 1
    while at < len(text):
        sign = text[at]
        if sign in _PAIRS:
            closing.append(_PAIRS[sign])
            if len(closing) > _DEEPEST:
                raise UnreadableCallError("brackets are nested too deep")
            at += 1
        elif sign == closing[-1]:
            closing.pop()
            at += 1
            if not closing:
                return at
        else:
            at = _step(text, at, _WITHIN)
    raise UnreadableCallError("a bracket is never closed")


def _behind(text: str, at: int) -> int:
    return end_of(text, at) if text[at] in _PAIRS else _step(text, at)


def _step(text: str, at: int, plain: re.Pattern[str] = _PLAIN) -> int:
    """Return the place behind a literal, a generic type or a character; closing brackets are none of these."""
    sign = text[at]
    if sign in ")]}":
        raise UnreadableCallError("brackets do not match")
    whole = _QUOTED.match(text, at) if sign in "\"'`" else (_GENERIC if sign == "n" else plain).match(text, at)
    if sign in '"`' and not whole:
        raise UnreadableCallError("a text has no end")
    return whole.end() if whole else at + 1
