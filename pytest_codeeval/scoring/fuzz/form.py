"""Form: what texts that are all made alike have in each place, such as fractions or dates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """The numbers, words or signs that were seen in each place; `strict` if no text was made in another way."""

    places: tuple[tuple[str, ...], ...]
    strict: bool


_TOKEN = re.compile(r"\d+|[A-Za-z]+|\s+|.", re.DOTALL)
_LONGEST_FORM = 12


def form_of(texts: Sequence[str]) -> Form | None:
    """Return the form of texts of which at least half are made alike of numbers, words and signs, else None."""
    made: dict[tuple[str, ...], list[list[str]]] = {}
    for text in dict.fromkeys(texts):
        tokens = _TOKEN.findall(text)
        made.setdefault(tuple(map(_kind, tokens)), []).append(tokens)
    kinds, found = max(made.items(), key=lambda item: len(item[1]))
    if len(found) < 3 or 2 * len(found) < sum(map(len, made.values())):
        return None
    if "number" not in kinds or not 2 < len(kinds) <= _LONGEST_FORM:
        return None
    return Form(tuple(tuple(dict.fromkeys(place)) for place in zip(*found, strict=True)), len(made) == 1)


def _kind(token: str) -> str:
    return "number" if token.isdigit() else "word" if token.isalpha() else token


def has_form(text: str, form: Form) -> bool:
    """Whether a text is made in a form, with the word of a place that never had another."""
    tokens = _TOKEN.findall(text)
    if [_kind(token) for token in tokens] != [_kind(place[0]) for place in form.places]:
        return False
    words = zip(tokens, form.places, strict=True)
    return all(token == place[0] for token, place in words if token.isalpha() and len(place) == 1)
