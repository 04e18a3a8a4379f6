"""Continuation: how likely a model finds one of the texts that may follow a context."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

JOINED, CUT = "joined_choices", "cut_choices"
"""Measures of problems that were not scored as they should be: how many choices, as `Continuation` has it."""


@dataclass(frozen=True, slots=True)
class Continuation:
    """What a model gives to one continuation.

    `logprob` is the sum of the log-probabilities of its `tokens`; `greedy` says that each of them is the likeliest
    one. `joined` says that the context, encoded alone, is not what begins the tokens of both together: a token reaches
    over the boundary. `cut` is how many tokens of the context were left out, as the model has no room for them.
    """

    logprob: float
    tokens: int
    greedy: bool = False
    joined: bool = False
    cut: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; `from_json` gives the continuation back."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Continuation:
        """Rebuild a continuation from `to_json`'s values.

        Raises TypeError, KeyError or ValueError where they are not such.
        """
        logprob = float(data["logprob"])
        if not isfinite(logprob):
            raise ValueError(f"{logprob} is no log-probability")
        return cls(
            logprob, int(data["tokens"]), bool(data["greedy"]), bool(data.get("joined")), int(data.get("cut") or 0)
        )


def scores_written(scores: Sequence[Continuation]) -> str:
    """Return scores as a text, from which `scores_read` makes them again."""
    return json.dumps([score.to_json() for score in scores])


def scores_read(text: str) -> tuple[Continuation, ...]:
    """Return the scores that a text of `scores_written` stands for.

    Raises ValueError for a text that is none.
    """
    try:
        return tuple(Continuation.from_json(score) for score in json.loads(text))
    except (TypeError, KeyError, RecursionError, AttributeError) as error:
        raise ValueError(f"{text!r:.100} holds no scores: {error!r}") from None
