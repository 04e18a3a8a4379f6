"""Bounded: the comparisons by which words say how large numbers may be, and how long texts and lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_codeeval.scoring.fuzz.measured import Measured
from pytest_codeeval.scoring.fuzz.prose import states
from pytest_codeeval.scoring.fuzz.relations import Relation
from pytest_codeeval.scoring.fuzz.values import Arguments

_NUMBER = r"-?\d[\d,]{0,20}(?:\.\d{1,9})?(?:\s?(?:\^|\*\*)\s?\d{1,2}|e\d{1,2})?"
_TERM = rf"(?:{_NUMBER}|(?:len|length)\(\s*\w+\s*\)|[A-Za-z_]\w*(?:\[[^\]]{{0,8}}\])*(?:\.\w+)?)"
_SIGN = r"\s*(?:<=|>=|=<|≤|≥|<|>)\s*"
_CHAIN = re.compile(rf"(?<![\w.\])*/+-])({_TERM})({_SIGN})({_TERM})(?:({_SIGN})({_TERM}))?(?![\w.]*\w)(?!\s*[(*/+-])")
_SUBJECT = r"^\W*(?:of|with)?\W*$|\b(?:list|array|tuple|sequence|input)s?\b"
_LONGER = re.compile(r"[\w)\]]\s*[*/+-]\s*$")
"""What stands before a term that is the end of a longer one."""
_COUNTS = {"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_COUNT = rf"(?P<count>\d{{1,9}}|{'|'.join(_COUNTS)})"
_ITEMS = r"(?:elements?|items?|numbers?|integers?|values?|entries|rows?|operators?|operands?|points?|words?|strings?)"
_LEAST = re.compile(rf"(?:length (?:of )?)?at[ -]least {_COUNT}\b(?P<items> {_ITEMS})?", re.IGNORECASE)
_THAN = re.compile(
    r"\b(?P<name>\w+)\)?(?: numbers| values)? (?:is|are|will be|must be|should be)(?: always)? "
    r"(?P<more>less|smaller|lower|greater|more|larger|higher|bigger) th[ae]n (?P<equal>or equal to )?"
    rf"(?P<bound>{_NUMBER})",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"\b(?P<what>length|size|elements|values|numbers|integers|items)\b(?: (?:of|in))?(?: the)?(?: \w+)? "
    r"(?:will be|are|is|must be)(?: all)? (?:in|within|between)(?: the)?(?: range)?(?: of)? ?"
    rf"[\[(]?(?P<low>{_NUMBER})(?:,| and| to) ?(?P<high>{_NUMBER})\]?",
    re.IGNORECASE,
)
_LENGTHS = re.compile(
    rf"length of (?:the )?(?P<one>\w+)(?: \w+)? is equal to (?:the )?length of (?:the )?(?P<other>\w+)"
    rf"(?: \w+)?(?: (?P<step>minus|plus) {_COUNT})?",
    re.IGNORECASE,
)
_FACING = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


@dataclass(frozen=True, slots=True)
class _Bound:
    """What is measured is at least or at most a number, or what is measured elsewhere with something added."""

    words: str
    measured: Measured
    is_least: bool
    than: float | Measured
    more: int = 0

    def relation(self) -> Relation:
        """Return the relation that it holds."""
        end = "least" if self.is_least else "most"
        return Relation(f"{self.measured.name} at {end}: {self.words}", self._holds, self._mended)

    def _limit(self, arguments: Arguments) -> float:
        if isinstance(self.than, Measured):
            return min(self.than.values(arguments), default=0) + self.more
        return self.than

    def _holds(self, arguments: Arguments) -> bool:
        limit = self._limit(arguments)
        return all(one >= limit if self.is_least else one <= limit for one in self.measured.values(arguments))

    def _mended(self, arguments: Arguments) -> Arguments:
        limit = self._limit(arguments)
        return self.measured.at_least(arguments, limit) if self.is_least else self.measured.at_most(arguments, limit)


def bounds_in(sentences: Sequence[str], names: Sequence[str], kinds: Sequence[str]) -> Iterator[Relation]:
    """Yield the bounds that sentences name; `names` and `kinds` are those of the parameters."""
    reading = _Reading(" ".join(sentences), names, kinds)
    for sentence in filter(states, sentences):
        for bound in reading.bounds(sentence):
            yield bound.relation()


class _Reading:
    """Reads sentences; what a name means depends on all of them."""

    def __init__(self, text: str, names: Sequence[str], kinds: Sequence[str]) -> None:
        self._text = text
        self._exact = list(names)
        self._names = [name.lower() for name in names]
        self._kinds = kinds

    def bounds(self, sentence: str) -> Iterator[_Bound]:
        """Yield the bounds in a sentence."""
        for match in _CHAIN.finditer(sentence):
            if _LONGER.search(sentence[max(match.start() - 4, 0) : match.start()]):
                continue
            first, sign, second, other_sign, third = match.groups()
            yield from self._compared(match.group(), first, sign, second)
            if third:
                yield from self._compared(match.group(), second, other_sign, third)
        for match in _THAN.finditer(sentence):
            sign = "<" if match["more"].lower() in ("less", "smaller", "lower") else ">"
            equal = "=" if match["equal"] else ""
            yield from self._compared(match.group(), match["name"], sign + equal, match["bound"])
        for match in _RANGE.finditer(sentence):
            for measured in self._all(match["what"].lower()):
                yield _Bound(match.group(), measured, True, _number(match["low"]))
                yield _Bound(match.group(), measured, False, _number(match["high"]))
        yield from self._lengths(sentence)

    def _lengths(self, sentence: str) -> Iterator[_Bound]:
        for match in _LEAST.finditer(sentence):
            at = self._subject(sentence[: match.start()])
            if at is not None and self._kinds[at] == "list" and (match["items"] or "length" in sentence):
                yield _Bound(match.group(), Measured(at, "length"), True, _count(match["count"]))
        for match in _LENGTHS.finditer(sentence):
            one, other = (self._known(match[name]) for name in ("one", "other"))
            if one is not None and other is not None:
                step = _count(match["count"]) if match["step"] else 0
                more = -step if match["step"] == "minus" else step
                for is_least in (False, True):
                    yield _Bound(match.group(), Measured(one, "length"), is_least, Measured(other, "length"), more)

    def _subject(self, before: str) -> int | None:
        """Return the list that is spoken of: the last one that is named, or the only one if a list is meant at all."""
        named = [word for word in re.findall(r"\w+", before.lower()) if word in self._names]
        if named:
            return self._names.index(named[-1])
        return self._only("list") if re.search(_SUBJECT, before, re.IGNORECASE) else None

    def _all(self, what: str) -> Iterator[Measured]:
        """Yield what is meant by "the length" or "the elements"; of several lists it may be any."""
        for at, kind in enumerate(self._kinds):
            if kind == "list":
                yield Measured(at, "length" if what in ("length", "size") else "items")

    def _compared(self, words: str, first: str, sign: str, second: str) -> Iterator[_Bound]:
        sign = sign.strip().replace("≤", "<=").replace("≥", ">=").replace("=<", "<=")
        one, other = self._term(first), self._term(second)
        if isinstance(other, Measured) and not isinstance(one, Measured):
            one, other, sign = other, one, _FACING[sign]
        if not isinstance(one, Measured) or other is None:
            return
        step = 0 if "=" in sign else 1 if sign == ">" else -1
        if not isinstance(other, Measured):
            other, step = (other + step, 0) if other == int(other) else (other, 0)
        yield _Bound(words, one, sign.startswith(">"), other, step)

    def _term(self, term: str) -> Measured | float | None:
        if re.match(r"-?\d", term):
            return _number(term)
        if match := re.fullmatch(r"(?:len|length)\(\s*(\w+)\s*\)|(\w+)(?:\.(?:length|size))", term):
            at = self._known(match[1] or match[2])
            at = self._only("list") if at is None and match[2] else at
            return Measured(at, "length") if at is not None and self._kinds[at] != "number" else None
        name, brackets, ending = re.fullmatch(r"(\w+)((?:\[[^\]]*\])*)(?:\.(\w+))?", term).groups()  # type: ignore[union-attr]
        at = self._known(name)
        if brackets or ending:
            at = self._only("list") if at is None and ending in ("value", "val") else at
            if at is None or self._kinds[at] != "list":
                return None
            return Measured(at, "rows" if ending in ("length", "size") else "items")
        if at is None and re.search(rf"\b{name} (?:rows|{_ITEMS})\b", self._text):
            at = self._only("list")
            return Measured(at, "length") if at is not None else None
        return Measured(at, "value") if at is not None and self._kinds[at] == "number" else None

    def _known(self, name: str) -> int | None:
        """Return which parameter is called by a name, or by an abbreviation of it, if that is one only."""
        if name in self._exact:
            return self._exact.index(name)
        name = name.lower()
        if name in self._names:
            return self._names.index(name) if self._names.count(name) == 1 else None
        alike = [at for at, known in enumerate(self._names) if len(name) > 2 and known.startswith(name)]
        return alike[0] if len(alike) == 1 else None

    def _only(self, kind: str) -> int | None:
        return list(self._kinds).index(kind) if list(self._kinds).count(kind) == 1 else None


def _number(text: str) -> float:
    base, _, power = re.sub(r"\s|,", "", text).replace("**", "^").partition("^")
    found = float(base) ** min(int(power or 1), 12) if float(base) < 10**9 else float(base)
    return int(found) if found == int(found) else found


def _count(text: str) -> int:
    return _COUNTS[text.lower()] if text.lower() in _COUNTS else int(text)
