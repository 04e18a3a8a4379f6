"""A file that somebody removes is made again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pytest_codeeval.core.errors import StorageError
from pytest_codeeval.core.jsonl import append_rows
from pytest_codeeval.core.keptfile import KeptFile


def test_what_was_removed_is_made_again_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "a" / "file"
    path.parent.mkdir()
    kept = KeptFile(path)
    for number in range(2):
        append_rows(path, [{"row": number}])
        assert not kept.restore()
    for _ in range(2):
        shutil.rmtree(path.parent)
        assert kept.restore()
        assert path.read_text() == '{"row": 0}\n{"row": 1}\n'
    assert [file.name for file in path.parent.iterdir()] == ["file"]


def test_what_was_put_in_its_place_stays(tmp_path: Path) -> None:
    path = tmp_path / "file"
    kept = KeptFile(path)
    path.unlink()
    path.write_text("another")
    assert not kept.restore()
    path.unlink()
    assert kept.restore()
    assert path.read_text() == "another"


def test_a_folder_that_cannot_be_made_again_is_a_storage_error(tmp_path: Path) -> None:
    path = tmp_path / "a" / "file"
    path.parent.mkdir()
    kept = KeptFile(path)
    shutil.rmtree(path.parent)
    path.parent.touch()
    with pytest.raises(StorageError, match="cannot be written"):
        kept.restore()
