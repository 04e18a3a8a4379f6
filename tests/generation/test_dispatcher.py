"""Each request is asked once, a bounded number at a time, and everybody who waits gets an answer or the reason."""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.core.completion import Completion, CompletionRequest, SamplingParams
from pytest_codeeval.core.errors import BackendError, CodeEvalError, StorageError
from pytest_codeeval.generation.calls import FILE_NAME, CallLog
from pytest_codeeval.generation.dispatcher import ModelDispatcher
from pytest_codeeval.generation.ratelimit import RateLimiter
from pytest_codeeval.generation.retry import RetryPolicy
from pytest_codeeval.generation.store import CompletionStore
from pytest_codeeval.generation.trouble import Trouble
from pytest_codeeval.scoring.conversation import next_turn
from tests.generation.scripted import FAST, IDENTITY, Scripted, ask, echo, fault, keep

MakeDispatcher = Callable[..., ModelDispatcher]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CompletionStore]:
    store = CompletionStore(tmp_path)
    yield store
    store.close()


@pytest.fixture
def make_dispatcher(tmp_path: Path, store: CompletionStore) -> MakeDispatcher:
    def make(backend: Scripted, **options: Any) -> ModelDispatcher:
        options.setdefault("policy", FAST)
        return ModelDispatcher(backend, store, CallLog({IDENTITY: tmp_path}), **options)

    return make


async def answers(dispatcher: ModelDispatcher, *requests: CompletionRequest) -> list[Completion | BaseException]:
    """Ask all at once, and return answers or errors."""
    asked = asyncio.gather(*map(dispatcher.complete, requests), return_exceptions=True)
    return await asyncio.wait_for(asked, timeout=20)


def ask_all(dispatcher: ModelDispatcher, *requests: CompletionRequest) -> list[Completion | BaseException]:
    """Ask all at once on an event loop of their own, of which nothing is left."""

    async def main() -> list[Completion | BaseException]:
        try:
            return await answers(dispatcher, *requests)
        finally:
            await dispatcher.close()

    return asyncio.run(main())


async def until(true: Callable[[], bool]) -> None:
    """Wait for something, ten seconds at most."""
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.001)


def texts(found: list[Any]) -> list[str]:
    """Return the texts of completions."""
    return [completion.text for completion in found]


def calls_logged(folder: Path) -> list[dict[str, Any]]:
    """Return the rows of the call log."""
    return [json.loads(line) for line in (folder / FILE_NAME).read_text().splitlines()]


def test_one_request_asked_for_by_many_is_sent_once(make_dispatcher: MakeDispatcher) -> None:
    backend = Scripted()
    found = ask_all(make_dispatcher(backend), *[ask()] * 50)
    assert texts(found) == ["m T/0 #0"] * 50
    assert backend.asked == ["T/0#0"]


def test_samples_of_one_problem_are_asked_each_on_its_own(make_dispatcher: MakeDispatcher) -> None:
    backend = Scripted()
    found = ask_all(make_dispatcher(backend), *(ask(0, sample) for sample in range(10)))
    assert texts(found) == [f"m T/0 #{sample}" for sample in range(10)]
    assert len(backend.asked) == 10


def test_trouble_is_told_with_its_retry_and_its_end(make_dispatcher: MakeDispatcher) -> None:
    def answer(request: CompletionRequest, attempt: int) -> Completion:
        if attempt < 3:
            raise fault(f"m is down, {request.task_id}")
        return echo(request, attempt)

    lines: list[str] = []
    dispatcher = make_dispatcher(Scripted(answer), trouble=Trouble("m", lines.append))
    ask_all(dispatcher, ask(0))
    ask_all(dispatcher, ask(0), ask(1))
    assert [line.partition(" in ")[0] for line in lines] == [
        "codeeval: m is down, T/0 - retry 1 of 2",
        "codeeval: m answers again, after 2 failed calls",
    ]


def test_the_last_attempt_is_told_as_such_and_a_refusal_is_no_trouble(make_dispatcher: MakeDispatcher) -> None:
    def answer(request: CompletionRequest, attempt: int) -> Completion:
        raise fault("m is down" if request.task_id == "T/0" else "m: no", retryable=request.task_id == "T/0")

    for task, told in ((0, ["codeeval: m is down - given up after 1 attempt"]), (1, [])):
        lines: list[str] = []
        policy = RetryPolicy(attempts=1, give_up_after=1000)
        ask_all(make_dispatcher(Scripted(answer), trouble=Trouble("m", lines.append), policy=policy), ask(task))
        assert lines == told


