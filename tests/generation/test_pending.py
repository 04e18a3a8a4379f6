"""What has become of each request is known by its key, and all who wait for it hear of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.errors import CodeEvalError
from pytest_codeeval.generation.pending import PendingRequests
from pytest_codeeval.generation.store import CompletionStore
from tests.generation.scripted import ask, fault

ANSWER = Completion("text")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CompletionStore]:
    """A store that has an answer to one request, of an earlier run."""
    store = CompletionStore(tmp_path)
    store.put_all([(ask(0), ANSWER, "old")])
    yield store
    store.close()


def heard(play: Callable[[PendingRequests], None], *keys: str, running: tuple[str, ...] = ()) -> list[Any]:
    """Have one wait for each of the keys, and return what they have heard after `play`; None where it is nothing."""

    async def main() -> list[Any]:
        ledger = PendingRequests(None)
        ledger.running.update(running)
        for key in dict.fromkeys(keys):
            assert ledger.expect(key)
        waiting = [asyncio.create_task(ledger.outcome(key)) for key in keys]
        await asyncio.sleep(0)
        play(ledger)
        for _ in range(5):
            await asyncio.sleep(0)
        for task in waiting:
            task.cancel()
        found = await asyncio.gather(*waiting, return_exceptions=True)
        return [None if isinstance(one, asyncio.CancelledError) else one for one in found]

    return asyncio.run(main())


def test_all_who_wait_hear_the_answer_and_nobody_elses() -> None:
    assert heard(lambda ledger: ledger.finish("a", ANSWER), "a", "a", "b") == [ANSWER, ANSWER, None]


def test_all_who_wait_hear_why_there_is_none() -> None:
    error = fault()
    assert heard(lambda ledger: ledger.finish("a", error), "a", "b", "a") == [error, None, error]


def test_a_fault_that_stops_all_is_told_to_those_whose_request_does_not_run() -> None:
    error = CodeEvalError("enough")
    assert heard(lambda ledger: ledger.fail_queued(error), "a", "b", "c", running=("b",)) == [error, None, error]


def test_one_that_is_given_up_takes_the_answer_from_nobody_else() -> None:
    async def main() -> Completion:
        ledger = PendingRequests(None)
        assert [ledger.expect("a"), ledger.expect("a")] == [True, False]
        given_up, other = (asyncio.create_task(ledger.outcome("a")) for _ in range(2))
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.sleep(0)
        ledger.finish("a", ANSWER)
        return await asyncio.wait_for(other, 5)

    assert asyncio.run(main()) is ANSWER


def test_a_request_is_awaited_until_it_has_ended() -> None:
    async def main() -> list[bool]:
        ledger = PendingRequests(None)
        found = [ledger.is_awaited("a")]
        ledger.expect("a")
        found.append(ledger.is_awaited("a"))
        ledger.settle("a", ANSWER)
        ledger.settle("a", ANSWER)  # nobody waits any more
        return [*found, ledger.is_awaited("a"), ledger.expect("a")]

    assert asyncio.run(main()) == [False, True, False, True]


def test_what_runs_has_failed_or_was_answered_in_this_run_is_known() -> None:
    ledger, error = PendingRequests(None), fault()
    ledger.running.update("ab")
    ledger.finish("b", error)
    ledger.settle("c", error)
    ledger.note_answered("d")
    assert [ledger.knows(key) for key in "abcde"] == [True, True, True, True, False]
    assert (ledger.running, ledger.failed) == ({"a"}, {"b": error, "c": error})


def test_an_answer_that_was_handed_out_but_not_kept_is_not_known() -> None:
    ledger = PendingRequests(None)
    ledger.running.add("a")
    ledger.finish("a", ANSWER)
    assert not ledger.knows("a")


def test_stored_answers_count_but_not_those_of_earlier_runs_where_all_is_asked_afresh(store: CompletionStore) -> None:
    usual, fresh, unkept = PendingRequests(store), PendingRequests(store, fresh=True), PendingRequests(None)
    for ledger in (usual, fresh, unkept):
        ledger.wanted.update(("old", "new"))
    assert [ledger.progress for ledger in (usual, fresh, unkept)] == [(1, 2), (0, 2), (0, 0)]
    found = [ledger.stored("old", ask(0)) for ledger in (usual, fresh, unkept)]
    assert [one is not None for one in found] == [True, False, False]
    fresh.note_answered(["old"])
    assert fresh.stored("old", ask(0)) is not None
    assert fresh.progress == (1, 2)
