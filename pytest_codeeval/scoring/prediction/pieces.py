"""Pieces: the texts in a chat answer that may be the answer, from the surest place to what merely stands last."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pytest_codeeval.scoring.calls.brackets import closed
from pytest_codeeval.scoring.prediction.expression import FUNCTION
from pytest_codeeval.scoring.wording import announcing

TAGS, BOXED, ANSWER_LINE, FENCE, ASSERTION, LINE = "tags", "boxed", "answer line", "fence", "assertion", "line"
STATED, QUOTED, LAST_LINE, LAST_CALL = "stated", "quoted", "last line", "last call"
GUESSED = frozenset({LINE, STATED, QUOTED, LAST_LINE, LAST_CALL})
"""Places that are no answer unless there is nothing else."""

_MOST_LOOKS = 12
"""How many places of one rank are looked at, from the last: whoever writes more of them is not answering."""
_LONGEST = 2000  # characters of a place in the midst of words

_TAG = re.compile(
    r"\[ANSWER\](.*?)(?:\[/ANSWER\]|(?=\[ANSWER\])|\Z)|<answer>(.*?)(?:</answer>|\Z)", re.DOTALL | re.IGNORECASE
)
_BOX = re.compile(r"\\(?:boxed|fbox)\s{0,4}(?=\{)")
_SET = re.compile(r"\\(?:text|math)(?:tt|rm|bf|it|sf)?\s{0,4}(?=\{)")
_ESCAPED = re.compile(r"\\([{}_#%&$ ])")
_FENCED = re.compile(r"^[ \t>]*(`{3,}|~{3,})[^\n`]*\n(.*?)(?:^[ \t>]*\1|\Z)", re.DOTALL | re.MULTILINE)
_ASSERT = re.compile(r"(?<![\w.])assert(?=[ \t(])")
# By whether a call is asked for: what is said of its value is then no answer.
_ANNOUNCED = {
    wants_call: re.compile(announcing(rf"(?<![a-z])(?:{nouns}|assertion)(?![a-z])"), re.IGNORECASE)
    for wants_call, nouns in (
        (True, "inputs?|arguments?|call"),
        (False, "outputs?|results?|return(?:ed)?[ ]value|value"),
    )
}
_STATED = re.compile(
    r"(?<![a-z])(?:returns?|evaluates?[ ]to|outputs?|gives?|produces?|yields?|equals?|(?:be)?comes|is)[ ]?:?(?=[\s*`])"
    r"|==|→|->|=>",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"(?<!`)(`{1,2})(?!`)([^`\n]+)\1(?!`)")
_CALL = re.compile(rf"(?<![\w.]){FUNCTION}(?=\()")
_OR = re.compile(r"[\s*`]{0,8}or(?![a-z])")
_DRESS = re.compile(r"[\s*_>:]*(?:```[^\n`]*\n)?[\s]*`*")
_STRING = re.compile(
    r"'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\"|'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"", re.DOTALL
)


class Piece(NamedTuple):
    """One text that may be the answer, and where it stood.

    `sure` ones are what the model meant, whatever they hold.
    """

    text: str
    rank: str
    sure: bool = False


def pieces(text: str, *, wants_call: bool) -> Iterator[Piece]:
    """Yield what may be the answer, the surest first; of one rank the last first."""
    tags = [found[1] if found[1] is not None else found[2] for found in _TAG.finditer(text)]
    for inside in tags[::-1][:_MOST_LOOKS]:
        yield Piece(inside.strip(), TAGS, sure=True)
        yield from _forms(inside, TAGS, sure=True)
    for found in _last(_BOX, text):
        yield from _boxed(text[found.end() : found.end() + _LONGEST])
    fences = [*_FENCED.finditer(text)]
    code = [found.span() for found in fences]
    for found in _last(_ANNOUNCED[wants_call], text, code):
        sure = "answer" in found[0].casefold()
        yield from _forms(text[found.end() : found.end() + _LONGEST], ANSWER_LINE, sure=sure)
    for found in fences[::-1][:_MOST_LOOKS]:
        yield Piece(found[2], FENCE)
    for found in _last(_ASSERT, text):
        yield from _forms(text[found.start() : found.start() + _LONGEST], ASSERTION)
    lines = [line for line in text.strip().splitlines() if line.strip()]
    ends = (lines[-1:] + lines[:1]) if lines else []
    yield from (Piece(_undressed(line), LINE) for line in ends)
    for found in _last(_STATED, text, code):
        yield from _forms(text[found.end() : found.end() + _LONGEST], STATED)
    for found in _last(_QUOTED, text, code):
        yield Piece(found[2], QUOTED)
    for line in ends:
        yield from _forms(line[:_LONGEST], LAST_LINE)
    for found in _last(_CALL, text):
        yield from _forms(text[found.start() : found.start() + _LONGEST], LAST_CALL)


def _boxed(text: str) -> Iterator[Piece]:
    """Yield what stands in a box of LaTeX, the brace of which begins a text: as it is, and without LaTeX's marks."""
    end = closed(text, 0)
    if not end:
        return
    inside = text[1 : end - 1].strip()
    yield Piece(inside, BOXED)
    dress = _SET.match(inside)
    if dress and inside.endswith("}"):
        inside = inside[dress.end() + 1 : -1]
    yield Piece(_ESCAPED.sub(r"\1", inside), BOXED)


def _last(pattern: re.Pattern[str], text: str, outside: Sequence[tuple[int, int]] = ()) -> Iterator[re.Match[str]]:
    """Yield the last places of a pattern, from the last, but for those that begin in one of the stretches `outside`."""
    starts = [start for start, _ in outside]
    looks = 0
    for found in reversed([*pattern.finditer(text)]):
        before = bisect_right(starts, found.start()) - 1
        if before < 0 or outside[before][1] <= found.start():
            yield found
            looks += 1
        if looks == _MOST_LOOKS:
            return


def _forms(text: str, rank: str, *, sure: bool = False) -> Iterator[Piece]:
    """Yield the ways to read a text that begins with an answer: all of it, its first line, its first value."""
    dress = _DRESS.match(text)
    text = text[dress.end() if dress else 0 :]
    line = text.partition("\n")[0]
    found = [line, line.partition("`")[0], line.partition("  #")[0]]
    end = _value_end(text)
    if not _OR.match(text, end):  # of two values neither is the answer
        found.append(text[:end])
    if " == " in line:  # a side of it may be on several lines
        found.append(text[: _value_end(text, text.find(" == ") + 4)])
    yield from (Piece(one, rank, sure) for one in dict.fromkeys(map(_undressed, found)) if one)


def _undressed(text: str) -> str:
    """Return a text without the marks of Markdown and the full stop around it."""
    return text.strip().strip("`").rstrip("*_;,").rstrip().removesuffix(".").rstrip("*_`").strip()


def _value_end(text: str, start: int = 0) -> int:
    """Return where the value ends that begins at `start`: strings and brackets are closed in it."""
    at, depth = start, 0
    while at < len(text):
        character = text[at]
        if character in "'\"":
            string = _STRING.match(text, at)
            if not string:
                break
            at = string.end()
            continue
        depth += (character in "([{") - (character in ")]}")
        if depth < 0 or (depth == 0 and (character.isspace() or character in ",;`")):
            break
        at += 1
    return at