def test_it_is_known_how_many_answers_are_kept_and_wanted(make_dispatcher: MakeDispatcher) -> None:
    def answer(request: CompletionRequest, attempt: int) -> Completion:
        if request.task_id in ("T/1", "T/2"):
            raise fault("no", retryable=False)
        return echo(request, attempt)

    ask_all(make_dispatcher(Scripted()), ask(1))
    dispatcher = make_dispatcher(Scripted(answer))
    assert dispatcher.progress == (0, 0)

    async def announced() -> None:
        dispatcher.prefetch([ask(0), ask(1), ask(2), ask(3)])
        await dispatcher.close()

    asyncio.run(announced())
    assert dispatcher.progress == (1, 4)
    dispatcher = make_dispatcher(Scripted(answer))
    ask_all(dispatcher, ask(3), ask(2), ask(4), ask(1))
    assert dispatcher.progress == (3, 4)
    again = make_dispatcher(Scripted(answer), fresh=True)
    ask_all(again, ask(0), ask(1))
    assert again.progress == (1, 2)
    assert make_dispatcher(Scripted(cacheable=False)).progress == (0, 0)


def test_a_second_run_asks_nothing(make_dispatcher: MakeDispatcher) -> None:
    ask_all(make_dispatcher(Scripted()), ask(1), ask(2))
    backend = Scripted()
    found = ask_all(make_dispatcher(backend), ask(2), ask(1))
    assert texts(found) == ["m T/2 #0", "m T/1 #0"]
    assert backend.asked == []


def test_a_fresh_run_asks_again_and_then_reads_back_its_own(make_dispatcher: MakeDispatcher) -> None:
    ask_all(make_dispatcher(Scripted(lambda *_: Completion("old"))), ask())
    backend = Scripted(lambda *_: Completion("new"))
    dispatcher = make_dispatcher(backend, fresh=True)
    assert texts(ask_all(dispatcher, ask())) == ["new"]
    assert texts(ask_all(dispatcher, ask())) == ["new"]
    assert len(backend.asked) == 1
    assert texts(ask_all(make_dispatcher(Scripted()), ask())) == ["new"]


def test_a_request_that_comes_as_the_last_consumer_ends_is_answered(make_dispatcher: MakeDispatcher) -> None:
    class Prompting(Scripted):
        """Has the next request come in right behind the answer to the first, before the event loop turns again."""

        async def generate(self, requests: Sequence[CompletionRequest]) -> list[Completion]:
            if not following:
                following.append(asyncio.ensure_future(dispatcher.complete(ask(1))))
            return [echo(request, 1) for request in requests]

    async def main() -> list[Completion]:
        first = await dispatcher.complete(ask(0))
        return [first, await asyncio.wait_for(following[0], timeout=5)]

    following: list[asyncio.Future[Completion]] = []
    dispatcher = make_dispatcher(Prompting(concurrency=1, cacheable=False))
    assert texts(asyncio.run(main())) == ["m T/0 #0", "m T/1 #0"]


def test_the_next_turn_is_asked_before_anybody_asks_for_it(make_dispatcher: MakeDispatcher) -> None:
    backend = Scripted(lambda request, attempt: Completion("" if request.task_id == "T/1" else f"said {request.turn}"))

    async def run() -> list[Completion | BaseException]:
        dispatcher = make_dispatcher(backend, follow_up=next_turn)
        first = [replace(ask(task), later=(("and then?", ""), ("and last?", ""))) for task in range(3)]
        dispatcher.prefetch(first)
        await until(
            lambda: len(backend.calls) == 8
        )  # three turns of two; where nothing was said that is asked once more
        last = [request.after("said 0").after("said 1") for request in first[::2]]
        found = await answers(dispatcher, *first, *last)
        await dispatcher.close()
        return found

    found = asyncio.run(run())
    assert texts(found) == ["said 0", "", "said 0", "said 2", "said 2"]
    assert len(backend.calls) == 8


def test_the_next_turn_of_a_stored_answer_is_asked_for_too(
    make_dispatcher: MakeDispatcher, store: CompletionStore
) -> None:
    backend = Scripted()
    first = replace(ask(0), later=(("and then?", ""),))
    keep(store, first, Completion("kept"))

    async def run() -> None:
        dispatcher = make_dispatcher(backend, follow_up=next_turn)
        dispatcher.prefetch([first])
        await until(lambda: bool(backend.calls))
        await dispatcher.close()

    asyncio.run(run())
    assert [request.messages[1]["content"] for call in backend.calls for request in call] == ["kept"]


