"""RetryPolicy: how long to wait before a request that may succeed later is sent again."""

import random
from dataclasses import dataclass

from pytest_codeeval.core.errors import BackendError


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
