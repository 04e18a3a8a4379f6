"""One run at a time writes to a results folder, on whatever file system."""

from __future__ import annotations

import errno
import fcntl
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.reports.folderlock import LOCK, FolderLock


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_is_warned_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    lock = FolderLock(tmp_path)
    assert os.strerror(number) in lock.warning
    if sys.platform == "linux":
        with pytest.raises(UsageError, match="another run is writing"):
            FolderLock(tmp_path)
    lock.close()
    FolderLock(tmp_path).close()


def test_with_locks_there_is_nothing_to_say(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    assert lock.warning == ""
    with pytest.raises(UsageError, match="another run is writing"):
        FolderLock(tmp_path)
    lock.close()


@pytest.mark.parametrize("readable", [True, False])
def test_the_lock_of_another_user_is_taken_if_it_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, readable: bool
) -> None:
    (tmp_path / LOCK).touch()
    real = os.open

    def as_another(path: Any, flags: int, *more: int) -> int:
        if flags & (os.O_RDWR | os.O_CREAT) or not readable:
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, flags, *more)

    monkeypatch.setattr(os, "open", as_another)
    if readable:
        lock = FolderLock(tmp_path)
        with pytest.raises(UsageError, match="another run is writing"):
            FolderLock(tmp_path)
        lock.close()
    else:
        with pytest.raises(UsageError, match=r"no lock can be had on .*\.lock' \(Permission denied\); remove it"):
            FolderLock(tmp_path)