def test_what_was_prefetched_is_not_asked_again(make_dispatcher: MakeDispatcher) -> None:
    async def main() -> None:
        dispatcher.prefetch([ask(1), ask(2), ask(1)])
        await asyncio.sleep(0.1)
        assert sorted(backend.asked) == ["T/1#0", "T/2#0"]
        assert texts(await answers(dispatcher, ask(1), ask(2))) == ["m T/1 #0", "m T/2 #0"]

    backend = Scripted()
    dispatcher = make_dispatcher(backend)
    asyncio.run(main())
    assert len(backend.asked) == 2


def test_what_is_in_flight_is_not_asked_again_when_it_is_announced(make_dispatcher: MakeDispatcher) -> None:
    async def main() -> Scripted:
        gate = asyncio.Event()
        gate.set()
        backend = Scripted(gate=gate)
        dispatcher = make_dispatcher(backend)
        await answers(dispatcher, ask(0))
        gate.clear()
        waiting = asyncio.ensure_future(answers(dispatcher, ask(1)))
        await asyncio.sleep(0.01)
        dispatcher.prefetch([ask(1)])
        await asyncio.sleep(0.01)
        gate.set()
        await waiting
        return backend

    assert asyncio.run(main()).asked == ["T/0#0", "T/1#0"]


def test_what_failed_is_not_asked_again_when_it_is_announced(make_dispatcher: MakeDispatcher) -> None:
    def refuse(request: CompletionRequest, attempt: int) -> Completion:
        raise fault("too long", status=400, retryable=False)

    async def main() -> None:
        await answers(dispatcher, ask(0))
        dispatcher.prefetch([ask(0)])
        await asyncio.sleep(0.01)

    backend = Scripted(refuse)
    dispatcher = make_dispatcher(backend)
    asyncio.run(main())
    assert len(backend.asked) == 1


def test_nothing_announced_is_asked_once_the_dispatcher_is_broken(make_dispatcher: MakeDispatcher) -> None:
    async def main() -> None:
        dispatcher.break_off(CodeEvalError("another dataset"))
        dispatcher.prefetch([ask(0)])
        await asyncio.sleep(0.01)

    backend = Scripted()
    dispatcher = make_dispatcher(backend)
    asyncio.run(main())
    assert backend.asked == []


def test_what_somebody_waits_for_goes_before_what_is_only_announced(make_dispatcher: MakeDispatcher) -> None:
    async def main() -> Scripted:
        gate = asyncio.Event()
        backend = Scripted(gate=gate, concurrency=1)
        dispatcher = make_dispatcher(backend)
        dispatcher.prefetch(ask(task) for task in range(6))
        await asyncio.sleep(0.01)
        waiting = asyncio.ensure_future(answers(dispatcher, ask(5), ask(0)))
        await asyncio.sleep(0.01)
        gate.set()
        await waiting
        await dispatcher.complete(ask(4))
        return backend

    assert asyncio.run(main()).asked[:2] == ["T/0#0", "T/5#0"]


def test_a_loop_that_ends_in_the_middle_of_writing_ends(make_dispatcher: MakeDispatcher) -> None:
    async def main(seconds: float) -> None:
        dispatcher = make_dispatcher(Scripted(concurrency=8))
        dispatcher.prefetch(map(ask, range(40)))
        await asyncio.sleep(seconds)

    def run_some() -> None:
        for number in range(10):
            asyncio.run(main(0.004 + number * 0.001))

    thread = threading.Thread(target=run_some, daemon=True)  # one that does not end is left behind
    thread.start()
    thread.join(20)
    assert not thread.is_alive()


def test_no_more_are_in_flight_than_allowed(make_dispatcher: MakeDispatcher) -> None:
    backend = Scripted(concurrency=4)
    ask_all(make_dispatcher(backend, concurrency=3), *map(ask, range(30)))
    assert backend.most_at_once == 3
    assert len(backend.asked) == len(set(backend.asked)) == 30


def test_the_backends_own_concurrency_holds_where_none_is_given(make_dispatcher: MakeDispatcher) -> None:
    backend = Scripted(concurrency=4)
    ask_all(make_dispatcher(backend), *map(ask, range(30)))
    assert backend.most_at_once == 4


