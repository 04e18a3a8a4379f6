"""Numeral: a number as models write it, in words, Markdown or LaTeX, read as a fraction."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from pytest_codeeval.scoring.wording import NARROW, straight

MOST_DIGITS = 60
"""A number with more is none: no answer is that long, and to read digits takes time by their square."""
_HIGHEST_POWER = 40
_DIGITS_OF_EXPONENT = 4

_MONEY = "[$€£¥₹]"
_DIGITS = (
    rf"(?:[0-9]{{1,3}}(?>(?:[,'{NARROW}][0-9]{{3}}){{1,20}})(?![0-9])"  # 1,450,000
    r"|[0-9]{1,2}(?:,[0-9]{2}){1,20}?,[0-9]{3}(?![0-9])"  # 14,50,000
    r"|[0-9]++)"
)
# 1.450.000 and 1.450,50 and 18,50, as much of Europe and South America write them; 1.450 and 1,450 are as in English.
_EUROPEAN = (
    r"(?:(?:[0-9]{1,3}(?>(?:\.[0-9]{3}){1,20})|(?<![0-9],)[0-9]{1,20}),[0-9]{1,2}(?![0-9]|[.,][0-9])"
    r"|[0-9]{1,3}(?>(?:\.[0-9]{3}){2,20})(?![0-9]|[.,][0-9]))"
)
# Not within a word (H2O), an exponent (m^2), an index (x_1) or behind another point (1.2.3).
_APART = (
    r"(?:(?<=USD)|(?<=EUR)|(?<=GBP)|(?<=CNY)|(?<=RMB)|(?<=INR)|(?<=Rs)|(?<=RM)|(?<![A-Za-z0-9^]))"
    r"(?<!\^\{)(?<![A-Za-z)}]_)(?<!_\{)(?<![0-9]\.)"
)
_TOKEN = re.compile(
    r"(?P<other>(?<![0-9A-Za-z.])[0-9]{1,4}(?>(?:/[0-9]{1,4}){2,}|(?::[0-9]{1,4})+)(?![0-9])"  # dates, times, ratios
    r"|(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9]))"
    rf"|(?>(?:(?P<minus>(?<![A-Za-z0-9)\]}}%])-)(?=[0-9.]|\s?{_MONEY}))?)(?>(?:\s?{_MONEY}\s?(?P<owed>-)?)?){_APART}"
    r"(?:(?P<whole>[0-9]{1,6}+) (?P<part>[0-9]{1,4}+)/(?P<of>[0-9]{1,4}+)(?![0-9/.])"
    rf"|(?P<european>{_EUROPEAN})|(?P<body>{_DIGITS}(?:\.[0-9]++)?|(?<![0-9A-Za-z.])\.[0-9]++)"
    r"(?:[eE](?P<e>[-+]?[0-9]{1,3}+)(?![A-Za-z])"
    r"|\s?[×x*·]\s?10\s?\^\s?\{?(?P<power>[-+]?[0-9]{1,3}+)\}?"
    r"|\s?\^\s?[{(]?(?P<raised>[-+]?[0-9]++)[})]?"
    r"|\s?/\s?(?P<below>[0-9]++)(?!\.[0-9]))?)"
)

_BETWEEN = re.compile(rf"[,'{NARROW}]")
_FRACTION = re.compile(r"\\[dtc]?frac\s?(?:\{([^{}]{1,99}+)\}\s?\{([^{}]{1,99}+)\}|([0-9])([0-9]))")
_NEGATIVE = re.compile(r"(?<![a-z])(?:negative|(?<=is )minus|(?<=[:=#] )minus)\s(?=\$?[0-9])", re.IGNORECASE)
_TEXT = re.compile(r"\\(?:text|mathrm|mbox|textrm|textnormal)\s?\{([^{}]*+)\}")
_STARTS = re.compile(rf"\s*-?\s?{_MONEY}?\s?[0-9]")
_SIGNS = {"times": "×", "cdot": "·", "div": "÷", "approx": "≈", "left": "", "right": ""}
_COMMAND = re.compile(r"\\(?!boxed|fbox)([A-Za-z]++)")
_SPACED = re.compile(r"(?<=[0-9])\\,(?=[0-9]{3})|\\[,;: ]|~")


def plain(text: str) -> str:
    r"""Return text in which only `\boxed` is left of LaTeX, and numbers are written as in words."""
    text = _NEGATIVE.sub("-", straight(text))
    if "\\" in text or "{,}" in text:
        text = text.replace("{,}", ",").replace("\\!", "").replace("\\$", "$").replace("\\%", "%")
        text = _SPACED.sub(lambda found: "," if found[0] == "\\," and _between(text, found) else " ", text)
        text = re.sub(r"\\[()\[\]]", "$", text)
        text = _FRACTION.sub(_fraction, text)
        text = _TEXT.sub(lambda found: found[1] if _STARTS.match(found[1]) else " ", text)
        text = _COMMAND.sub(lambda found: _SIGNS.get(found[1], " "), text)
    return text


def _between(text: str, found: re.Match[str]) -> bool:
    return text[found.start() - 1 : found.start()].isdecimal() and text[found.end() : found.end() + 3].isdecimal()


def _fraction(found: re.Match[str]) -> str:
    above, below = found[1] or found[3], found[2] or found[4]
    before = found.string[found.start() - 1 : found.start()]
    return f"{' ' if before.isdecimal() else ''}{above.strip()}/{below.strip()}"


def numbers(text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
    """Yield the numbers of a plain text; dates, times and ratios are none."""
    for found in _TOKEN.finditer(text, start, len(text) if end is None else end):
        if found["other"] is None:
            yield found


def number_at(text: str, start: int) -> re.Match[str] | None:
    """Return the number that begins exactly there."""
    found = _TOKEN.match(text, start)
    return found if found and found["other"] is None else None


def value_of(number: re.Match[str]) -> Fraction | None:
    """Return what a number is worth, None if it is out of all bounds or divides by nothing."""
    try:
        return _signed(number, _size(number))
    except (ValueError, ZeroDivisionError):
        return None


def _signed(number: re.Match[str], size: Fraction) -> Fraction:
    return -size if number["minus"] or number["owed"] else size


def _size(number: re.Match[str]) -> Fraction:
    if number["whole"]:
        part = Fraction(int(number["part"]), int(number["of"]))
        return int(number["whole"]) + part if part < 1 else part
    if number["european"]:
        body = number["european"].replace(".", "").replace(",", ".")
    else:
        body = _BETWEEN.sub("", number["body"])
    below = number["below"] or "1"
    raised = number["raised"] or "1"
    power = int(number["e"] or number["power"] or 0)
    if max(len(body), len(below), len(body) * _exponent(raised)) > MOST_DIGITS or abs(power) > _HIGHEST_POWER:
        raise ValueError("out of bounds")
    size = (Fraction(body) if "." in body else Fraction(int(body))) ** int(raised)
    return size * Fraction(10) ** power / int(below) if power or below != "1" else size


def _exponent(raised: str) -> int:
    return abs(int(raised)) if len(raised) < _DIGITS_OF_EXPONENT else MOST_DIGITS + 1


def written(value: Fraction) -> str:
    """Return a number as it is shown: a decimal if it has an end, else a fraction."""
    if value.denominator == 1:
        return str(value.numerator)
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    places = max(twos, fives)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"
