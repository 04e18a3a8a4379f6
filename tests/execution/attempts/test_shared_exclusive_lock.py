"""Runs beside others, and runs alone."""

import errno
import fcntl
import threading
import time
from pathlib import Path

import pytest

from pytest_codeeval.execution.sandbox.shared_exclusive_lock import SharedExclusiveLock


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a test fail where somebody waits for a lock, who would go on all the same in the end."""

    def refuse(_: float) -> None:
        raise AssertionError("it waits")

    monkeypatch.setattr(time, "sleep", refuse)


def test_one_that_is_alone_waits_for_those_who_run_and_keeps_others_from_beginning(tmp_path: Path) -> None:
    first, second, third = (SharedExclusiveLock(str(tmp_path)) for _ in range(3))
    order: list[str] = []

    def be_alone() -> None:
        with second.alone():
            order.append("alone")
            time.sleep(0.05)
            order.append("done")

    def be_beside() -> None:
        with third.beside():
            order.append("beside again")

    threads = [threading.Thread(target=target, daemon=True) for target in (be_alone, be_beside)]
    with first.beside():
        threads[0].start()
        deadline = time.monotonic() + 10
        while not is_locked(tmp_path / "gate.lock") and time.monotonic() < deadline:
            time.sleep(0.001)
        threads[1].start()
        time.sleep(0.05)
        order.append("beside")
    for thread in threads:
        thread.join(10)
    for one in (first, second, third):
        one.close()
    assert order == ["beside", "alone", "done", "beside again"]


def is_locked(path: Path) -> bool:
    """Whether somebody holds a lock on a file for itself."""
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


@pytest.mark.usefixtures("no_waiting")
def test_many_run_beside_each_other_and_leave_no_lock(tmp_path: Path) -> None:
    first, second = SharedExclusiveLock(str(tmp_path)), SharedExclusiveLock(str(tmp_path))
    with first.beside(), second.beside():
        assert not is_locked(tmp_path / "room.lock")
    with first.alone():
        assert is_locked(tmp_path / "room.lock")
    with second.alone():
        pass
    first.close()
    second.close()


@pytest.mark.usefixtures("no_waiting")
def test_without_a_folder_nobody_waits(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in ("", str(tmp_path / "file")):
        first, second = SharedExclusiveLock(folder), SharedExclusiveLock(folder)
        with first.alone(), second.alone(), second.beside():
            pass
        first.close()


@pytest.mark.usefixtures("no_waiting")
def test_on_a_file_system_without_locks_nobody_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    first, second = SharedExclusiveLock(str(tmp_path)), SharedExclusiveLock(str(tmp_path))
    with first.alone(), second.alone(), second.beside():
        pass
    first.close()
    second.close()