def test_a_batch_is_answered_each_to_its_own(make_dispatcher: MakeDispatcher) -> None:
    backend = Scripted(batch_size=4, concurrency=2)
    found = ask_all(make_dispatcher(backend), *map(ask, range(11)))
    assert texts(found) == [f"m T/{task} #0" for task in range(11)]
    assert max(map(len, backend.calls)) == 4
    assert len(backend.asked) == 11


def test_answers_not_worth_keeping_leave_nothing_on_disk(make_dispatcher: MakeDispatcher, tmp_path: Path) -> None:
    async def main() -> None:
        dispatcher.prefetch([ask(1)])
        await asyncio.sleep(0.01)
        assert backend.asked == []
        await answers(dispatcher, ask(1))

    backend = Scripted(cacheable=False)
    dispatcher = make_dispatcher(backend)
    asyncio.run(main())
    ask_all(dispatcher, ask(1))
    assert backend.asked == ["T/1#0"] * 2
    assert not (tmp_path / FILE_NAME).exists()


def test_a_request_that_may_succeed_later_is_sent_again(make_dispatcher: MakeDispatcher, tmp_path: Path) -> None:
    def third_time(request: CompletionRequest, attempt: int) -> Completion:
        if attempt < 3:
            raise fault()
        return echo(request, attempt)

    assert texts(ask_all(make_dispatcher(Scripted(third_time)), ask())) == ["m T/0 #0"]
    logged = [(row["attempt"], row["status"]) for row in calls_logged(tmp_path)]
    assert logged == [(1, 503), (2, 503), (3, "ok")]


def test_an_error_that_stays_reaches_everybody_who_waits(make_dispatcher: MakeDispatcher) -> None:
    def never(request: CompletionRequest, attempt: int) -> Completion:
        raise fault("still down")

    backend = Scripted(never)
    dispatcher = make_dispatcher(backend)
    found = ask_all(dispatcher, ask(), ask())
    assert [str(error) for error in found] == ["still down"] * 2
    assert len(backend.asked) == FAST.attempts


def test_a_request_that_failed_is_not_asked_again_in_the_same_run(make_dispatcher: MakeDispatcher) -> None:
    def refuse(request: CompletionRequest, attempt: int) -> Completion:
        raise fault("too long", status=400, retryable=False)

    backend = Scripted(refuse)
    dispatcher = make_dispatcher(backend)
    ask_all(dispatcher, ask())
    (error,) = ask_all(dispatcher, ask())
    assert str(error) == "too long"
    assert len(backend.asked) == 1


def test_one_bad_request_does_not_harm_the_others(make_dispatcher: MakeDispatcher) -> None:
    def refuse_one(request: CompletionRequest, attempt: int) -> Completion:
        if request.task_id == "T/1":
            raise fault("too long", status=400, retryable=False)
        return echo(request, attempt)

    dispatcher = make_dispatcher(Scripted(refuse_one))
    found = ask_all(dispatcher, *map(ask, range(3)))
    assert [isinstance(answer, BackendError) for answer in found] == [False, True, False]
    assert dispatcher.broken is None


def test_the_servers_own_wish_to_wait_is_honoured(make_dispatcher: MakeDispatcher) -> None:
    times = []

    def busy_once(request: CompletionRequest, attempt: int) -> Completion:
        times.append(time.monotonic())
        if attempt == 1:
            raise fault(status=429, retry_after=0.2)
        return echo(request, attempt)

    ask_all(make_dispatcher(Scripted(busy_once)), ask())
    assert 0.2 <= times[1] - times[0] < 2.0


def test_a_fault_that_all_would_meet_costs_one_request(make_dispatcher: MakeDispatcher) -> None:
    def bad_key(request: CompletionRequest, attempt: int) -> Completion:
        raise fault("no such key", status=401, retryable=False, fatal=True)

    async def main() -> list[Any]:
        dispatcher.prefetch(map(ask, range(20)))
        return await answers(dispatcher, *map(ask, range(30)))

    backend = Scripted(bad_key, concurrency=16)
    dispatcher = make_dispatcher(backend)
    found = asyncio.run(main())
    assert {str(error) for error in found} == {"no such key"}
    assert len(found) == 30
    assert len(backend.asked) == 1
    assert isinstance(dispatcher.broken, BackendError)


def test_a_model_that_stopped_answering_is_given_up(make_dispatcher: MakeDispatcher) -> None:
    def down(request: CompletionRequest, attempt: int) -> Completion:
        raise fault("connection refused", status=None)

    backend = Scripted(down)
    dispatcher = make_dispatcher(backend, policy=RetryPolicy(attempts=2, first=0.001, longest=0.001, give_up_after=3))
    found = ask_all(dispatcher, *map(ask, range(30)))
    assert len(backend.asked) == 3 * 2
    assert isinstance(dispatcher.broken, BackendError)
    assert "3 requests in a row failed for good" in str(dispatcher.broken)
    assert "connection refused" in str(found[-1])
    assert not any(isinstance(answer, Completion) for answer in found)


