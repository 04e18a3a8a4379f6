"""Where commands say things: a pipe, a full disk, a terminal that has few letters."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.results.writing import numbered, write

_COMMAND = "import sys; from pytest_codeeval.cli import main; sys.exit(main())"


def said(tmp_path: Path, redirected: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Compare two runs in a process of its own, in which alone output is what it is."""
    for name in ("old", "new"):
        write(tmp_path / name, "m", {"s": numbered("+-")})
    script = f'"$0" -c "$1" compare old new {redirected}'
    return subprocess.run(
        ["bash", "-c", script, sys.executable, _COMMAND],
        cwd=tmp_path,
        env={**os.environ, "PYTHONUNBUFFERED": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_letters_that_a_terminal_has_not_are_escaped(tmp_path: Path) -> None:
    done = said(tmp_path, "", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert r"seen \u2265" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_said_in_a_sentence(tmp_path: Path) -> None:
    done = said(tmp_path, "> /dev/full")
    assert done.returncode == 4
    assert done.stderr == "what was to be said cannot be written (No space left on device); send it elsewhere.\n"


def test_a_reader_that_is_gone_is_no_fault(tmp_path: Path) -> None:
    assert said(tmp_path, "| true; exit ${PIPESTATUS[0]}").stderr == ""


def test_output_that_is_closed_is_no_fault(tmp_path: Path) -> None:
    done = said(tmp_path, ">&-")
    assert (done.returncode, done.stderr) == (0, "")
