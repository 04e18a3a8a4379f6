"""The ladder: where the final number of an answer in words stands, from the surest place to the last number at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from pytest_codeeval.scoring.numeral import number_at, numbers, plain, value_of
from pytest_codeeval.scoring.secondthoughts import instead, next_question, supposed, taken_back
from pytest_codeeval.scoring.wording import announcing

BOXED, HASHES, ANSWER_LINE, LAST_NUMBER = "boxed", "hashes", "answer line", "last number"
RANKS = (BOXED, HASHES, ANSWER_LINE, LAST_NUMBER)

_MOST_LOOKS = 20
"""How many places of one rank are looked at, from the last: whoever writes more of them is not answering."""
_LONGEST = 300  # characters of a place
_NEAR = 60  # characters before a number that may offer another one

_BRACES = re.compile(r"\\(?P<boxed>boxed|fbox)\s{0,4}\{|\\.|[{}]")
_HASHES = re.compile(r"####++[ \t]*\n?")
_ANSWER = re.compile(rf"{announcing()}|(?:^|(?<=\n))[ \t>*_#]{{0,8}}A[*_]{{0,3}}:", re.IGNORECASE)
_DRESS = re.compile(
    r"(?>(?:[\s*_`:=>#(\[~≈\"'“‘]|\$(?=[\s*$\\])|</?[a-z]{1,6}>"
    r"|(?i:about|approximately|therefore|thus|exactly|[a-z]\s?=|usd|eur|gbp|inr|rs\.?)[\s,])*)"
)
_CHOICE = re.compile(
    r"[\s$*_]{0,6}(?:(?:or|to)\s[\s$*_]{0,6}-?[0-9]++(?>(?:[.,][0-9]++)*)"
    r"|(?:,\s|[|;&]\s?)\s?[$*_]{0,4}-?[0-9]++(?>(?:[.,][0-9]++)*)(?=[\s.$*_)}]{0,6}(?:\n|\Z))"
    r"|(?:and\s|[-–]\s?)[$*_]{0,4}[0-9]++(?>(?:[.,][0-9]++)*)(?=[\s.$*_)}]{0,6}\Z))",
    re.IGNORECASE,
)
_EITHER = re.compile(
    r"[0-9][\s$*_]{0,6}(?:or|oder|ou)[\s$*_]{1,6}\Z|(?<![a-z])between\s[^.\n]{1,40}\sand\s\$?\Z", re.IGNORECASE
)
_GOES_ON = re.compile(r"[\s$*_]{0,6}(?:[-+*/×÷·^x=≈][\s$*_(]{0,6}|and\s[\s$*_]{0,6})[-$]?[0-9.]")
_UNIT = re.compile(r"[*_`$)\]]{0,6}[^0-9+*/=×÷\n]{0,30}(?=\n|\Z)")
_ENUMERATED = re.compile(r"[.)]\s+\S")
_ASIDE = re.compile(r"\([^()\n]*+\)")
_THOUSANDS = re.compile(r"(?<![0-9.,/])[0-9]{1,3}(?>(?: [0-9]{3})+)(?![0-9,/])")
_STRICT = re.compile(r"#### (-?[0-9.,]+)")


class Found(NamedTuple):
    """The final number: the rank of the place that it stood at, what stood there, and its value, None if that is none.

    None are several numbers in a box, for example, or one of more digits than any answer has.
    """

    rank: str
    text: str
    value: Fraction | None


def final_number(text: str) -> Found | None:
    """Return the final number of an answer, None if there is no number in it.

    What stands behind the next question counts only if there is no answer before it, and what stands before words that
    take it back only if there is none behind them.
    """
    text = plain(text)
    at = next_question(text)
    own = _look(text[:at]) if at > 0 else None
    if own and own.rank != LAST_NUMBER:
        return own
    return _look(text)


def _look(text: str) -> Found | None:
    back = taken_back(text)
    return (_climb(text[back:]) if back else None) or _climb(text)


def _climb(text: str) -> Found | None:
    # Where an answer is all that stands there, a blank between three digits and three is one of thousands.
    joined = _THOUSANDS.sub(lambda found: found[0].replace(" ", ","), text)
    for rank, look in ((BOXED, _boxed), (HASHES, _behind_hashes), (ANSWER_LINE, _announced), (LAST_NUMBER, _last)):
        number = look(text if rank == LAST_NUMBER else joined)
        if isinstance(number, str):
            return Found(rank, number, None)
        if number:
            return Found(rank, number[0].strip(), value_of(number))
    return None


def strict_number(text: str) -> str | None:
    """Return what lm-eval's rule `strict-match` takes from an answer, as it compares it: as text.

    That is the first number behind `#### `, one blank and no sign of money, without its commas and one point at its
    end.
    """
    found = _STRICT.search(text)
    return found[1].replace(",", "").removesuffix(".") if found else None


def _boxed(text: str) -> re.Match[str] | str | None:
    r"""Return the number of the last box that has one, its whole text if it has several."""
    for content in _boxes(text):
        content = _ASIDE.sub(_without_words, content)
        known = list(numbers(content, max(content.rfind("="), content.rfind("≈")) + 1)) or list(numbers(content))
        if known:
            return known[0] if len({number[0] for number in known}) == 1 else content
    return None


def _boxes(text: str) -> Iterator[str]:
    """Yield what stands in the last boxes, of which the braces match, the last first."""
    open_braces: list[int] = []
    boxes: list[tuple[int, int]] = []
    for brace in _BRACES.finditer(text):
        if brace["boxed"]:
            open_braces.append(brace.end())
        elif brace[0] == "{":
            open_braces.append(-1)
        elif brace[0] == "}" and open_braces and (start := open_braces.pop()) >= 0:
            boxes.append((start, brace.start()))
    for start, end in sorted(boxes)[-_MOST_LOOKS:][::-1]:
        if end - start <= _LONGEST:
            yield text[start:end]


def _behind_hashes(text: str) -> re.Match[str] | str | None:
    for mark in list(_HASHES.finditer(text))[-_MOST_LOOKS:][::-1]:
        number = _direct(text, mark.end(), last=False)
        # A heading of the fourth level may be the head of a numbered step.
        if number and not _ENUMERATED.match(text, number.end()):
            return _one_of(text, number)
    return None


def _announced(text: str) -> re.Match[str] | str | None:
    for mark in list(_ANSWER.finditer(text))[-_MOST_LOOKS:][::-1]:
        if supposed(text, mark.start(), mark.end()):
            continue
        number = _direct(text, mark.end(), last=True)
        # On a line of its own there is the answer and nothing else; other lines may be the working.
        if number and ("\n" not in text[mark.end() : number.start()] or _UNIT.match(text, number.end())):
            return _one_of(text, number)
    return None


def _one_of(text: str, number: re.Match[str]) -> re.Match[str] | str:
    """Return a number or the one that takes its place, or text where it is offered together with another one."""
    for _ in range(_MOST_LOOKS):
        at = instead(text, number.end())
        later = _direct(text, at, last=False) if at >= 0 else None
        if later is None:
            break
        number = later
    other = _CHOICE.match(text, number.end())
    return text[number.start() : other.end()] if other else number


def _direct(text: str, start: int, *, last: bool) -> re.Match[str] | None:
    """Return the number that stands at a place, or what a calculation that stands there comes to.

    `last` says that no number may follow such a calculation on later lines, as it is a step of the working then.
    """
    dressed = _DRESS.match(text, start, start + _LONGEST)
    at = dressed.end() if dressed else start
    while at > start and text[at - 1] in "$(":  # part of the number, or of nothing
        at -= 1
    number = number_at(text, at) or number_at(text, dressed.end() if dressed else start)
    if number is None or not _GOES_ON.match(text, number.end()) or _CHOICE.match(text, number.end()):
        return number
    end = text.find("\n", number.end())
    end = min(len(text) if end < 0 else end, at + _LONGEST)
    result = text.rfind("=", at, end)
    if result < 0 or (last and next(numbers(text, end), None)):
        return None
    return next(numbers(text, result + 1, end), None)


def _last(text: str) -> re.Match[str] | str | None:
    """Return the last number; one that is said aside, in brackets, only if its line has no other.

    It is none if it is offered together with another one: "17 or 18".
    """
    last = None
    for last in numbers(text):  # noqa: B007 - the last one is wanted
        pass
    if last is None:
        return None
    end = text.find("\n", last.end())
    line = text[text.rfind("\n", 0, last.start()) + 1 : len(text) if end < 0 else end]
    said = None
    for said in numbers(_ASIDE.sub(_without_words, line)):  # noqa: B007 - likewise
        pass
    if _EITHER.search(text[max(0, last.start() - _NEAR) : last.start()]):
        return text[max(0, last.start() - _NEAR) : last.end()].rpartition("\n")[2]
    return said or last


def _without_words(aside: re.Match[str]) -> str:
    return " " if re.search(r"[A-Za-z×*+/=]", aside[0]) else aside[0]