@pytest.mark.parametrize("concurrency", [16, 4])
@pytest.mark.parametrize("numbers", [(3, 4, 5, 6, 7, 20, 21), (20, 21, 22, 23, 24), (55, 56, 57, 58, 59)], ids=str)
def test_a_few_that_fail_among_many_cost_no_others(
    make_dispatcher: MakeDispatcher, numbers: tuple[int, ...], concurrency: int
) -> None:
    """Neither where they hold all places at once, nor where they are the last."""
    poisoned = {f"T/{number}" for number in numbers}

    def some(request: CompletionRequest, attempt: int) -> Completion:
        if request.task_id in poisoned:
            raise fault("boom", status=500)
        return echo(request, attempt)

    dispatcher = make_dispatcher(
        Scripted(some, concurrency=concurrency), policy=RetryPolicy(attempts=4, first=0.05, longest=0.1)
    )
    found = ask_all(dispatcher, *map(ask, range(60)))
    failed = {f"T/{number}" for number, one in enumerate(found) if isinstance(one, BackendError)}
    assert failed == poisoned
    assert dispatcher.broken is None


def test_a_model_that_stops_answering_half_way_is_given_up(make_dispatcher: MakeDispatcher) -> None:
    def dies(request: CompletionRequest, attempt: int) -> Completion:
        if len(backend.asked) > 20:
            raise fault("connection refused", status=None)
        return echo(request, attempt)

    backend = Scripted(dies, concurrency=4)
    dispatcher = make_dispatcher(backend, policy=RetryPolicy(attempts=3, first=0.001, longest=0.001))
    found = ask_all(dispatcher, *map(ask, range(200)))
    assert isinstance(dispatcher.broken, BackendError)
    assert len(backend.asked) < 60
    assert 10 < sum(isinstance(one, Completion) for one in found) <= 20


def test_an_answer_with_an_unknown_ending_is_an_error(make_dispatcher: MakeDispatcher, store: CompletionStore) -> None:
    backend = Scripted(lambda request, attempt: Completion("half", "abort" if request.task_id == "T/1" else "stop"))
    found = ask_all(make_dispatcher(backend), ask(0), ask(1))
    assert [type(one) for one in found] == [Completion, BackendError]
    assert "'abort' is a fault of the server" in str(found[1])
    assert backend.asked.count("T/1#0") == FAST.attempts
    assert store.get(ask(1)) is None


def test_a_recorded_answer_with_an_unknown_ending_is_an_error_at_once(make_dispatcher: MakeDispatcher) -> None:
    backend = Scripted(lambda *_: Completion("half", "abort"), cacheable=False)
    (found,) = ask_all(make_dispatcher(backend), ask())
    assert isinstance(found, BackendError)
    assert len(backend.asked) == 1


@pytest.mark.parametrize(("attempts", "asked"), [(3, 2), (1, 1)])
def test_an_empty_answer_of_no_tokens_is_asked_for_once_more(
    make_dispatcher: MakeDispatcher, attempts: int, asked: int
) -> None:
    backend = Scripted(lambda *_: Completion(" ", "stop"))
    dispatcher = make_dispatcher(backend, policy=RetryPolicy(attempts=attempts, first=0.001, longest=0.001))
    assert texts(ask_all(dispatcher, ask())) == [" "]
    assert len(backend.asked) == asked


def test_failures_with_successes_between_them_are_no_reason_to_give_up(make_dispatcher: MakeDispatcher) -> None:
    def every_other(request: CompletionRequest, attempt: int) -> Completion:
        if int(request.task_id[2:]) % 2:
            raise fault()
        return echo(request, attempt)

    dispatcher = make_dispatcher(
        Scripted(every_other),
        concurrency=1,
        policy=RetryPolicy(attempts=1, first=0.001, longest=0.001, give_up_after=2),
    )
    found = ask_all(dispatcher, *map(ask, range(12)))
    assert sum(isinstance(answer, Completion) for answer in found) == 6
    assert dispatcher.broken is None


