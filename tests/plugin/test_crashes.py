"""An item whose worker died is tried once more, if it can be and has not ended."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_codeeval.core.errors import StorageError
from pytest_codeeval.plugin.crashes import DIED, Crashes

ITEM = "test_starter.py::test_starter[demo-Starter/1]"


class Queue:
    """Stands in for a scheduler of pytest-xdist."""

    def __init__(self, error: Exception | None = None) -> None:
        self.pending: list[str] = []
        self._error = error

    def mark_test_pending(self, item: str) -> None:
        if self._error is not None:
            raise self._error
        self.pending.append(item)


def nothing(*_: str) -> None: ...


def report(when: str = DIED, outcome: Any = "failed", item: str = ITEM) -> pytest.TestReport:
    """Make a report of an item."""
    return pytest.TestReport(item, ("f", None, "f"), {}, outcome, "worker 'gw0' crashed", when)  # type: ignore[arg-type]


def crash(crashes: Crashes, queue: Any, item: str = ITEM) -> pytest.TestReport:
    """Let the worker of an item die."""
    told = report(item=item)
    crashes.pytest_handlecrashitem(item, told, queue)
    return told


def test_once_and_no_more() -> None:
    crashes, queue = Crashes({"demo"}, nothing), Queue()
    first, second = crash(crashes, queue), crash(crashes, queue)
    assert queue.pending == [ITEM]
    assert (first.failed, second.failed) == (False, True)
    assert crashes.pytest_report_teststatus(first) == ("rerun", "R", "RERUN")
    assert crashes.pytest_report_teststatus(second) is None
    assert "run the same command again" in str(second.longrepr)


@pytest.mark.parametrize("ended", [report("call", "passed"), report("call"), report("setup")])
def test_what_has_come_to_its_end_is_not_counted_twice(ended: pytest.TestReport) -> None:
    crashes, queue = Crashes({"demo"}, nothing), Queue()
    crashes.pytest_runtest_logreport(ended)
    assert crash(crashes, queue).failed
    assert queue.pending == []


def test_what_was_only_set_up_is_tried_again() -> None:
    crashes, queue = Crashes({"demo"}, nothing), Queue()
    crashes.pytest_runtest_logreport(report("setup", "passed"))
    assert not crash(crashes, queue).failed


def test_a_way_to_distribute_that_cannot_says_what_can_be_done() -> None:
    told = crash(Crashes({"demo"}, nothing), Queue(NotImplementedError()))
    assert told.failed
    assert "run the same command again" in str(told.longrepr)


def test_items_of_others_are_left_alone() -> None:
    queue = Queue()
    told = crash(Crashes({"demo"}, nothing), queue, "test_other.py::test_other[x]")
    assert (queue.pending, told.longrepr) == ([], "worker 'gw0' crashed")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (StorageError("TMPDIR takes no socket"), "TMPDIR takes no socket"),
        (RuntimeError("can't start new thread"), r"no workers can be had \(can't start new thread\)"),
        (EOFError("couldn't load message header"), "no workers can be had"),
        (BlockingIOError(11, "Resource temporarily unavailable"), "ask for fewer"),
    ],
)
def test_why_there_are_no_workers_is_a_sentence(error: Exception, said: str) -> None:
    starting = Crashes({"demo"}, nothing).pytest_sessionstart()
    next(starting)
    with pytest.raises(pytest.UsageError, match=said):
        starting.throw(error)


def test_an_error_of_another_plugin_is_its_own() -> None:
    starting = Crashes({"demo"}, nothing).pytest_sessionstart()
    next(starting)
    with pytest.raises(RuntimeError, match="a bug"):
        starting.throw(RuntimeError("a bug"))


@pytest.mark.parametrize("comes", ["passed", "failed", None])
def test_an_item_that_no_worker_was_left_for_is_said_at_the_end(comes: str | None) -> None:
    lost: list[str] = []
    crashes = Crashes({"demo"}, lambda item, why: lost.append(f"{item}: {why}"))
    crash(crashes, Queue())
    if comes:
        crashes.pytest_runtest_logreport(report("call", comes))
    next(crashes.pytest_sessionfinish())
    assert [line.partition(";")[0] for line in lost] == (
        [] if comes else [f"{ITEM}: its worker died, and none was left to try it again"]
    )
