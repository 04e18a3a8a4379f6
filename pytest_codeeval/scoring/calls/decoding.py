"""Decoding: the calls in an answer, from the surest place and form to the least sure one, and which these were."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pytest_codeeval.core.toolcall import ToolCall
from pytest_codeeval.scoring.calls.brackets import closed
from pytest_codeeval.scoring.calls.call import MOST_CALLS, Call, UnreadableCallError, sent_name
from pytest_codeeval.scoring.calls.elementforms import CUT, PREFIX, element_calls
from pytest_codeeval.scoring.calls.foreignforms import foreign_calls
from pytest_codeeval.scoring.calls.jsonforms import BOM, json_calls, native_call
from pytest_codeeval.scoring.calls.markedforms import marked_calls
from pytest_codeeval.scoring.calls.pythonforms import python_calls

NATIVE, MARK, ELEMENTS, TAG, FENCE, WHOLE = "native", "mark", "elements", "tag", "fence", "whole answer"
BRACKETS, LINES = "brackets", "lines"
NO_CALL, UNREADABLE = "no call", "unreadable"
_MOST_LOOKS = 20
"""How many brackets are tried: whoever writes more of them before the call is not calling."""
_MOST_UNCLOSED = 3  # brackets without an end, which are looked for in all of the text
_BROKEN = Call("", fault="what stands in a tag of calls is none")

_BRACKET = re.compile(r"[\[{]")
_TAG = re.compile(rf"<\|?(?P<closing>/?)\|?{PREFIX}(?:tool_?calls?|function_?calls?|python_tag)\|?>", re.IGNORECASE)
_OVER = ("<|eom_id|>", "<|eot_id|>", "<|im_end|>", "</s>", "<end_of_turn>")
"""Marks of a turn's end, which some servers leave in its text."""
_FENCE = re.compile(r"^[ \t]{0,3}```[^\n`]*\n", re.MULTILINE)
_FENCE_END = re.compile(r"^[ \t]{0,3}```", re.MULTILINE)
_LINE = re.compile(
    r"^[ \t]{0,20}(?>(?:(?:[-*+]|[0-9]{1,3}[.)])[ \t]{1,20})?)`{0,3}(?>(?:[A-Za-z_]\w{0,60} ?= ?)?)"
    r"(?>(?P<print>(?:print\()?))(?=(?P<object>\{)|(?P<name>[A-Za-z_][\w.]{0,200})(?P<call>\())",
    re.MULTILINE,
)
_REST = re.compile(r"[`,;. \t]*$", re.MULTILINE)


class Decoded(NamedTuple):
    """What was found in an answer: the calls, the place and form of them, else whether there was an attempt at one."""

    calls: tuple[Call, ...]
    found: str


class Reader(NamedTuple):
    """How calls are written: the names of the functions, and the language of values that are not JSON.

    `declared` has by function the JSON schema of each parameter, for values that are written as texts.
    """

    known: Collection[str]
    language: str = "python"
    declared: Mapping[str, Mapping[str, Any]] = {}

    def forms(self) -> tuple[tuple[str, Callable[[str], list[Call]]], ...]:
        """Return the ways to read a text, by name."""
        own = python_calls if self.language == "python" else foreign_calls
        return (("json", lambda text: json_calls(text, self.known)), (self.language, own))

    def read(self, text: str) -> tuple[str, list[Call]] | None:
        """Return the form and the calls of a text that is calls and nothing else."""
        for form, read in self.forms():
            try:
                return form, read(text)
            except (UnreadableCallError, RecursionError):
                continue
        return None

    def read_calls(self, text: str) -> tuple[str, list[Call]] | None:
        """Return the same, but nothing for code: what calls no function that is known, and not as calls are written."""
        found = self.read(text)
        calls = found[1] if found else []
        return None if calls and all(one.fault and one.name not in self.known for one in calls) else found


def native_calls(calls: Sequence[ToolCall]) -> Decoded:
    """Return the calls that a model made by its provider's own means."""
    return Decoded(tuple(native_call(call.name, call.arguments) for call in calls[: MOST_CALLS + 1]), NATIVE)


def decoded(
    text: str,
    functions: Collection[str],
    language: str = "python",
    declared: Mapping[str, Mapping[str, Any]] | None = None,
) -> Decoded:
    r"""Return the calls of an answer's text; `functions` are the names of those that could be called.

    `declared` has by function the JSON schema of each parameter. Markdown's `\_` is taken for `_` where nothing can be
    read otherwise.
    """
    known = declared or {}
    sent = {sent_name(name): known[name] for name in known}
    reader = Reader({*functions, *map(sent_name, functions)}, language, {**sent, **known})
    text = text.removeprefix(BOM)
    for _ in _OVER:
        text = text.rstrip()
        text = text[: text.rindex("<")] if text.endswith(_OVER) else text
    found = _first(text, reader)
    if found is None and "\\_" in text:
        found = _first(text.replace("\\_", "_"), reader)
    if found is not None:
        return found
    return Decoded((), UNREADABLE if _attempted(text, reader) else NO_CALL)