def test_whatever_a_backend_raises_becomes_a_backend_error(make_dispatcher: MakeDispatcher) -> None:
    def buggy(request: CompletionRequest, attempt: int) -> Completion:
        raise ZeroDivisionError("oops")

    backend = Scripted(buggy)
    (error,) = ask_all(make_dispatcher(backend), ask())
    assert isinstance(error, BackendError)
    assert str(error) == "the backend failed: ZeroDivisionError: oops"
    assert len(backend.asked) == 1


class Miscounting(Scripted):
    """Leaves out the last answer."""

    async def generate(self, requests: Any) -> list[Completion]:
        return (await super().generate(requests))[:-1]


def test_a_wrong_number_of_answers_is_nobodys_answer(make_dispatcher: MakeDispatcher) -> None:
    dispatcher = make_dispatcher(Miscounting(batch_size=3))
    found = ask_all(dispatcher, *map(ask, range(3)))
    assert {str(error) for error in found} == {"the backend gave 2 answers to 3 requests"}


@pytest.mark.parametrize("answer", ["text", None, Completion(text=b"bytes"), Completion("x", cost=object())])  # type: ignore[arg-type]
def test_an_answer_that_is_no_completion_is_a_backend_error(make_dispatcher: MakeDispatcher, answer: Any) -> None:
    (error,) = ask_all(make_dispatcher(Scripted(lambda *_: answer)), ask())
    assert isinstance(error, BackendError)


def test_an_answer_that_cannot_be_kept_stops_all_asking(
    make_dispatcher: MakeDispatcher, store: CompletionStore
) -> None:
    backend = Scripted(concurrency=1)
    dispatcher = make_dispatcher(backend, fresh=True)
    store.close()
    found = ask_all(dispatcher, *map(ask, range(5)))
    assert all(isinstance(error, StorageError) for error in found)
    assert len(backend.asked) == 1


def test_a_call_that_cannot_be_logged_stops_all_asking(tmp_path: Path, store: CompletionStore) -> None:
    (tmp_path / "file").touch()
    dispatcher = ModelDispatcher(Scripted(), store, CallLog({IDENTITY: tmp_path / "file"}), policy=FAST)
    found = ask_all(dispatcher, *map(ask, range(5)))
    assert all(isinstance(error, StorageError) for error in found)
    assert isinstance(dispatcher.broken, StorageError)


def test_a_store_that_cannot_be_read_is_a_storage_error(
    make_dispatcher: MakeDispatcher, store: CompletionStore
) -> None:
    dispatcher = make_dispatcher(Scripted())
    store.close()
    (error,) = ask_all(dispatcher, ask())
    assert isinstance(error, StorageError)


def test_breaking_off_answers_those_who_wait_and_those_who_will(make_dispatcher: MakeDispatcher) -> None:
    async def main() -> list[Any]:
        gate = asyncio.Event()
        dispatcher = make_dispatcher(Scripted(gate=gate, concurrency=1))
        waiting = asyncio.ensure_future(answers(dispatcher, ask(0)))
        await asyncio.sleep(0.01)
        also_waiting = asyncio.ensure_future(answers(dispatcher, ask(1)))
        await asyncio.sleep(0.01)
        dispatcher.break_off(CodeEvalError("another dataset"))
        gate.set()
        return [*await waiting, *await also_waiting, *await answers(dispatcher, ask(2))]

    in_flight, queued, later = asyncio.run(main())
    assert in_flight.text == "m T/0 #0"
    assert [str(queued), str(later)] == ["another dataset"] * 2


def test_closing_gives_up_what_hangs_and_hangs_up(make_dispatcher: MakeDispatcher) -> None:
    async def main() -> Scripted:
        backend = Scripted(gate=asyncio.Event())
        dispatcher = make_dispatcher(backend)
        dispatcher.prefetch(map(ask, range(5)))
        await asyncio.sleep(0.01)
        await asyncio.wait_for(dispatcher.close(), timeout=1)
        return backend

    backend = asyncio.run(main())
    assert backend.closed
    assert backend.asked == ["T/0#0"]


