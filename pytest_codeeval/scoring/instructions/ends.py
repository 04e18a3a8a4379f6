"""Ends: what a text starts or ends with, and answers that are given word for word."""

from __future__ import annotations

import re

from pytest_codeeval.scoring.instructions.kind import Args

OPTIONS = ("My answer is yes.", "My answer is no.", "My answer is maybe.")
_MARKERS = {"P.P.S": r"p\.\s?p\.\s?s", "P.S.": r"p\.\s?s\."}
_OWN = r"(?<![^\W_])(?<![^\W_]\.)"  # not behind a letter, or behind one with its point


def has_option(text: str, _: Args) -> bool:
    """Whether one of the three options stands somewhere."""
    return any(option in text for option in OPTIONS)


def has_one_option(text: str, _: Args) -> bool:
    """Whether one of the three options stands somewhere, and none of the others."""
    return sum(option in text for option in OPTIONS) == 1


def has_postscript(text: str, args: Args) -> bool:
    """Whether the marker of a postscript stands anywhere, also within a word."""
    return re.search(_marker(args), text.lower()) is not None


def has_own_postscript(text: str, args: Args) -> bool:
    """Whether the marker of a postscript stands anywhere, and is no part of a longer word."""
    return re.search(f"{_OWN}{_marker(args)}", text.lower()) is not None


def ends_with_phrase(text: str, args: Args) -> bool:
    """Whether the text, without quotation marks around it, ends with a phrase."""
    return text.strip().strip('"').lower().endswith(args["end_phrase"].strip().lower())


def is_quoted(text: str, _: Args) -> bool:
    """Whether all of the text stands in double quotation marks."""
    text = text.strip()
    return len(text) > 1 and text[0] == text[-1] == '"'


def repeats_prompt(text: str, args: Args) -> bool:
    """Whether the text starts with the request."""
    return text.strip().lower().startswith(args["prompt_to_repeat"].strip().lower())


def _marker(args: Args) -> str:
    marker: str = args["postscript_marker"].strip()
    return _MARKERS.get(marker) or re.escape(marker.lower())
