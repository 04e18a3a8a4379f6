"""What a slot's meter says of memory that is on the kernel's account, by files written as the kernel writes them."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts.limit_monitor import LimitMonitor
from pytest_codeeval.execution.sandbox import meter
from pytest_codeeval.execution.sandbox.groups import Group
from pytest_codeeval.execution.sandbox.limits import MIB, Limits
from pytest_codeeval.execution.sandbox.meter import Meter
from pytest_codeeval.execution.sandbox.watch import Usage

OWN = 50 * MIB


class Books:
    """A folder with the account of a group, in which a test writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write(kernel=0)
        self.meter = Meter(os.getpid(), Group(memory=str(folder / "memory.usage_in_bytes")), writes=False)

    def write(self, *, kernel: int, pages: int = 0) -> None:
        """The group holds `pages` bytes of its processes and `kernel` bytes of the kernel's."""
        (self.folder / "memory.usage_in_bytes").write_text(f"{OWN + pages + kernel}\n")
        (self.folder / "memory.stat").write_text("total_cache 0\ntotal_shmem 0\n")
        (self.folder / "memory.kmem.usage_in_bytes").write_text(f"{kernel}\n")


@pytest.fixture
def books(tmp_path):
    made = Books(tmp_path)
    yield made
    made.meter.close()


def test_it_counts_from_the_start_what_processes_and_the_kernel_hold(books):
    books.write(kernel=100 * MIB, pages=7 * MIB)
    assert books.meter.charged() == 107 * MIB


def test_what_sockets_of_the_run_before_still_hold_does_not_hide_those_of_this_one(books):
    books.write(kernel=300 * MIB)
    books.meter.start()  # the sockets are closed, and the kernel has not yet taken them off
    books.write(kernel=300 * MIB)  # by now they are gone, and this run's are there
    assert books.meter.charged() > 250 * MIB


def test_what_is_left_in_caches_is_no_later_runs_memory(books):
    for run in range(1, 9):
        books.write(kernel=run * 10 * MIB)
        books.meter.start()
        assert books.meter.charged() == 0, f"run {run}"


def _allowance(charged: int) -> LimitMonitor:
    slot = SimpleNamespace(meter=SimpleNamespace(charged=lambda: charged))
    return LimitMonitor(slot, Limits(memory=64 * MIB, scratch=16 * MIB), 1.0)


def test_a_last_look_finds_what_no_other_look_saw():
    cause, told = _allowance(81 * MIB).held()
    assert (cause, told) == (Cause.MEMORY, "its processes used more than 64 MiB together")
    assert _allowance(80 * MIB).held() is None  # files in memory have a limit of their own


def test_without_groups_more_sockets_are_seen_at_the_next_look(monkeypatch):
    descriptors = 0
    monkeypatch.setattr(meter, "usage_below", lambda *_, **__: Usage(descriptors=descriptors))
    monkeypatch.setattr(meter, "buffer_bytes", lambda members: descriptors * MIB)
    used = Meter(os.getpid(), Group(), writes=False)
    for descriptors in (2000, 4000, 8000):
        assert used.look().memory == descriptors * MIB