@given(
    st.lists(st.sampled_from(["right", "late", "refused", "never", "buggy"]), min_size=1, max_size=12),
    st.integers(1, 4),
    st.integers(1, 4),
    st.booleans(),
)
def test_nobody_waits_for_ever_and_every_right_answer_arrives(
    tmp_path_factory: pytest.TempPathFactory, ends: list[str], concurrency: int, batch_size: int, announced: bool
) -> None:
    def answer(request: CompletionRequest, attempt: int) -> Completion:
        end = ends[int(request.task_id[2:])]
        if end == "buggy":
            raise RuntimeError("oops")
        if end == "refused":
            raise fault(status=400, retryable=False)
        if end == "never" or (end == "late" and attempt == 1):
            raise fault()
        return echo(request, attempt)

    async def main() -> list[Any]:
        if announced:
            dispatcher.prefetch(requests)
        return await answers(dispatcher, *requests, *reversed(requests))

    folder = tmp_path_factory.mktemp("dispatcher")
    store = CompletionStore(folder)
    backend = Scripted(answer, concurrency=concurrency, batch_size=batch_size)
    dispatcher = ModelDispatcher(
        backend, store, CallLog({IDENTITY: folder}), policy=RetryPolicy(2, 0.0, 0.0, 0.0, 1000)
    )
    requests = [ask(task) for task in range(len(ends))]
    found = asyncio.run(main())
    store.close()

    assert all(isinstance(answer, Completion | BackendError) for answer in found)
    for request, answer in zip([*requests, *reversed(requests)], found, strict=True):
        assert not isinstance(answer, Completion) or answer.text == echo(request, 1).text
    if batch_size == 1:
        assert [isinstance(answer, Completion) for answer in found[: len(ends)]] == [
            end in ("right", "late") for end in ends
        ]


class Together(Scripted):
    """Takes several samples of one problem at once, and answers as many as `gives` of them."""

    def __init__(self, samples_at_once: int = 4, gives: int = 4, **options: Any) -> None:
        super().__init__(**options)
        self.samples_at_once = samples_at_once
        self._gives = gives

    async def generate(self, requests: Sequence[CompletionRequest]) -> list[Any]:
        """Leave out what is too much."""
        found = await super().generate(requests)
        if len(requests) > self._gives:
            self.samples_at_once = 1
        return [*found[: self._gives], *[None] * (len(found) - self._gives)]


def test_samples_of_one_problem_go_together_where_the_backend_takes_them(make_dispatcher: MakeDispatcher) -> None:
    backend = Together()
    requests = [ask(task, sample) for task in range(3) for sample in range(6)]
    found = ask_all(make_dispatcher(backend), *requests)
    assert texts(found) == [f"m {request.task_id} #{request.sample_index}" for request in requests]
    assert all(len({request.task_id for request in call}) == 1 for call in backend.calls)
    assert sorted(map(len, backend.calls)) == [2, 2, 2, 4, 4, 4]


def test_samples_that_were_left_out_are_asked_alone_and_none_twice(make_dispatcher: MakeDispatcher) -> None:
    backend = Together(gives=1)
    requests = [ask(0, sample) for sample in range(6)]

    async def main() -> list[Any]:
        dispatcher = make_dispatcher(backend)
        dispatcher.prefetch(requests)
        await asyncio.sleep(0.05)
        return await answers(dispatcher, *requests)

    assert texts(asyncio.run(main())) == [f"m T/0 #{sample}" for sample in range(6)]
    assert list(map(len, backend.calls)) == [4, 1, 1, 1, 1, 1]


def test_samples_with_a_seed_each_are_asked_each_alone(make_dispatcher: MakeDispatcher) -> None:
    backend = Together()
    requests = [replace(ask(0, sample), params=SamplingParams(seed=7)) for sample in range(4)]
    ask_all(make_dispatcher(backend), *requests)
    assert list(map(len, backend.calls)) == [1, 1, 1, 1]


def test_one_error_in_a_batch_is_that_requests_alone(make_dispatcher: MakeDispatcher, tmp_path: Path) -> None:
    class Partly(Scripted):
        """Refuses one request, and has another come later."""

        async def generate(self, requests: Sequence[CompletionRequest]) -> list[Any]:
            found: list[Any] = await super().generate(requests)
            for number, request in enumerate(requests):
                if request.task_id == "T/1":
                    found[number] = fault("refused", status=400, retryable=False)
                if request.task_id == "T/2" and len(self.calls) < 3:
                    found[number] = fault()
            return found

    backend = Partly(batch_size=4, concurrency=1)
    found = ask_all(make_dispatcher(backend), *map(ask, range(4)))
    assert [str(found[1]), *texts([found[0], *found[2:]])] == ["refused", "m T/0 #0", "m T/2 #0", "m T/3 #0"]
    assert [[request.task_id for request in call] for call in backend.calls][1:] == [["T/2"], ["T/2"]]
    assert [row["status"] for row in calls_logged(tmp_path)].count("ok") == 3


