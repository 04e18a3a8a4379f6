"""A fresh interpreter for each program: limits, endings, and nothing left behind."""

from __future__ import annotations

import ast
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pytest_codeeval.core.errors import SandboxError
from pytest_codeeval.execution.sandbox.limits import Limits
from pytest_codeeval.execution.sandbox.process import ProcessSandbox
from pytest_codeeval.execution.sandbox.sandbox import Ending, ExecResult
from tests.execution.processes import is_gone

LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class ShortLimits(Limits):
    """Limits whose bound on wall time is short as well."""

    @property
    def wall_seconds(self) -> float:
        """The bound on wall time."""
        return 0.7


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files of this test alone, which has to be empty at its end."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return tmp_path / "program.py"


def run(script: Path, source: str, job: bytes = b"", limits: Limits = LIMITS) -> ExecResult:
    """Run a program that finds `fd`, where it reports, and the usual modules."""
    script.write_text(f"import os, resource, signal, sys, time\nfd = int(sys.argv[1])\n{source}\n")
    return ProcessSandbox().run(script, job, limits)


@pytest.mark.parametrize(
    ("source", "ending", "code"),
    [
        ("os.write(fd, b'done\\n')", Ending.REPORTED, None),
        ("os.write(fd, b'done\\n'); time.sleep(60)", Ending.REPORTED, None),
        ("pass", Ending.EXITED, 0),
        ("sys.exit(3)", Ending.EXITED, 3),
        ("os._exit(4)", Ending.EXITED, 4),
        ("raise ValueError", Ending.EXITED, 1),
        ("os.write(fd, b'no line break')", Ending.EXITED, 0),
        ("os.kill(os.getpid(), signal.SIGSEGV)", Ending.SIGNALLED, signal.SIGSEGV),
        ("os.kill(os.getpid(), signal.SIGKILL)", Ending.SIGNALLED, signal.SIGKILL),
        ("os.close(fd); sys.exit(5)", Ending.EXITED, 5),
    ],
)
def test_how_a_program_ends(temporary: Path, script: Path, source: str, ending: Ending, code: int | None) -> None:
    result = run(script, source)
    assert result.ending is ending
    assert code is None or result.code == code
    assert result.report == (b"done" if ending is Ending.REPORTED else b"")


def test_only_the_first_line_is_the_report(temporary: Path, script: Path) -> None:
    assert run(script, "os.write(fd, b'one\\ntwo\\n')").report == b"one"


def test_a_report_without_end_is_none(temporary: Path, script: Path) -> None:
    result = run(script, "while True: os.write(fd, b'x' * 65536)")
    assert result.ending is not Ending.REPORTED
    assert result.report == b""


def test_the_job_comes_on_standard_input(temporary: Path, script: Path) -> None:
    job = os.urandom(300_000).hex().encode()
    result = run(script, "os.write(fd, str(hash(sys.stdin.buffer.read())).encode() + b'\\n')", job)
    again = run(script, "os.write(fd, str(hash(sys.stdin.buffer.read())).encode() + b'\\n')", job)
    other = run(script, "os.write(fd, str(hash(sys.stdin.buffer.read())).encode() + b'\\n')", job[1:])
    assert result.report == again.report != other.report


def test_too_much_cpu_time_is_told_from_other_signals(temporary: Path, script: Path) -> None:
    limits = Limits(cpu_seconds=0.4)
    result = run(script, "resource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True: pass", limits=limits)
    assert result.ending is Ending.CPU_TIME
    assert 0.4 <= result.cpu_seconds < 3


@pytest.mark.parametrize("source", ["time.sleep(60)", "os.close(fd); time.sleep(60)"])
def test_a_program_that_waits_for_ever_is_ended(temporary: Path, script: Path, source: str) -> None:
    start = time.monotonic()
    result = run(script, source, limits=ShortLimits())
    assert result.ending is Ending.WALL_TIME
    assert time.monotonic() - start < 5
    assert result.cpu_seconds < 0.5 < result.wall_seconds


def test_the_figures_are_those_of_the_program(temporary: Path, script: Path) -> None:
    source = "end = time.process_time() + 0.2\nwhile time.process_time() < end: pass"
    result = run(script, source)
    assert 0.2 <= result.cpu_seconds < 2


def test_the_folder_is_empty_and_its_own(temporary: Path, script: Path) -> None:
    report = run(script, "open('left', 'w'); os.write(fd, os.getcwd().encode() + b'\\n')").report.decode()
    assert Path(report).parent == temporary
    assert not Path(report).exists()


def test_the_environment_holds_nothing_of_ours(temporary: Path, script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "do-not-tell")
    report = run(script, "os.write(fd, repr(sorted(os.environ)).encode() + b'\\n')").report.decode()
    assert "SECRET" not in report
    assert set(ast.literal_eval(report)) <= {"PYTHONHASHSEED", "LC_CTYPE"}


def test_the_order_of_a_set_is_the_same_every_time(temporary: Path, script: Path) -> None:
    source = "os.write(fd, repr({str(n) for n in range(50)}).encode() + b'\\n')"
    assert len({run(script, source).report for _ in range(4)}) == 1


def test_no_open_file_of_ours_is_passed_on(temporary: Path, script: Path) -> None:
    with open(script.parent / "mine", "w") as mine:
        os.set_inheritable(mine.fileno(), True)
        source = "found = [n for n in range(3, 200) if n != fd and os.path.exists(f'/dev/fd/{n}')]"
        assert run(script, source + "\nos.write(fd, repr(found).encode() + b'\\n')").report == b"[]"


def test_what_a_program_started_ends_with_it(temporary: Path, script: Path) -> None:
    source = """
child = os.fork()
if child == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(60)
os.write(fd, str(child).encode() + b"\\n")
"""
    assert is_gone(int(run(script, source).report))


def test_a_child_that_holds_the_pipe_does_not_hold_us(temporary: Path, script: Path) -> None:
    start = time.monotonic()
    result = run(script, "if os.fork() == 0: time.sleep(60)\nos._exit(7)")
    assert time.monotonic() - start < 5
    assert (result.ending, result.code) == (Ending.EXITED, 7)


def test_no_descriptor_of_ours_leaks(temporary: Path, script: Path) -> None:
    run(script, "pass")
    before = len(list(Path("/dev/fd").iterdir()))
    for source in ("pass", "os.write(fd, b'x\\n')", "os.close(fd)"):
        run(script, source)
    assert len(list(Path("/dev/fd").iterdir())) == before


def test_without_a_temporary_folder_the_sandbox_is_to_blame(
    tmp_path: Path, script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with pytest.raises(SandboxError, match="no folder for a solution could be made: No such file"):
        run(script, "pass")


def test_without_an_interpreter_the_sandbox_is_to_blame(
    temporary: Path, script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/none/python")
    with pytest.raises(SandboxError, match="could not start a solution: No such file"):
        run(script, "pass")


def test_wall_time_leaves_room_for_a_busy_machine() -> None:
    assert Limits(cpu_seconds=3.0).wall_seconds == 40.0
