"""Runs beside others, and runs alone."""

import errno
import fcntl
import threading
import time
from pathlib import Path

import pytest

from pytest_codeeval.execution.sandbox.alone import Alone


def test_nobody_runs_beside_one_that_is_alone(tmp_path: Path) -> None:
    first, second = Alone(str(tmp_path)), Alone(str(tmp_path))
    order: list[str] = []

    def be_alone() -> None:
        with second.alone():
            order.append("alone")
            time.sleep(0.05)
            order.append("done")

    with first.beside():
        thread = threading.Thread(target=be_alone)
        thread.start()
        time.sleep(0.05)
        order.append("beside")
    time.sleep(0.01)
    with first.beside():
        order.append("beside again")
    thread.join()
    first.close()
    second.close()
    assert order in (["beside", "alone", "done", "beside again"], ["beside", "beside again", "alone", "done"])


def test_many_run_beside_each_other(tmp_path: Path) -> None:
    first, second = Alone(str(tmp_path)), Alone(str(tmp_path))
    with first.beside(), second.beside():
        pass
    with first.alone():
        pass
    first.close()
    second.close()


def test_without_a_folder_nobody_waits(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in ("", str(tmp_path / "file")):
        first, second = Alone(folder), Alone(folder)
        with first.alone(), second.alone(), second.beside():
            pass
        first.close()


def test_on_a_file_system_without_locks_nobody_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    first, second = Alone(str(tmp_path)), Alone(str(tmp_path))
    with first.alone(), second.alone(), second.beside():
        pass
    first.close()
    second.close()