@pytest.mark.parametrize(("deadline", "most"), [(0.2, 8), (600.0, 16)])
def test_answers_that_take_a_quarter_of_the_deadline_are_no_reason_to_send_more(
    make_dispatcher: MakeDispatcher, deadline: float, most: int
) -> None:
    class Slow(Scripted):
        """Answers after more than a quarter of the shorter deadline."""

        async def generate(self, requests: Sequence[CompletionRequest]) -> list[Completion]:
            self.most_at_once, self._at_once = max(self.most_at_once, self._at_once + 1), self._at_once + 1
            await asyncio.sleep(0.06)
            self._at_once -= 1
            return [echo(request, 1) for request in requests]

    backend = Slow(concurrency=16)
    found = ask_all(make_dispatcher(backend, deadline=deadline), *map(ask, range(60)))
    assert all(isinstance(answer, Completion) for answer in found)
    assert backend.most_at_once == most


def test_when_one_is_told_to_wait_all_wait(make_dispatcher: MakeDispatcher) -> None:
    times: list[float] = []

    def busy(request: CompletionRequest, attempt: int) -> Completion:
        times.append(time.monotonic())
        if len(times) == 5:
            raise fault(status=429, retry_after=0.5)
        return echo(request, attempt)

    backend = Scripted(busy, concurrency=4)
    found = ask_all(make_dispatcher(backend), *map(ask, range(40)))
    assert all(isinstance(answer, Completion) for answer in found)
    assert max(later - earlier for earlier, later in pairwise(times)) > 0.4


def test_a_server_with_too_much_is_asked_less_and_all_is_answered_in_the_end(make_dispatcher: MakeDispatcher) -> None:
    class Narrow(Scripted):
        """Refuses all above eight at once."""

        async def generate(self, requests: Sequence[CompletionRequest]) -> list[Completion]:
            found = await super().generate(requests)
            if self._at_once >= 8:
                raise fault(status=429)
            return found

    backend = Narrow(concurrency=64)
    policy = RetryPolicy(attempts=6, first=0.005, longest=0.05)
    found = ask_all(make_dispatcher(backend, policy=policy), *map(ask, range(300)))
    assert all(isinstance(answer, Completion) for answer in found)
    assert len(backend.calls) < 400


def test_those_who_wait_for_their_turn_hear_at_once_that_it_will_not_come(make_dispatcher: MakeDispatcher) -> None:
    async def main() -> float:
        dispatcher = make_dispatcher(Scripted(concurrency=8), rates=RateLimiter(rpm=2))
        waiting = asyncio.ensure_future(answers(dispatcher, *map(ask, range(20))))
        await asyncio.sleep(0.05)
        start = time.monotonic()
        dispatcher.break_off(CodeEvalError("enough"))
        found = await waiting
        assert [str(answer) for answer in found[1:]] == ["enough"] * 19
        return time.monotonic() - start

    assert asyncio.run(main()) < 1.0


def test_a_queued_request_takes_a_kilobyte_and_no_task_whatever_its_prompt(make_dispatcher: MakeDispatcher) -> None:
    async def main() -> tuple[int, int]:
        gate = asyncio.Event()
        dispatcher = make_dispatcher(Scripted(gate=gate, concurrency=64))
        message = {"role": "user", "content": "x" * 3000}
        first = [replace(ask(task), messages=(message,)) for task in range(50)]
        tracemalloc.start()
        dispatcher.prefetch(replace(request, sample_index=index) for request in first for index in range(200))
        await asyncio.sleep(0)
        queued = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        tasks = len(asyncio.all_tasks())
        await dispatcher.close()
        return queued, tasks

    queued, tasks = asyncio.run(main())
    assert queued < 10_000 * 1024
    assert tasks < 70


def test_a_thousand_requests_with_faults_among_them_all_end_and_none_is_asked_twice_in_vain(
    make_dispatcher: MakeDispatcher,
) -> None:
    chance = random.Random(5)

    def one_in_twenty(request: CompletionRequest, attempt: int) -> Completion:
        if chance.random() < 0.05:
            raise chance.choice([fault(), fault(status=429, retry_after=0.01), fault("cut off", status=None)])
        answered.append(request.task_id)
        return echo(request, attempt)

    answered: list[str] = []
    policy = RetryPolicy(attempts=6, first=0.001, longest=0.002)
    found = ask_all(make_dispatcher(Scripted(one_in_twenty, concurrency=64), policy=policy), *map(ask, range(1000)))
    assert all(isinstance(answer, Completion) for answer in found)
    assert len(answered) == len(set(answered)) == 1000
