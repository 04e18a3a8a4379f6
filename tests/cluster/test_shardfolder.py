"""What a shard's process leaves on a node when it is killed is removed by the next one, and nothing else is."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from pytest_codeeval.cluster.shardfolder import shard_folder

HOLD = """
from pytest_codeeval.cluster.shardfolder import shard_folder
with shard_folder() as place:
    print(place, flush=True)
    input()
"""


def test_only_what_a_dead_process_left_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    code = f"import tempfile; tempfile.tempdir = {str(tmp_path)!r}\n{HOLD}"
    other = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout is not None
        left = Path(other.stdout.readline().strip())
        (left / "results").mkdir()
        (tmp_path / "codeeval-shard-of-an-earlier-version").mkdir()
        (tmp_path / "codeeval-shard-link").symlink_to(left)
        with shard_folder() as first, shard_folder():
            assert first.is_dir() and (left / "results").is_dir()
        other.kill()
        other.wait()
        with shard_folder() as place:
            assert sorted(tmp_path.iterdir()) == sorted(
                [place, tmp_path / "codeeval-shard-link", tmp_path / "codeeval-shard-of-an-earlier-version"]
            )
    finally:
        other.kill()
        other.communicate()
