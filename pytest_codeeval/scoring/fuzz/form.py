"""Form: what texts that are all made alike have in each place, such as fractions or dates."""

from __future__ import annotations

import re
from collections.abc import Sequence

Form = list[list[str]]
"""The numbers, words or signs that were seen in each place."""

_TOKEN = re.compile(r"\d+|[A-Za-z]+|\s+|.", re.DOTALL)
_LONGEST_FORM = 12


def form_of(texts: Sequence[str]) -> Form | None:
    """Return the form of texts that are made alike of numbers, words and signs; None if they are not."""
    made = [_TOKEN.findall(text) for text in texts]
    if len(set(texts)) < 3 or len({len(tokens) for tokens in made}) != 1 or not 2 < len(made[0]) <= _LONGEST_FORM:
        return None
    places = [list(dict.fromkeys(place)) for place in zip(*made, strict=True)]
    kinds = [{_kind(token) for token in place} for place in places]
    if any(len(kind) > 1 for kind in kinds) or not any("number" in kind for kind in kinds):
        return None
    return places


def _kind(token: str) -> str:
    return "number" if token.isdigit() else "word" if token.isalpha() else token


def has_form(text: str, form: Form) -> bool:
    """Whether a text is made in a form."""
    tokens = _TOKEN.findall(text)
    return len(tokens) == len(form) and all(
        _kind(token) == _kind(place[0]) for token, place in zip(tokens, form, strict=True)
    )