def _first(text: str, reader: Reader) -> Decoded | None:
    elements, rest = element_calls(text, reader.known, reader.declared)
    if elements:
        return Decoded((*elements, *_beside(rest, reader)), ELEMENTS)
    marked = marked_calls(text)
    if marked:
        return Decoded(tuple(marked), MARK)
    empty = False
    for place, said in _places(text):
        if place == FENCE:
            found = _in_fences(said, reader)
        else:
            found = [reader.read_calls(one) if place == TAG else reader.read(one) for one in said]
        calls = [call for one in found if one for call in one[1]]
        if calls:
            form = next(one[0] for one in found if one and one[1])
            # What stands in a tag was meant as a call, whatever it is.
            broken = [_BROKEN] * found.count(None) if place == TAG else []
            return Decoded((*calls, *broken), f"{place} {form}")
        empty = empty or (any(one is not None for one in found) and place != BRACKETS)
    if empty:  # an empty list: the model says that it calls nothing
        return Decoded((), NO_CALL)
    by_line = _by_line(text, reader)
    return Decoded(tuple(by_line), LINES) if by_line else None


def _beside(rest: str, reader: Reader) -> Iterator[Call]:
    """Yield the calls that stand in marks and tags beside those that are written as elements."""
    yield from marked_calls(rest)
    for one in _tagged(rest):
        found = reader.read_calls(one.replace(CUT, " ").strip())
        yield from found[1] if found else [] if CUT in one else [_BROKEN]


def _places(text: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the places in which calls may stand, with the texts there."""
    tagged = _tagged(text)
    if tagged:
        yield TAG, tagged
    fenced = _fenced(text)
    if fenced:
        yield FENCE, fenced
    yield WHOLE, [text.strip("`\n\r\t ")]
    for run in _bracketed(text):
        yield BRACKETS, run


def _tagged(text: str) -> Sequence[str]:
    """Return what stands in the tags of calls."""
    marks = list(_TAG.finditer(text))
    ends = [*(mark.start() for mark in marks), len(text)][1:]
    said = [text[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=True) if not mark["closing"]]
    return list(filter(None, said))[: MOST_CALLS + 1]


def _fenced(text: str) -> Sequence[str]:
    """Return what stands in the first fences."""
    said: list[str] = []
    at = 0
    while len(said) < _MOST_LOOKS and (fence := _FENCE.search(text, at)):
        end = _FENCE_END.search(text, fence.end())
        said.append(text[fence.end() : end.start() if end else len(text)])
        at = end.end() if end else len(text)
    return said


def _in_fences(said: Sequence[str], reader: Reader) -> list[tuple[str, list[Call]] | None]:
    """Return the form and the calls of each fence, but for one that repeats what stands in others before it."""
    found: list[tuple[str, list[Call]] | None] = []
    before: list[tuple[str, Mapping[Any, Any], str]] = []
    for one in said:
        read = reader.read_calls(one)
        if read is None:
            lines = _by_line(one, reader)
            read = (LINES, lines) if lines else None
        calls = [(sent_name(call.name), call.arguments, call.fault) for call in read[1]] if read else []
        if calls and all(call in before for call in calls):
            continue
        before += calls
        found.append(read)
    return found


def _bracketed(text: str) -> Iterator[Sequence[str]]:
    """Yield the first texts that are within brackets, with these; those that follow each other at once together."""
    run: list[str] = []
    at = unclosed = 0
    for _ in range(_MOST_LOOKS):
        opening = _BRACKET.search(text, at)
        if not opening or unclosed > _MOST_UNCLOSED:
            break
        if run and text[at : opening.start()].strip(" \t\r\n,;"):
            yield run
            run = []
        end = closed(text, opening.start())
        unclosed += not end
        if end:
            run.append(text[opening.start() : end])
        at = end or opening.end()
    if run:
        yield run


def _by_line(text: str, reader: Reader) -> list[Call]:
    """Return the calls of known functions that begin on lines of their own and end at the end of one."""
    calls: list[Call] = []
    at = unclosed = 0
    while unclosed <= _MOST_UNCLOSED and len(calls) <= MOST_CALLS and (line := _LINE.search(text, at)):
        at = line.end() + 1
        if line["name"] and line["name"] not in reader.known:
            continue
        end = closed(text, line.start("object") if line["object"] else line.start("call"))
        unclosed += not end
        behind = end + (bool(line["print"]) and text.startswith(")", end))
        found = reader.read(text[line.end() : end]) if end and _REST.match(text, behind) else None
        if found:
            calls += found[1]
            at = end
    return calls


def _attempted(text: str, reader: Reader) -> bool:
    """Whether a text that holds no call reads as if it was to: a tag, a bracket first, a function's name with one."""
    if _TAG.search(text) or text.lstrip("`\n\r\t ")[:1] in ("[", "{"):
        return True
    return any(f"{name}(" in text for name in reader.known)
