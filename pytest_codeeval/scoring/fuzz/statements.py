"""Statements: what words say of all numbers, texts or lists of a problem's inputs."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from math import isqrt
from typing import Any

from pytest_codeeval.scoring.fuzz.place import Change, Holds
from pytest_codeeval.scoring.fuzz.prose import states

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_ITEMS = r"(?:elements|values|integers|numbers|words|items|strings|entries|keys)"
_LISTS = r"(?:arrays?|lists?|inputs?|tuples?|sequences?|integers|numbers)"
_MANY = r"(?:(?:an?|the|one|two|three|multiple|given|each|of) )*"
_LETTERS = {
    r"\b[01]'?s and [01]'?s\b|\b[01] and [01]\b": "01",
    r"lower-?\s?case (?:english |latin )?letters?": string.ascii_lowercase,
    r"upper-?\s?case (?:english |latin )?letters?": string.ascii_uppercase,
    r"alphanumeric": string.ascii_letters + string.digits,
    r"digits": string.digits,
    r"square brackets": "[]",
    r"letters?\b|alphabets": string.ascii_letters,
    r"spaces?\b|blanks": " ",
}
_ONLY = re.compile(
    r"(?:consist\w*|contain\w*|made up)\s+(?:of\s+)?(?:only\s+)?(?:of\s+)?(?P<of>(?!(?:of|only)\b).{1,60}?)\s+only\b"
    r"|(?:consist\w*|contain\w*|made up)\s+(?:of\s+)?only\s+(?:of\s+)?(?P<only>.{1,80})"
    r"|string of (?P<string>(?:.{1,12} and )?.{1,12})$"
    r"|assume (?:that )?only (?P<assume>.{1,40})",
    re.IGNORECASE,
)
_TESTED = re.compile(r"\b(?:check|whether|if|verify|validate|ensure)\b", re.IGNORECASE)
_QUOTED = re.compile(r"[\"'](\S)[\"']")
_DIGITS = re.compile(r"\b(\d), (?:(\d),? )?(?:and|or) (\d)\b")


@dataclass(frozen=True, slots=True)
class Statement:
    """What is said of all parts of a kind (see Place), whether it holds for one, and how to make it."""

    words: str
    kind: str
    holds: Holds
    mend: Change | None = None


def statements_in(sentences: Sequence[str]) -> Iterator[Statement]:
    """Yield what the sentences say of all numbers, of all texts and of all lists."""
    for sentence in sentences:
        for pattern, given, kind, holds, mend in _KNOWN:
            if (match := re.search(pattern, sentence, re.IGNORECASE)) and (not given or states(sentence)):
                yield Statement(match.group(), kind, holds, mend)
        yield from _of_letters(sentence)


def _of_letters(sentence: str) -> Iterator[Statement]:
    for match in _ONLY.finditer(sentence):
        if _TESTED.search(sentence[: match.start()]):
            continue
        said = next(filter(None, match.groups()))
        signs = "".join(_QUOTED.findall(said)) or "".join(_known_letters(said))
        for more in ("", " ") if signs else ():  # many a text of letters only is one of words
            yield Statement(match.group(), "text", *_of(signs + more))
        if (few := _DIGITS.search(said)) and not signs:
            yield Statement(match.group(), "number", *_among([int(digit) for digit in few.groups() if digit]))


def _known_letters(said: str) -> Iterator[str]:
    for pattern, letters in _LETTERS.items():
        if re.search(pattern, said, re.IGNORECASE):
            yield letters
            said = re.sub(pattern, "", said, flags=re.IGNORECASE)


def _of(letters: str) -> tuple[Holds, Change]:
    """Return whether a text has no other letters, and how to leave others out."""
    allowed = frozenset(letters)
    return (lambda text: allowed.issuperset(text)), (lambda text: "".join(one for one in text if one in allowed))


def _among(numbers: Sequence[int]) -> tuple[Holds, Change]:
    """Return whether a number is one of some, and how to take one of them instead."""
    return numbers.__contains__, lambda one: numbers[int(one) % len(numbers)]


def _is_unlike(items: Sequence[Any]) -> bool:
    return len(set(map(repr, items))) == len(items)


def _unlike(items: Any) -> Any:
    return type(items)({repr(item): item for item in items}.values())


def _ascends(items: Sequence[Any]) -> bool:
    return all(bool(one <= other) for one, other in pairwise(items))


def _in_order(items: Any) -> Any:
    return type(items)(sorted(items))


def _is_turned(items: Sequence[Any]) -> bool:
    return sum(bool(one > other) for one, other in pairwise([*items, *items[:1]])) <= 1


def _turned(items: Any) -> Any:
    ordered = sorted(items)
    at = len(repr(items)) % max(len(items), 1)
    return type(items)(ordered[at:] + ordered[:at])


def _is_written_in(base: int, number: Any) -> bool:
    return isinstance(number, int) and number >= 0 and max(map(int, str(number))) < base


def _written_in(base: int, number: Any) -> int:
    return int("".join(str(int(digit) % base) for digit in str(abs(int(number)))))


def _is_composite(number: Any) -> bool:
    return number > 3 and any(number % divisor == 0 for divisor in range(2, min(isqrt(int(number)), 10**5) + 1))


def _is_roman(text: str) -> bool:
    return bool(text and re.fullmatch("M*(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})", text))


_KNOWN: tuple[tuple[str, bool, str, Holds, Change | None], ...] = (
    # what is searched for, whether only in sentences that say how things are, of what it is said, and what
    (rf"(?:guarante\w+|contains?|has|have|having|with) (?:only )?(?:unique|distinct|different) {_ITEMS}",
     True, "list", _is_unlike, _unlike),
    (rf"\b(?:list|array|tuple|sequence)s? of (?:sorted and )?(?:unique|distinct) {_ITEMS}",
     False, "list", _is_unlike, _unlike),
    (r"\b(?:no|not?(?: \w+){0,2}|without(?: any)?) (?:duplicat|repeat)\w*", True, "list", _is_unlike, _unlike),
    (rf"\b(?:in|of|from|given|for|takes|merge|combine|two|three|multiple) {_MANY}sorted(?: and distinct)? {_LISTS}",
     False, "list", _ascends, _in_order),
    (r"sorted and rotated|rotated(?: and)? sorted|circularly sorted", False, "list", _is_turned, _turned),
    (r"\bbinary number to\b", False, "number", partial(_is_written_in, 2), partial(_written_in, 2)),
    (r"\boctal number to\b", False, "number", partial(_is_written_in, 8), partial(_written_in, 8)),
    (r"\bbinary (?:array|list|tuple)s?\b", False, "number", *_among((0, 1))),
    (r"-> ?0 ?\| ?1", True, "number", *_among((0, 1))),
    (r"\bis not (?:a )?prime", True, "number", _is_composite, None),
    (r"square root of a perfect", False, "number", lambda one: one >= 0 and isqrt(int(one)) ** 2 == one,
     lambda one: isqrt(abs(int(one))) ** 2),
    (r"\bmonth number\b", False, "number", range(1, 13).__contains__, lambda one: int(one) % 12 + 1),
    (r"\b(?:no|never any|not any) negative (?:numbers?|integers?)", True, "number", lambda one: one >= 0, abs),
    (r"\bonly (?:of )?integers\b", True, "number", lambda one: isinstance(one, int), int),
    (r"\bmonth name\b", False, "text", _MONTHS.__contains__, lambda text: _MONTHS[sum(map(ord, text)) % 12]),
    (r"\broman numeral to\b", False, "text", _is_roman, None),
    (r"(?<!is a )\bbinary strings?\b", False, "text", *_of("01")),
    (r"\bhexadecimal number(?: as)?\b", False, "text", *_of("0123456789ABCDEFabcdef")),
    (r"\balways (?:in )?upper-?\s?case", True, "text", lambda text: text == text.upper(), str.upper),
    (r"\balways (?:in )?lower-?\s?case", True, "text", lambda text: text == text.lower(), str.lower),
    (r"string of parenthes[ei]s", False, "text", *_of("()[]{}")),
    (r"space[- ]separated lower-?\s?case letters", False, "text",
     lambda text: all(len(one) == 1 and one.islower() for one in text.split(" ") if text),
     lambda text: " ".join(one for one in text.lower() if one.islower())),
)  # fmt: skip
