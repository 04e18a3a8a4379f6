"""What a call waits for before it goes out, and what is learnt from how it comes back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import pytest

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation import admission as module
from pytest_codeeval.generation.admission import AdmissionControl, Permit
from pytest_codeeval.generation.budget import Budget
from pytest_codeeval.generation.concurrency import AdaptiveConcurrency
from pytest_codeeval.generation.ratelimit import RateLimiter
from tests.generation.scripted import Scripted, ask, fault

BACKEND = Scripted()
PAIR = [ask(0), ask(1)]


def reached(most: int) -> AdaptiveConcurrency:
    """Return a limit for a model that has answered before."""
    limit = AdaptiveConcurrency(most)
    limit.reached = True
    return limit


def sent(seconds: float = 0.0, **counted: Any) -> Permit:
    """Return the pass of a call that went out so long ago."""
    return Permit(
        **{"tokens": 0.0, "cost": 0.0, "bounded": False, "epoch": 0, **counted}, start=time.perf_counter() - seconds
    )


async def out(gate: AdmissionControl, seconds: float = 5.0) -> Permit:
    """Wait for a call to be let out, but not for ever."""
    return await asyncio.wait_for(gate.admit(BACKEND, [ask()]), seconds)


async def settle() -> None:
    """Let all tasks run up to where they wait."""
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("seconds", "error", "now"),
    [
        (9.5, fault("no answer", status=None), 2),
        (8.0, fault("cut off", status=None), 4),
        (9.5, fault("no answer", status=None, retryable=False), 4),
        (9.5, fault("boom", status=500), 4),
        (0.1, fault("busy", status=429), 2),
    ],
    ids=["timed out", "early", "for good", "another status", "overloaded"],
)
def test_no_answer_up_to_the_deadline_is_a_server_with_too_much(seconds: float, error: BackendError, now: int) -> None:
    limit = reached(4)
    AdmissionControl(limit, deadline=10.0).refused(sent(seconds), error)
    assert limit.now == now


def test_no_more_go_out_than_may_be_in_flight_and_the_first_to_come_is_the_first_to_go() -> None:
    async def main() -> list[int]:
        gate, went = AdmissionControl(reached(2)), []

        async def go(number: int) -> None:
            await gate.admit(BACKEND, [ask(number)])
            went.append(number)

        tasks = [asyncio.create_task(go(number)) for number in range(5)]
        await settle()
        assert went == [0, 1]
        for _ in range(3):
            gate.came_back(sent(), [ask()], [])
            await settle()
        await asyncio.wait_for(asyncio.gather(*tasks), 5)
        return went

    assert asyncio.run(main()) == list(range(5))


@pytest.mark.parametrize("called_in", [False, True], ids=["in the queue", "as its turn comes"])
def test_one_that_is_given_up_leaves_its_place_to_the_next(called_in: bool) -> None:
    async def main() -> None:
        gate = AdmissionControl(reached(1))
        await out(gate)
        given_up, following = (asyncio.create_task(gate.admit(BACKEND, [ask()])) for _ in range(2))
        await settle()
        if called_in:
            gate.came_back(sent(), [ask()], [])
        given_up.cancel()
        await settle()
        if not called_in:
            gate.came_back(sent(), [ask()], [])
        await asyncio.wait_for(following, 5)
        another = asyncio.create_task(out(gate))
        await settle()
        assert not another.done()  # the one place is taken
        another.cancel()

    asyncio.run(main())


@pytest.mark.parametrize(("wish", "pause"), [(0.1, 0.1), (1e6, 0.2)], ids=["a wish", "an absurd one"])
def test_nothing_goes_out_for_as_long_as_an_overloaded_server_wishes(wish: float, pause: float) -> None:
    async def main() -> float:
        gate = AdmissionControl(reached(1), longest_pause=0.2)
        start = time.monotonic()
        gate.refused(sent(), fault(status=429, retry_after=wish))
        await out(gate)
        return time.monotonic() - start

    assert asyncio.run(main()) >= pause


@pytest.mark.parametrize(
    "error",
    [
        fault(status=500, retry_after=60.0),
        fault(status=429, retry_after=60.0, retryable=False),
        fault(status=429),
    ],
    ids=["another fault", "for good", "no wish"],
)
def test_without_a_wish_of_an_overloaded_server_nobody_waits(error: BackendError) -> None:
    async def main() -> bool:
        gate = AdmissionControl(reached(1))
        gate.refused(sent(), error)
        waiting = asyncio.create_task(gate.admit(BACKEND, [ask()]))
        await settle()
        return waiting.done() or not waiting.cancel()

    assert asyncio.run(main())


def test_those_who_waited_out_a_pause_do_not_go_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SPREAD", 0.1)

    async def main() -> list[float]:
        gate = AdmissionControl(reached(8))
        gate.refused(sent(), fault(status=429, retry_after=0.01))
        return [passed.start for passed in await asyncio.gather(*(out(gate) for _ in range(4)))]

    found = asyncio.run(main())
    assert max(found) - min(found) > 0.001


def test_no_more_go_out_after_a_pause_than_may_be_in_flight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SPREAD", 0.0)

    async def main() -> None:
        gate = AdmissionControl(reached(1))
        gate.refused(sent(), fault(status=429, retry_after=0.01))
        waiting = {asyncio.create_task(out(gate)) for _ in range(3)}
        _, others = await asyncio.wait(waiting, timeout=5, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait(others, timeout=0.05)
        assert [task.done() for task in others] == [False] * 2
        for task in others:
            task.cancel()

    asyncio.run(main())


@pytest.mark.parametrize(
    ("error", "now"),
    [(fault(status=400), 8), (fault(status=401, fatal=True), 1), (fault(status=None), 1)],
    ids=["a refusal", "a bad key", "no connection"],
)
def test_a_refusal_shows_that_the_model_was_reached_and_lets_others_out(error: BackendError, now: int) -> None:
    async def main() -> int:
        limit = AdaptiveConcurrency(8)
        gate = AdmissionControl(limit)
        first = await out(gate)
        waiting = [asyncio.create_task(out(gate)) for _ in range(9)]
        await settle()
        gate.refused(first, error)
        await settle()
        went = sum(task.done() for task in waiting)
        for task in waiting:
            task.cancel()
        assert went == limit.now - 1
        return limit.now

    assert asyncio.run(main()) == now


def test_only_answers_are_a_reason_to_send_more() -> None:
    async def main() -> list[int]:
        limit = AdaptiveConcurrency(64)
        gate = AdmissionControl(limit)
        found = []
        for answers in ([], [Completion("a")]):
            gate.came_back(await out(gate), [ask()], answers)
            found.append(limit.now)
        return found

    assert asyncio.run(main()) == [1, 8]


def test_what_was_counted_for_a_call_is_corrected_when_it_comes_back() -> None:
    class Counting(RateLimiter):
        """Counts seven tokens for whatever goes out."""

        async def admit(self, requests: Sequence[CompletionRequest]) -> float:
            return 7.0

        def correct(self, estimate: float, completions: Sequence[Completion]) -> None:
            corrected.append((estimate, len(completions)))

    async def main() -> None:
        gate = AdmissionControl(reached(2), Counting())
        passed = await gate.admit(BACKEND, PAIR)
        gate.came_back(passed, PAIR, [Completion("a")])

    corrected: list[tuple[float, int]] = []
    asyncio.run(main())
    assert corrected == [(7.0, 1)]


class Priced(Scripted):
    """Says that an answer may be two cents, or that it does not know."""

    def __init__(self, bound: float | None = 0.02) -> None:
        super().__init__()
        self._bound = bound

    def cost_at_most(self, request: CompletionRequest) -> float | None:
        """Return the bound."""
        return self._bound


@pytest.mark.parametrize(
    ("costs", "spent"), [((None, None), 0.04), ((0.01, None), 0.03), ((0.01, 0.01), 0.02), ((), 0.0)], ids=str
)
def test_an_answer_whose_cost_is_not_told_counts_as_its_share_of_what_was_set_aside(
    costs: tuple[float | None, ...], spent: float
) -> None:
    async def main() -> None:
        gate = AdmissionControl(reached(2), budget=budget)
        passed = await gate.admit(Priced(), PAIR)
        gate.came_back(passed, PAIR, [Completion("a", cost=cost) for cost in costs])

    budget = Budget(1.0)
    asyncio.run(main())
    assert budget.spent == pytest.approx(spent)


def test_where_nobody_knows_a_price_nothing_goes_out() -> None:
    with pytest.raises(BackendError, match="prices of m are not known"):
        asyncio.run(AdmissionControl(reached(2), budget=Budget(1.0)).admit(Priced(None), PAIR))
