"""Checks of what an answer says: words in it, its number, its form; quick on whatever a model writes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from pytest_codeeval.scoring.ladder import final_number

Check = Callable[[str, Any], bool]


def broken_check(text: str, checks: Mapping[str, Any]) -> str:
    """Return in words the first check that a text does not pass, "" if it passes all; names are those of `CHECKS`."""
    failed = next(((name, wanted) for name, wanted in checks.items() if not CHECKS[name](text, wanted)), None)
    return f"{failed[0].replace('_', ' ')} {json.dumps(failed[1], ensure_ascii=False)}" if failed else ""


def _says(text: str, wanted: list[str]) -> bool:
    """Each of the texts stands there as words of their own, or one of its alternatives ("first|1st")."""
    return all(any(_stands(text, part) for part in one.split("|")) for one in wanted)


def _does_not_say(text: str, unwanted: list[str]) -> bool:
    return not any(_stands(text, one) for one in unwanted)


def _stands(text: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE) is not None


def _number(text: str, wanted: str) -> bool:
    found = final_number(text)
    return found is not None and found.value == Fraction(wanted)


def _keys(text: str, wanted: list[str]) -> bool:
    try:
        found = json.loads(_unfenced(text), parse_constant=int)  # which refuses NaN: that is no JSON
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and sorted(found) == sorted(wanted)


def _unfenced(text: str) -> str:
    lines = text.strip().split("\n")
    return "\n".join(lines[1:-1]) if len(lines) > 2 and lines[0].startswith("```") and lines[-1] == "```" else text


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


CHECKS: dict[str, Check] = {
    "says": _says,
    "does_not_say": _does_not_say,
    "number_is": _number,
    "begins_with": lambda text, wanted: text.strip().startswith(wanted),
    "ends_with": lambda text, wanted: text.strip().endswith(wanted),
    "lines": lambda text, wanted: len(_lines(text)) == wanted,
    "each_line_begins_with": lambda text, wanted: all(line.lstrip().startswith(wanted) for line in _lines(text)),
    "words_at_most": lambda text, wanted: len(text.split()) <= wanted,
    "in_capitals": lambda text, wanted: (text == text.upper()) is wanted,
    "in_small_letters": lambda text, wanted: (text == text.lower()) is wanted,
    "json_with_keys": _keys,
}
