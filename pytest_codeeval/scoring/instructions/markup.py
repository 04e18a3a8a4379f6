"""Markup: lists, highlights, titles, placeholders and JSON in a text."""

from __future__ import annotations

import json
import re
from typing import NoReturn

from pytest_codeeval.scoring.instructions.kind import Args

_STARRED = re.compile(r"\*[^*\n]*\*")
_DOUBLY_STARRED = re.compile(r"\*\*[^*\n]*\*\*")
_FENCES = ("```json", "```Json", "```JSON", "```")
_BULLET = re.compile(r"\s*(?:\*(?!\*)|-)")


def has_bullets(text: str, args: Args) -> bool:
    """Whether exactly so many lines begin with a star or a dash.

    As published a rule of dashes is one of them, and a line that is a star and no more swallows the next.
    """
    lines = [line.lstrip() for line in text.split("\n")]
    dashes = sum(line.startswith("-") for line in lines)
    stars, rest = 0, iter(lines)
    for line in rest:
        if line == "*":
            stars += next(rest, None) is not None
        else:
            stars += line.startswith("*") and not line.startswith("**")
    wanted: int = args["num_bullets"]
    return dashes + stars == wanted


def has_said_bullets(text: str, args: Args) -> bool:
    """Whether exactly so many lines begin with a star or a dash and say something."""
    lines = text.split("\n")
    found = (line for line in lines if (mark := _BULLET.match(line)) and line[mark.end() :].strip(" \t*-_"))
    wanted: int = args["num_bullets"]
    return sum(1 for _ in found) == wanted


def has_placeholders(text: str, args: Args) -> bool:
    """Whether there are at least so many pairs of square brackets, each on one line."""
    wanted: int = args["num_placeholders"]
    return sum(map(_bracketed, text.split("\n"))) >= wanted


def has_highlights(text: str, args: Args) -> bool:
    """Whether at least so many passages stand between stars, or between two and two, each on one line."""
    single = sum(bool(found[0].strip("*").strip()) for found in _STARRED.finditer(text))
    double = sum(bool(found[0][2:-2].strip()) for found in _DOUBLY_STARRED.finditer(text))
    wanted: int = args["num_highlights"]
    return single + double >= wanted


def has_title(text: str, _: Args) -> bool:
    """Whether something stands in double angular brackets on one line."""
    return any(map(_titled, text.split("\n")))


def is_json(text: str, _: Args) -> bool:
    """Whether all of the text, or what stands in its fence, is JSON as Python reads it, with NaN and Infinity."""
    return _is_json(text, strict=False)


def is_strict_json(text: str, _: Args) -> bool:
    """Whether it is JSON as the standard has it."""
    return _is_json(text, strict=True)


def _is_json(text: str, *, strict: bool) -> bool:
    text = text.strip()
    for fence in _FENCES:
        text = text.removeprefix(fence)
    try:
        json.loads(text.removesuffix("```").strip(), parse_constant=_refused if strict else None)
    except (ValueError, RecursionError):
        return False
    return True


def _refused(constant: str) -> NoReturn:
    raise ValueError(constant)


def _bracketed(line: str) -> int:
    count, place = 0, 0
    while (opening := line.find("[", place)) >= 0 and (closing := line.find("]", opening)) >= 0:
        count, place = count + 1, closing + 1
    return count


def _titled(line: str) -> bool:
    opening, closing = line.find("<<"), line.rfind(">>")
    return 0 <= opening < closing and bool(line[opening : closing + 2].lstrip("<").rstrip(">").strip())
