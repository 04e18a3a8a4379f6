"""One machine at a time writes to a folder on shared storage."""

from __future__ import annotations

import fcntl
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pytest_codeeval.core.errors import StorageError, UsageError
from pytest_codeeval.core.machinemark import MARK, MachineMark

QUICK = {"beat": 0.05, "patience": 0.5}


def test_another_machine_is_refused_while_this_one_lives(tmp_path: Path) -> None:
    first, second = MachineMark(tmp_path, **QUICK), MachineMark(tmp_path, **QUICK)
    with pytest.raises(UsageError, match=r"a run on .* is writing to .* give this one a folder of its own"):
        MachineMark(tmp_path, **QUICK, machine="theirs")
    first.close()
    with pytest.raises(UsageError):  # the other process is still there
        MachineMark(tmp_path, **QUICK, machine="theirs")
    second.close()
    assert not list(tmp_path.iterdir())
    MachineMark(tmp_path, **QUICK, machine="theirs").close()


def test_the_mark_of_a_machine_that_died_is_taken_over_and_it_learns_of_that(tmp_path: Path) -> None:
    dead = MachineMark(tmp_path, beat=0.3, patience=0.1, machine="theirs")
    start = time.monotonic()
    ours = MachineMark(tmp_path, beat=0.05, patience=0.1)
    assert time.monotonic() - start >= 0.1
    time.sleep(0.6)
    assert dead.lost and not ours.lost
    dead.close()
    assert (tmp_path / MARK).is_file()
    ours.close()
    assert not list(tmp_path.iterdir())


def test_of_many_machines_that_begin_at_once_one_has_it(tmp_path: Path) -> None:
    children, gates = [], os.pipe()
    for number in range(8):
        if not (child := os.fork()):
            os.close(gates[1])
            os.read(gates[0], 1)
            try:
                MachineMark(tmp_path, **QUICK, machine=f"m{number}")
                time.sleep(1.5)  # alive, and in it
                os._exit(1)
            except UsageError:
                os._exit(0)
        children.append(child)
    os.close(gates[1])
    assert sum(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children) == 1
    os.close(gates[0])


def test_it_needs_no_locks_and_where_none_can_be_made_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fcntl, "flock", lambda *_: (_ for _ in ()).throw(OSError("no locks")))
    MachineMark(tmp_path / "nowhere", **QUICK).close()
    assert not list(tmp_path.iterdir())
    start = time.monotonic()
    first, second = MachineMark(tmp_path, **QUICK), MachineMark(tmp_path, **QUICK)
    assert time.monotonic() - start < QUICK["patience"]
    with pytest.raises(UsageError):
        MachineMark(tmp_path, **QUICK, machine="theirs")
    first.close()
    second.close()


def test_a_mark_that_somebody_has_removed_is_made_again_while_there_is_life(tmp_path: Path) -> None:
    ours = MachineMark(tmp_path, beat=0.02, patience=60)
    (tmp_path / MARK).unlink()
    give_up = time.monotonic() + 20
    while not (tmp_path / MARK).exists() and time.monotonic() < give_up:
        time.sleep(0.01)
    assert not ours.lost
    ours.close()
    assert not list(tmp_path.iterdir())


def test_processes_of_one_machine_that_begin_at_once_all_have_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = MachineMark._write

    def late(mark: MachineMark, file: int) -> None:
        time.sleep(0.1)  # another process sees a mark that says nothing yet
        original(mark, file)

    monkeypatch.setattr(MachineMark, "_write", late)
    with ThreadPoolExecutor() as processes:
        marks = list(processes.map(lambda _: MachineMark(tmp_path, **QUICK), range(4)))
    for mark in marks:
        mark.close()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ended", [False, True])
def test_a_process_that_stood_still_writes_nothing_more_where_another_machine_has_been(
    tmp_path: Path, ended: bool
) -> None:
    ours = MachineMark(tmp_path, beat=60, patience=0.1)  # as it is before its next sign of life
    other = MachineMark(tmp_path, **{**QUICK, "patience": 0.1}, machine="theirs")
    if ended:
        other.close()
    with pytest.raises(StorageError, match="another machine has taken over .* run the same command again"):
        ours.demand()
    other.close()


def test_a_mark_that_cannot_be_written_keeps_nobody_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:
        full.setattr(os, "pwrite", lambda *_: (_ for _ in ()).throw(OSError("no space left on device")))
        MachineMark(tmp_path).close()
    assert not list(tmp_path.iterdir())
