"""What is kept in the cache folder: found again, and never more of it than may be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pytest_codeeval.execution.languages import artifact_cache
from pytest_codeeval.execution.languages.artifact_cache import ArtifactCache


def test_what_was_kept_is_found_by_all_that_it_was_made_from(tmp_path: Path) -> None:
    ArtifactCache(str(tmp_path), "tests", ["a", 1]).keep(b"program")
    assert ArtifactCache(str(tmp_path), "tests", ["a", 1]).content() == b"program"
    assert ArtifactCache(str(tmp_path), "tests", ["a", 2]).content() == b""
    nowhere = ArtifactCache("", "tests", ["a"])
    nowhere.keep(b"program")
    assert nowhere.content() == b""


def test_what_has_not_been_used_for_longest_makes_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artifact_cache, "MOST_KEPT", 25)
    for age, name in ((30, "a"), (20, "b")):
        ArtifactCache(str(tmp_path), name, []).keep(bytes(10))
        (path,) = (tmp_path / "toolchains").glob(f"{name}-*")
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - age))
    assert ArtifactCache(str(tmp_path), "a", []).content()
    ArtifactCache(str(tmp_path), "c", []).keep(bytes(10))
    assert [bool(ArtifactCache(str(tmp_path), name, []).content()) for name in "abc"] == [True, False, True]
