"""No minute sees more requests or tokens than were allowed."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.core.completion import Completion, SamplingParams
from pytest_codeeval.generation.ratelimit import RateLimiter, TokenBucket
from tests.generation.scripted import ask


@given(st.integers(1, 5000), st.floats(1, 500))
def test_no_minute_gets_more_than_its_share(per_minute: int, burst: float) -> None:
    now = 0.0
    bucket = TokenBucket(per_minute, burst, lambda: now)
    times = []
    while len(times) < min(2 * per_minute + 5, 600):
        wait = bucket.wait(1)
        if wait:
            now += wait
        else:
            bucket.take(1)
            times.append(now)
    ends = [sum(start <= later < start + 59.999 for later in times) for start in times[::7]]
    assert max(ends) <= per_minute


def test_what_is_more_than_a_bucket_holds_waits_for_a_full_one_and_leaves_a_debt() -> None:
    now = 0.0
    bucket = TokenBucket(60, 10, lambda: now)
    assert bucket.wait(50) == 0
    bucket.take(50)
    assert 40 < bucket.wait(1) < 70
    bucket.take(-50)  # it was a mistake
    assert bucket.wait(1) == 0


def test_requests_go_out_evenly() -> None:
    async def main() -> float:
        rates = RateLimiter(rpm=1200)
        start = time.monotonic()
        await asyncio.gather(*(rates.admit([ask(task)]) for task in range(30)))
        return time.monotonic() - start

    assert 0.4 < asyncio.run(main()) < 3.0


def test_tokens_are_estimated_before_and_corrected_after() -> None:
    async def main() -> tuple[float, float]:
        rates = RateLimiter(tpm=6_000_000)
        request = replace(ask(), params=SamplingParams(max_tokens=1000))
        first = await rates.admit([request, request])
        rates.correct(first, [Completion("x", prompt_tokens=5, completion_tokens=10)] * 2)
        return first, await rates.admit([request, request])

    first, second = asyncio.run(main())
    assert 2000 < first < 2010
    assert 30 < second < 40


def test_where_a_server_does_not_say_what_it_used_the_estimate_holds() -> None:
    async def main() -> list[float]:
        rates = RateLimiter(tpm=6_000_000)
        first = await rates.admit([ask()])
        rates.correct(first, [Completion("x")])
        rates.correct(0.0, [])
        return [first, await rates.admit([ask()])]

    first, second = asyncio.run(main())
    assert first == second


def test_without_bounds_nothing_is_counted() -> None:
    assert asyncio.run(RateLimiter().admit([ask()])) == 0
