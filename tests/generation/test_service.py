"""One place asks all models, for every thread that wants answers."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError, CodeEvalError, UsageError
from pytest_codeeval.generation.calls import CallLog
from pytest_codeeval.generation.dispatcher import ModelDispatcher
from pytest_codeeval.generation.service import CompletionService
from pytest_codeeval.generation.store import CompletionStore
from tests.generation.scripted import FAST, Scripted, ask, echo, fault

MakeService = Callable[..., CompletionService]


class Hanging(Scripted):
    """Never answers."""

    async def generate(self, requests: Any) -> list[Completion]:
        self.calls.append(list(requests))
        await asyncio.sleep(3600)
        return []


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CompletionStore]:
    store = CompletionStore(tmp_path)
    yield store
    store.close()


@pytest.fixture
def make_service(tmp_path: Path, store: CompletionStore) -> Iterator[MakeService]:
    made = []

    def make(
        on_announce: Callable[[Sequence[Mapping[str, Any]]], None] = lambda _: None, **backends: Scripted
    ) -> CompletionService:
        calls = CallLog({("fake", model, "", ()): tmp_path for model in backends})
        dispatchers = {
            ("fake", model, "", ()): ModelDispatcher(backends[model], store, calls, policy=FAST) for model in backends
        }
        made.append(CompletionService(dispatchers, on_announce))
        return made[-1]

    yield make
    for service in made:
        service.close()


def texts(found: list[Completion]) -> list[str]:
    """Return the texts of completions."""
    return [completion.text for completion in found]


def test_answers_come_in_the_order_of_the_requests(make_service: MakeService) -> None:
    found = make_service(m=Scripted()).complete([ask(3), ask(1), ask(2)])
    assert texts(found) == ["m T/3 #0", "m T/1 #0", "m T/2 #0"]


def test_no_request_is_no_answer(make_service: MakeService) -> None:
    assert make_service(m=Scripted()).complete([]) == []


def test_each_model_answers_its_own_requests(make_service: MakeService) -> None:
    service = make_service(a=Scripted(), b=Scripted())
    assert texts(service.complete([ask(1, model="b"), ask(1, model="a")])) == ["b T/1 #0", "a T/1 #0"]


def test_many_threads_share_one_request(make_service: MakeService) -> None:
    backend = Scripted()
    service = make_service(m=backend)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: service.complete([ask(1), ask(2)]), range(40)))
    assert {tuple(texts(answers)) for answers in found} == {("m T/1 #0", "m T/2 #0")}
    assert sorted(backend.asked) == ["T/1#0", "T/2#0"]


def test_what_is_announced_is_asked_before_anybody_waits(make_service: MakeService, store: CompletionStore) -> None:
    service = make_service(a=Scripted(), b=Scripted())
    requests = [ask(1, model="a"), ask(1, model="b"), ask(2, model="a")]
    service.announce([], requests)
    deadline = time.monotonic() + 5
    while not all(map(store.get, requests)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert all(map(store.get, requests))


def test_one_failure_keeps_no_other_answer_from_being_stored(make_service: MakeService, store: CompletionStore) -> None:
    def refuse_first(request: CompletionRequest, attempt: int) -> Completion:
        if request.task_id == "T/0":
            raise fault("too long", status=400, retryable=False)
        return echo(request, attempt)

    service = make_service(m=Scripted(refuse_first))
    with pytest.raises(BackendError, match="too long"):
        service.complete([ask(0), ask(1), ask(2)])
    assert [store.get(ask(task)) is None for task in range(3)] == [True, False, False]


def test_datasets_are_announced_in_order(make_service: MakeService) -> None:
    heard: list[Any] = []
    make_service(heard.append, m=Scripted()).announce([{"suite": "a"}, {"suite": "b"}], [])
    assert heard == [[{"suite": "a"}, {"suite": "b"}]]


def test_a_dataset_that_does_not_fit_ends_all_asking(make_service: MakeService) -> None:
    def refuse(datasets: Sequence[Mapping[str, Any]]) -> None:
        raise UsageError("another dataset")

    backend = Scripted()
    service = make_service(refuse, m=backend)
    service.announce([{"suite": "a"}], [ask(1)])
    assert str(service.broken) == "another dataset"
    with pytest.raises(UsageError, match="another dataset"):
        service.complete([ask(1)])
    assert backend.asked == []


def test_a_broken_model_shows(make_service: MakeService) -> None:
    service = make_service(down=Scripted(refusing))
    assert service.broken is None
    with pytest.raises(BackendError):
        service.complete([ask(1, model="down")])
    assert str(service.broken) == "no such key"


def test_closing_while_requests_hang_is_quick_and_lets_go_of_who_waits(make_service: MakeService) -> None:
    def wait() -> None:
        with pytest.raises((CodeEvalError, CancelledError)):
            service.complete([ask(1)])
        let_go.set()

    let_go = threading.Event()
    backend = Hanging()
    service = make_service(m=backend)
    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    while not backend.calls:
        time.sleep(0.005)
    start = time.monotonic()
    service.close()
    assert let_go.wait(2)
    assert time.monotonic() - start < 2
    assert backend.closed


def test_closing_twice_does_no_harm(make_service: MakeService) -> None:
    service = make_service(m=Scripted())
    service.close()
    service.close()
    assert "codeeval-service" not in {thread.name for thread in threading.enumerate()}


def test_a_closed_service_refuses_instead_of_hanging(make_service: MakeService) -> None:
    service = make_service(m=Scripted())
    service.close()
    with pytest.raises(BackendError, match="has ended"):
        service.complete([ask(1)])


def refusing(request: CompletionRequest, attempt: int) -> Completion:
    if request.model == "down":
        raise fault("no such key", status=401, retryable=False, fatal=True)
    return echo(request, attempt)


@pytest.mark.parametrize(("needed", "hopeless"), [((), "None"), ((("fake", "down", "", ()),), "no such key")])
def test_one_of_several_that_is_broken_ends_only_what_needs_it(
    make_service: MakeService, needed: Any, hopeless: str
) -> None:
    service = make_service(down=Scripted(refusing), up=Scripted(refusing))
    service._needed = needed
    with pytest.raises(BackendError):
        service.complete([ask(model="down")])
    assert str(service.broken) == hopeless
    assert service.complete([ask(model="up")])[0].text == "up T/0 #0"
