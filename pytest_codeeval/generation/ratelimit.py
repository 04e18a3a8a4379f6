"""RateLimiter: the requests and tokens a minute that one model is asked at most (`--rpm`, `--tpm`)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from pytest_codeeval.core.completion import Completion, CompletionRequest

_ANSWER = 1024  # tokens of an answer that has no bound
_NOTHING = 1e-6  # what floating point makes of it


class TokenBucket:
    """A token bucket: holds `burst` at most, and never gives more than `per_minute` in any minute.

    What is taken may turn out dearer or cheaper, so the level can fall below zero.
    """

    def __init__(self, per_minute: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = max(1.0, min(burst, per_minute))
        self._rate = (per_minute - (self._burst - 1)) / 60
        self._level = self._burst
        self._clock = clock
        self._filled = clock()

    def wait(self, amount: float) -> float:
        """Return for how many seconds `amount` is not to be had; more than ever fits counts as a full bucket."""
        now = self._clock()
        self._level = min(self._burst, self._level + (now - self._filled) * self._rate)
        self._filled = now
        missing = min(amount, self._burst) - self._level
        return missing / self._rate if missing > _NOTHING else 0.0

    def take(self, amount: float) -> None:
        """Take out `amount`; a negative one is put back."""
        self._level -= amount


class RateLimiter:
    """Lets requests through in the order they come, as fast as both bounds allow."""

    def __init__(self, rpm: int | None = None, tpm: int | None = None) -> None:
        # A second's worth at once of requests, five of tokens, so that those of usual size need not wait for a debt.
        self._requests = TokenBucket(rpm, rpm / 60) if rpm else None
        self._tokens = TokenBucket(tpm, tpm / 12) if tpm else None
        self._turn = asyncio.Lock()
        self._answer: float | None = None  # tokens of an answer so far, on average

    async def admit(self, requests: Sequence[CompletionRequest]) -> float:
        """Wait until requests, sent as one, may go; return the tokens that were counted for them."""
        if self._requests is None and self._tokens is None:
            return 0.0
        estimate = self._estimate(requests)
        async with self._turn:
            for bucket, amount in ((self._requests, 1.0), (self._tokens, estimate)):
                if bucket is not None:
                    while wait := bucket.wait(amount):
                        await asyncio.sleep(wait)
                    bucket.take(amount)
        return estimate

    def correct(self, estimate: float, completions: Sequence[Completion]) -> None:
        """Count what was used instead of what had been estimated, where the server said it of all answers."""
        if self._tokens is None:
            return
        counts = [(answer.prompt_tokens, answer.completion_tokens) for answer in completions]
        used = [(asked or 0) + said for asked, said in counts if said is not None]
        if used and len(used) == len(completions):
            self._tokens.take(sum(used) - estimate)
            mean = sum(said or 0 for _, said in counts) / len(counts)
            self._answer = mean if self._answer is None else self._answer * 0.9 + mean * 0.1

    def _estimate(self, requests: Sequence[CompletionRequest]) -> float:
        asked = requests[0]
        most = asked.params.max_tokens or _ANSWER
        answer = most if self._answer is None else min(most, 1.5 * self._answer)
        return len(asked.sent) / 3 + len(requests) * answer
