"""Boundary: where in the tokens of a context and its continuation the continuation begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_codeeval.core.errors import BackendError


@dataclass(frozen=True, slots=True)
class Pair:
    """The tokens of a context and a continuation; those from `start` on are the continuation's.

    `joined` and `cut` are as in `Continuation`.
    """

    ids: tuple[int, ...]
    start: int
    joined: bool = False
    cut: int = 0

    @property
    def scored(self) -> tuple[int, ...]:
        """The tokens of the continuation."""
        return self.ids[self.start :]


def parted(context: str, continuation: str) -> tuple[str, str]:
    """Return both with the blanks at the end of the context moved to the head of the continuation.

    Tokenizers take a blank together with the word behind it: the texts would else be cut where no token ends.
    """
    bare = context.rstrip()
    return bare, context[len(bare) :] + continuation


def paired(context: Sequence[int], whole: Sequence[int], room: int | None, task_id: str) -> Pair:
    """Return a pair, given the tokens of the context alone and of both texts together, as lm-eval parts them.

    `room` is how many tokens a model takes at most; what is too much is cut off at the left.
    Raises BackendError where that leaves nothing before the continuation, or the continuation has no token of its own.
    """
    scored = tuple(whole[len(context) :])
    if not context or not scored:
        what = "a continuation without a token of its own" if context else "no token before its continuation"
        raise BackendError(f"{task_id} has {what}: it cannot be scored by log-likelihood")
    ids = (*context, *scored)
    cut = max(0, len(ids) - room) if room is not None else 0
    if len(context) <= cut:
        raise BackendError(
            f"{task_id} has a continuation of {len(scored)} tokens, and the model takes {room}: serve it with a longer "
            "context"
        )
    return Pair(ids[cut:], len(context) - cut, tuple(whole[: len(context)]) != tuple(context), cut)


def beginning(plain: Sequence[int], special: Sequence[int]) -> tuple[int, ...]:
    """Return what a tokenizer by its own habit puts before a text, given the text's tokens without and with that."""
    for place in range(len(special) - len(plain) + 1):
        if tuple(special[place : place + len(plain)]) == tuple(plain):
            return tuple(special[:place])
    return ()


def begun(habit: tuple[int, ...], plain: Sequence[int]) -> tuple[int, ...]:
    """Return the tokens of a text with the habitual beginning, once: the text may bring it along."""
    return tuple(plain) if habit and tuple(plain[: len(habit)]) == habit else (*habit, *plain)
