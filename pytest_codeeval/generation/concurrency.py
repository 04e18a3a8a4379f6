"""AdaptiveConcurrency: how many requests are in flight at once, found out from how the server takes them."""

from __future__ import annotations

_START = 8
_OVERLOADED = {429, 503, 529}


class AdaptiveConcurrency:
    """Starts low, grows while answers come, halves when the server has too much; never over `most`.

    As in TCP: one more for each answer until the first refusal, then one more for each full round of answers. An answer
    that takes longer than `slow` seconds is no reason to ask more at once. `epoch` counts the halvings: of all requests
    that were in flight at once, one refusal is enough.
    """

    def __init__(self, most: int, slow: float = float("inf")) -> None:
        self.epoch = 0
        self.reached = False
        self._most = most
        self._slow = slow
        self._limit = float(min(_START, most))

    @property
    def now(self) -> int:
        """How many may be in flight.

        That is one until the model has been reached once: a bad key costs one request, not all at once.
        """
        return int(self._limit) if self.reached else 1

    def answered(self, seconds: float, in_flight: int) -> None:
        """Learn from an answer: nothing, where not even half as many were in flight as may be."""
        self.reached = True
        if 2 * in_flight >= self._limit and seconds <= self._slow:
            self._limit = min(float(self._most), self._limit + (1 if self.epoch == 0 else 1 / self._limit))

    def refused(self, status: int | None, epoch: int, timed_out: bool) -> bool:
        """Learn from an error of a request that was sent in `epoch`, and say whether the server has too much."""
        overloaded = status in _OVERLOADED or timed_out
        if overloaded and epoch == self.epoch:
            self.epoch += 1
            self._limit = max(1.0, self._limit / 2)
        return overloaded
