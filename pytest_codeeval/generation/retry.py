"""RetryPolicy and CircuitBreaker: when a failed request is sent again, and when its model is asked no more."""

from __future__ import annotations

import random
from dataclasses import dataclass

from pytest_codeeval.core.errors import BackendError, CodeEvalError, StorageError


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Exponential backoff with equal jitter, in seconds; a server's own Retry-After goes first.

    A pause lies between half of what it has doubled to and the whole: all of it left to chance, a few attempts could
    be over before a server that restarts is up.

    A request is sent at most `attempts` times. `give_up_after` requests in a row that failed in all their attempts,
    none succeeding between them, mean that the model cannot be reached at all.
    """

    attempts: int = 6
    first: float = 0.5
    longest: float = 30.0
    longest_wish: float = 120.0
    give_up_after: int = 3

    def delay(self, attempt: int, error: BackendError) -> float:
        """Return the seconds to wait after the failed `attempt` (from 1)."""
        ceiling = min(self.longest, self.first * 2 ** (attempt - 1))
        wish = min(error.retry_after or 0.0, self.longest_wish)
        # Jitter on top of the server's wish: everybody who was refused would else come back at the same moment.
        return wish + random.uniform(ceiling / 2, ceiling)


class CircuitBreaker:
    """Opens at a fault that every request would meet, and when nothing gets through any more.

    Before the first answer that is so after `give_up_after` failures. Later a request that fails may do so by itself.
    One that others were answered beside, while it was tried, shows nothing of the model; as many others that failed
    without an answer between make it `suspect`, and then as many new ones have to fail as well. `answers` is how many
    came.
    """

    def __init__(self, give_up_after: int) -> None:
        self._give_up_after = give_up_after
        self._in_a_row = 0
        self._failed_when_suspect = 0
        self.answers = 0

    @property
    def suspect(self) -> bool:
        """Whether it shall be seen whether a new request gets through."""
        return self._in_a_row >= self._give_up_after

    def answered(self) -> None:
        """Note an answer."""
        self.answers += 1
        self._in_a_row = self._failed_when_suspect = 0

    def failed(self, error: CodeEvalError, answers_before: int = 0) -> CodeEvalError | None:
        """Note a failure for good, and return why nothing more is to be sent, where that is so.

        `answers_before` is how many answers there were when the request was first sent.
        """
        if isinstance(error, StorageError) or (isinstance(error, BackendError) and error.fatal):
            return error
        # Before the first answer any failure may be one that all requests share, whatever its status says.
        if not isinstance(error, BackendError) or (self.answers and not error.retryable):
            return None
        if self.answers > answers_before:
            return None
        self._in_a_row += 1
        return self._opened(error) if self.suspect and not self.answers else None

    def failed_when_suspect(self, error: BackendError) -> CodeEvalError | None:
        """Note that a request failed that was first sent under suspicion, be it once; return as `failed` does."""
        if not self.suspect or not error.retryable:
            return None
        self._failed_when_suspect += 1
        return self._opened(error) if self._failed_when_suspect >= self._give_up_after else None

    def _opened(self, error: BackendError) -> BackendError:
        return BackendError(
            f"{self._in_a_row} requests in a row failed for good, so nothing more is sent; the last error was: {error}",
            fatal=True,
        )
