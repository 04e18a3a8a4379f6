"""Depth: room on the stack for our own frames, so that tests and solutions may nest as deep as in one process."""

import sys
from contextlib import suppress

_FRAMES = 12  # of ours, at most, between a call of one side and the code of the other that is run meanwhile


class Deeper:
    """Raises the limit of recursion while the other side is waited for, which may call back."""

    def __init__(self) -> None:
        # Bound here: a solution may put something else in their place.
        self._limit, self._set_limit = sys.getrecursionlimit, sys.setrecursionlimit

    def __enter__(self) -> None:
        with suppress(OverflowError):  # some set the highest limit there is
            self._set_limit(self._limit() + _FRAMES)

    def __exit__(self, *_: object) -> None:
        with suppress(RecursionError, ValueError):  # of one that the other code has set itself
            self._set_limit(self._limit() - _FRAMES)
