"""Pieces: the texts in a chat answer that may be the answer, from the surest place to what merely stands last."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pytest_codeeval.scoring.prediction.expression import FUNCTION
from pytest_codeeval.scoring.wording import announcing

TAGS, ANSWER_LINE, ASSERTION, FENCE, STATED, QUOTED, LAST_LINE, LAST_CALL = (
    "tags",
    "answer line",
    "assertion",
    "fence",
    "stated",
    "quoted",
    "last line",
    "last call",
)
GUESSED = frozenset({STATED, QUOTED, LAST_LINE, LAST_CALL})
"""Places that are no answer unless there is nothing else."""

_MOST_LOOKS = 12
"""How many places of one rank are looked at, from the last: whoever writes more of them is not answering."""
_LONGEST = 2000  # characters of a place in the midst of words

_TAG = re.compile(
    r"\[ANSWER\](.*?)(?:\[/ANSWER\]|(?=\[ANSWER\])|\Z)|<answer>(.*?)(?:</answer>|\Z)", re.DOTALL | re.IGNORECASE
)
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
_DRESS = re.compile(r"[\s*_>:]*(?:```[^\n`]*\n)?[\s]*`*")
_STRING = re.compile(
    r"'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\"|'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"", re.DOTALL
)


class Piece(NamedTuple):
    """One text that may be the answer, and where it stood.

    `sure` ones are what the model meant, whatever they hold, and may be arguments alone.
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
    for start in _ends(_ANNOUNCED[wants_call], text):
        yield from _forms(text[start : start + _LONGEST], ANSWER_LINE, sure=True)
    for start in _starts(_ASSERT, text):
        yield from _forms(text[start : start + _LONGEST], ASSERTION)
    fences = [found[2] for found in _FENCED.finditer(text)]
    for inside in fences[::-1][:_MOST_LOOKS]:
        yield Piece(inside, FENCE, sure=True)
    for start in _ends(_STATED, text):
        yield from _forms(text[start : start + _LONGEST], STATED)
    for found in [*_QUOTED.finditer(text)][::-1][:_MOST_LOOKS]:
        yield Piece(found[2], QUOTED)
    lines = [line for line in text.strip().splitlines() if line.strip()]
    for line in (lines[-1:] + lines[:1]) if lines else ():
        yield from _forms(line[:_LONGEST], LAST_LINE)
    for start in _starts(_CALL, text):
        yield from _forms(text[start : start + _LONGEST], LAST_CALL)


def _ends(pattern: re.Pattern[str], text: str) -> list[int]:
    return [found.end() for found in pattern.finditer(text)][::-1][:_MOST_LOOKS]


def _starts(pattern: re.Pattern[str], text: str) -> list[int]:
    return [found.start() for found in pattern.finditer(text)][::-1][:_MOST_LOOKS]


def _forms(text: str, rank: str, *, sure: bool = False) -> Iterator[Piece]:
    """Yield the ways to read a text that begins with an answer: all of it, its first line, its first value."""
    dress = _DRESS.match(text)
    text = text[dress.end() if dress else 0 :]
    line = text.partition("\n")[0]
    found = [line, line.partition("`")[0], line.partition("  #")[0], text[: _value_end(text)]]
    if " == " in line:  # a side of it may be on several lines
        found.append(text[: _value_end(text, text.find(" == ") + 4)])
    yield from (Piece(one, rank, sure) for one in dict.fromkeys(map(_undressed, found)) if one)


def _undressed(text: str) -> str:
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
