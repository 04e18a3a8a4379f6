"""Comparing: whether what a program wrote is what is expected. The text is hostile, and is read as text alone."""

from __future__ import annotations

import math
import re

from pytest_codeeval.core.inputoutput import InputOutput

_POINT = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_SHOWN = 80


def difference(found: str, wanted: str, tests: InputOutput) -> str:
    """Return in a few words what is other than expected, nothing where all is as it should be.

    Exactly: a line break at the very end is of no matter. By words: neither are the blanks between them.
    """
    if tests.exact:
        return _exact_difference(_lines(found), _lines(wanted))
    words, expected = found.split(), wanted.split()
    for number, (word, right) in enumerate(zip(words, expected, strict=False), 1):
        if word != right and not _is_near(word, right, tests.tolerance):
            return f"word {number} of the output: expected {_short(right)}, got {_short(word)}"
    if len(words) < len(expected):
        return f"the output ends after {len(words)} of {len(expected)} words: expected {_short(expected[len(words)])}"
    if len(words) > len(expected):
        return f"the output goes on after {len(expected)} words: got {_short(words[len(expected)])}"
    return ""


def _exact_difference(found: list[str], wanted: list[str]) -> str:
    for number, (line, right) in enumerate(zip(found, wanted, strict=False), 1):
        if line != right:
            return f"line {number} of the output: expected {_short(right)}, got {_short(line)}"
    if len(found) < len(wanted):
        return f"the output ends after {len(found)} of {len(wanted)} lines: expected {_short(wanted[len(found)])}"
    return f"the output goes on after {len(wanted)} lines: got {_short(found[len(wanted)])}" if found != wanted else ""


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n")


def _is_near(word: str, right: str, tolerance: float | None) -> bool:
    """Whether a word is near enough to a number that is expected with a point or an exponent."""
    if tolerance is None or not _POINT.fullmatch(right) or not _NUMBER.fullmatch(word):
        return False
    found, wanted = float(word), float(right)
    # Digits that are too many for a float are infinite in it, and all of these are equal.
    return math.isfinite(wanted) and math.isclose(found, wanted, rel_tol=tolerance, abs_tol=tolerance)


def _short(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
