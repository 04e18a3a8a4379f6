"""What came of a call is on disk before anybody hears of it, and many calls are written in one go."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError, StorageError
from pytest_codeeval.generation.calls import FILE_NAME, CallLog
from pytest_codeeval.generation.store import CompletionStore
from pytest_codeeval.generation.writebehind import Called, WriteBehindLog
from tests.generation.scripted import IDENTITY, ask, fault


class Disk(CompletionStore):
    """Writes when it is let, and notes how much at once; fails as often as it is told."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.at_once: list[int] = []
        self.free, self.faults = threading.Event(), 0
        self.free.set()

    def put_all(self, rows: Iterable[tuple[CompletionRequest, Completion, str]]) -> None:
        found = list(rows)
        self.at_once.append(len(found))
        assert self.free.wait(10)
        if self.faults:
            self.faults -= 1
            raise StorageError("full")
        super().put_all(found)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    disk = Disk(tmp_path)
    yield disk
    disk.close()


def journal_on(disk: Disk) -> WriteBehindLog:
    """Return a journal whose call log lies beside the store."""
    return WriteBehindLog(disk, CallLog({IDENTITY: disk.path.parent}))


def called(task: int, **errors: BackendError) -> Called:
    """Return a call of which an answer came, and errors by their keys."""
    requests = {ask(task).key: ask(task), **{key: ask(key) for key in errors}}
    return Called(requests, {ask(task).key: Completion(f"answer {task}")}, errors, 0.5, 2)


def logged(disk: Disk) -> list[tuple[Any, ...]]:
    """Return what the call log says."""
    rows = [json.loads(line) for line in (disk.path.parent / FILE_NAME).read_text().splitlines()]
    return [(row["task_id"], row["status"], row["attempt"], row["seconds"]) for row in rows]


async def until_writing(disk: Disk) -> None:
    """Wait until something is being written."""
    while not disk.at_once:
        await asyncio.sleep(0.001)


def test_answers_and_errors_are_on_disk_once_they_were_written(disk: Disk) -> None:
    async def main() -> None:
        journal = journal_on(disk)
        for task in range(2):
            await asyncio.wait_for(journal.write(called(task, lost=fault())), 5)
            assert disk.get(ask(task)) == Completion(f"answer {task}", cached=True)
            assert logged(disk)[-2:] == [(f"T/{task}", "ok", 2, 0.5), ("T/lost", 503, 2, 0.5)]

    asyncio.run(main())


def test_what_comes_while_something_is_written_is_written_together(disk: Disk) -> None:
    async def main() -> None:
        journal = journal_on(disk)
        disk.free.clear()
        first = asyncio.create_task(journal.write(called(0)))
        await until_writing(disk)
        others = [asyncio.create_task(journal.write(called(task))) for task in range(1, 6)]
        await asyncio.sleep(0.01)
        assert not any(task.done() for task in (first, *others))
        disk.free.set()
        await asyncio.wait_for(asyncio.gather(first, *others), 5)

    asyncio.run(main())
    assert disk.at_once == [1, 5]
    assert [task for task, *_ in logged(disk)] == [f"T/{task}" for task in range(6)]


def test_a_fault_of_the_disk_reaches_all_whose_calls_it_was_to_take_and_nobody_later(disk: Disk) -> None:
    async def main() -> list[Any]:
        journal = journal_on(disk)
        disk.free.clear()
        disk.faults = 2
        first = asyncio.create_task(journal.write(called(0)))
        await until_writing(disk)
        others = [asyncio.create_task(journal.write(called(task))) for task in (1, 2)]
        await asyncio.sleep(0.01)
        disk.free.set()
        found = await asyncio.wait_for(asyncio.gather(first, *others, return_exceptions=True), 5)
        await asyncio.wait_for(journal.write(called(3)), 5)
        return found

    assert [str(error) for error in asyncio.run(main())] == ["full"] * 3
    assert [disk.get(ask(task)) is not None for task in range(4)] == [False, False, False, True]
    assert [task for task, *_ in logged(disk)] == ["T/3"]


def test_what_was_paid_for_is_written_though_nobody_waits_for_it_and_closing_waits(disk: Disk) -> None:
    async def main() -> list[bool]:
        journal = journal_on(disk)
        disk.free.clear()
        tasks = [asyncio.create_task(journal.write(called(0)))]
        await until_writing(disk)
        tasks.append(asyncio.create_task(journal.write(called(1))))
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        closing = asyncio.create_task(journal.close())
        await asyncio.sleep(0.01)
        closed_early = closing.done()
        disk.free.set()
        await asyncio.wait_for(closing, 5)
        return [closed_early, *(disk.get(ask(task)) is not None for task in range(2))]

    assert asyncio.run(main()) == [False, True, True]


def test_a_journal_that_wrote_nothing_closes(disk: Disk) -> None:
    asyncio.run(asyncio.wait_for(journal_on(disk).close(), 5))
    assert disk.at_once == []
