"""Scores out of vLLM's `prompt_logprobs`: for each token of a prompt, by its id, what the model gave to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import fsum, isfinite
from typing import Any

from pytest_codeeval.core.continuation import Continuation
from pytest_codeeval.generation.boundary import Pair

_ROUNDING = 1e-6


class Dropped(Exception):  # noqa: N818 - a state of affairs
    """A server that gave no log-probabilities of a prompt, or not of all of it; the message says what is missing."""


def prompt_scores(choice: Mapping[str, Any], pair: Pair) -> Continuation:
    """Return the score of a pair's continuation.

    Raises Dropped where a token of it has no log-probability.
    """
    found = choice.get("prompt_logprobs")
    if not isinstance(found, list):
        raise Dropped("there are no prompt_logprobs in its answer")
    if len(found) != len(pair.ids):
        raise Dropped(f"it gave {len(found)} for a prompt of {len(pair.ids)} tokens")
    entries = [_entry(entry, token) for entry, token in zip(found[pair.start :], pair.scored, strict=True)]
    logprob = total(entry.get("logprob") for entry in entries)
    greedy = all(entry.get("rank") == 1 for entry in entries)
    return Continuation(logprob, len(entries), greedy, pair.joined, pair.cut)


def _entry(found: object, token: int) -> Mapping[str, Any]:
    entry = found.get(str(token)) if isinstance(found, Mapping) else None
    if not isinstance(entry, Mapping):
        raise Dropped(f"it has none for the token {token}")
    return entry


def total(logprobs: Iterable[object]) -> float:
    """Return the sum of log-probabilities.

    Raises Dropped where one is missing or can be none, or if they say that the text was certain: so it looks where a
    server fills in zeros, and then all choices are alike.
    """
    found = list(logprobs)
    known = [float(one) for one in found if isinstance(one, int | float) and not isinstance(one, bool)]
    if not known or len(known) != len(found):
        raise Dropped(f"{len(found) - len(known)} of {len(found)} tokens of a choice have none")
    if not all(isfinite(one) and one <= _ROUNDING for one in known):
        raise Dropped("one of them is no logarithm of a probability")
    summed = fsum(known)
    if summed >= 0:
        raise Dropped("those of a choice add up to 0, as if it were certain")
    return summed
