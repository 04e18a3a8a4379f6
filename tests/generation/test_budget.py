"""A run stops before its budget is passed, and what it did not ask is no zero."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.budget import Budget
from pytest_codeeval.generation.calls import CallLog
from pytest_codeeval.generation.dispatcher import ModelDispatcher
from pytest_codeeval.generation.store import CompletionStore
from tests.generation.scripted import FAST, IDENTITY, Scripted, ask, fault

MakeDispatcher = Callable[..., ModelDispatcher]


class Priced(Scripted):
    """Answers for a cent, and says that it may be two."""

    def __init__(self, bound: float | None = 0.02, cost: float | None = 0.01, **options: Any) -> None:
        super().__init__(lambda *_: Completion("x", cost=cost), **options)
        self._bound = bound

    def cost_at_most(self, request: CompletionRequest) -> float | None:
        """Return the bound."""
        return self._bound


def unbounded(cost: float | None, **options: Any) -> Scripted:
    """Return a backend that says what an answer has cost, but not what it may cost."""
    return Scripted(lambda *_: Completion("x", cost=cost), **options)


@pytest.fixture
def make_dispatcher(tmp_path: Path) -> Iterator[MakeDispatcher]:
    store = CompletionStore(tmp_path)
    yield lambda backend, budget: ModelDispatcher(
        backend, store, CallLog({IDENTITY: tmp_path}), policy=FAST, budget=budget
    )
    store.close()


def ask_all(dispatcher: ModelDispatcher, count: int) -> list[Any]:
    """Ask so many at once."""

    async def main() -> list[Any]:
        asked = asyncio.gather(*(dispatcher.complete(ask(task)) for task in range(count)), return_exceptions=True)
        return await asyncio.wait_for(asked, timeout=20)

    return asyncio.run(main())


@pytest.mark.parametrize("backend", [Priced, lambda **options: unbounded(0.01, **options)], ids=["bound", "no bound"])
def test_nothing_is_asked_that_could_pass_the_budget(make_dispatcher: MakeDispatcher, backend: Any) -> None:
    budget = Budget(0.105)
    asked = backend(concurrency=8)
    dispatcher = make_dispatcher(asked, budget)
    found = ask_all(dispatcher, 30)
    answers = [answer for answer in found if isinstance(answer, Completion)]
    assert 8 < len(answers) <= 10
    assert len(asked.asked) == len(answers)
    assert budget.spent == pytest.approx(0.01 * len(answers))
    errors = [str(answer) for answer in found if isinstance(answer, BackendError)]
    assert len(errors) + len(answers) == 30
    assert all("--max-cost=0.105 would be passed: $0." in error for error in errors)
    assert isinstance(dispatcher.broken, BackendError) and dispatcher.broken.fatal


def test_what_is_in_flight_is_awaited_before_giving_up(make_dispatcher: MakeDispatcher) -> None:
    found = ask_all(make_dispatcher(Priced(bound=0.02, concurrency=8), Budget(0.05)), 4)
    assert all(isinstance(answer, Completion) for answer in found)


def test_where_no_price_is_known_nothing_is_sent(make_dispatcher: MakeDispatcher) -> None:
    backend = Priced(bound=None)
    (error,) = ask_all(make_dispatcher(backend, Budget(5.0)), 1)
    assert "the prices of m are not known here" in str(error)
    assert backend.asked == []


def test_where_only_the_answer_shows_that_no_price_is_known_it_is_the_last(make_dispatcher: MakeDispatcher) -> None:
    backend = unbounded(None, concurrency=8)
    dispatcher = make_dispatcher(backend, Budget(5.0))
    found = ask_all(dispatcher, 10)
    assert len(backend.asked) == 1
    assert isinstance(found[0], Completion)  # it was paid for
    assert all("prices of m are not known" in str(error) for error in found[1:])


def test_an_answer_without_a_cost_counts_as_the_dearest_it_can_be(make_dispatcher: MakeDispatcher) -> None:
    budget = Budget(0.05)
    found = ask_all(make_dispatcher(Priced(cost=None), budget), 2)
    assert all(isinstance(answer, Completion) for answer in found)
    assert budget.spent == pytest.approx(0.04)


def test_nothing_may_be_spent(make_dispatcher: MakeDispatcher) -> None:
    for backend in (Priced(), unbounded(0.01)):
        (error,) = ask_all(make_dispatcher(backend, Budget(0.0)), 1)
        assert "--max-cost=0 would be passed" in str(error)
        assert backend.asked == []


def test_a_call_that_failed_gives_back_what_was_set_aside(make_dispatcher: MakeDispatcher) -> None:
    class Failing(Priced):
        """Fails first."""

        async def generate(self, requests: Any) -> list[Completion]:
            found = await super().generate(requests)
            if len(self.calls) == 1:
                raise fault()
            return found

    budget = Budget(0.025)
    found = ask_all(make_dispatcher(Failing(), budget), 1)
    assert isinstance(found[0], Completion)
    assert budget.spent == pytest.approx(0.01)


def test_a_budget_is_one_for_all_models(tmp_path: Path) -> None:
    budget = Budget(0.035)
    store = CompletionStore(tmp_path)
    dispatchers = [
        ModelDispatcher(Priced(), store, CallLog({IDENTITY: tmp_path, ("b", "m", "", ()): tmp_path}), budget=budget)
        for _ in "ab"
    ]

    async def main() -> list[Any]:
        requests = [ask(task) for task in range(4)]
        others = [replace(request, backend="b") for request in requests]
        asked = [*map(dispatchers[0].complete, requests), *map(dispatchers[1].complete, others)]
        return await asyncio.gather(*asked, return_exceptions=True)

    found = asyncio.run(main())
    assert sum(isinstance(answer, Completion) for answer in found) == 2
    assert budget.spent == pytest.approx(0.02)
    store.close()
