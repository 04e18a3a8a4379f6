"""ProcessSandbox: a fresh interpreter for each program, with limits but no isolation from this machine."""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pytest_codeeval.core.errors import SandboxError
from pytest_codeeval.execution.sandbox.limits import Limits
from pytest_codeeval.execution.sandbox.sandbox import Ending, ExecResult

_LONGEST_REPORT = 1 << 20
_STEP = 0.25
# One hash seed for all: a solution that leans on the order of a set would else pass in one run and fail in the next.
_ENVIRONMENT = {"PYTHONHASHSEED": "0"}


class ProcessSandbox:
    """Starts a bare interpreter in an empty folder, with an empty environment and in a process group of its own.

    The program sets its own resource limits before it touches anything hostile (a hook between fork and exec would
    force the slow way of starting it). Limits hold; files and the network of this machine stay within reach.
    """

    tier = "process"

    def run(self, program: Path, job: bytes, limits: Limits) -> ExecResult:
        """Run `program` with `job` on its standard input; see Sandbox."""
        try:
            folder = tempfile.mkdtemp(prefix="codeeval-")
        except OSError as error:
            raise SandboxError(f"no folder for a solution could be made: {error.strerror}") from None
        try:
            with tempfile.TemporaryFile() as stdin:
                stdin.write(job)
                stdin.seek(0)
                return self._run(program, stdin.fileno(), Path(folder), limits)
        except OSError as error:
            raise SandboxError(f"the sandbox could not start a solution: {error.strerror or error}") from None
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _run(self, program: Path, stdin: int, folder: Path, limits: Limits) -> ExecResult:
        reader, writer = os.pipe()
        start = time.monotonic()
        try:
            process = subprocess.Popen(
                [sys.executable, "-s", "-P", "-S", str(program), str(writer)],
                stdin=stdin,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(writer,),
                cwd=folder,
                env=_ENVIRONMENT,
                start_new_session=True,
            )
        except BaseException:
            os.close(reader)
            raise
        finally:
            os.close(writer)
        try:
            run = _Watch(process.pid, reader, start + limits.wall_seconds)
            report = run.until_report_or_end()
        finally:
            os.close(reader)
            # The leader has not been waited for, so its number still means this group.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        cpu = usage.ru_utime + usage.ru_stime
        code, ending = process.returncode, run.ending
        if ending is not Ending.WALL_TIME and not report:
            ending = Ending.SIGNALLED if code < 0 else Ending.EXITED
            # The kernel's clock for the limit runs a little ahead of the one it reports by.
            if code == -signal.SIGXCPU or (code == -signal.SIGKILL and cpu >= limits.cpu_seconds):
                ending = Ending.CPU_TIME
        # No peak of memory: the kernel counts in what pytest had before the exec.
        return ExecResult(ending, abs(code), report, round(cpu, 4), round(time.monotonic() - start, 4))


@dataclass(slots=True)
class _Watch:
    """Waits for a process to report, to end, or to pass its deadline (of the monotonic clock)."""

    pid: int
    reader: int
    deadline: float
    ending: Ending = Ending.EXITED

    def until_report_or_end(self) -> bytes:
        """Return the report line, or nothing where the process ended or ran too long without one."""
        received = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self.reader, selectors.EVENT_READ)
            while (left := self.deadline - time.monotonic()) > 0:
                if selector.select(min(left, _STEP)):
                    chunk = os.read(self.reader, 65536)
                    if not chunk:
                        self._until_end()
                        return b""
                    received += chunk
                    line, newline, _ = received.partition(b"\n")
                    if newline:
                        self.ending = Ending.REPORTED
                        return line
                    if len(received) > _LONGEST_REPORT:
                        return b""
                elif self._ended():
                    return b""  # a process it left behind may hold the pipe open
        self.ending = Ending.WALL_TIME
        return b""

    def _until_end(self) -> None:
        """Wait for a process that closed its pipe; it may go on for all that."""
        while not self._ended():
            if time.monotonic() > self.deadline:
                self.ending = Ending.WALL_TIME
                return
            time.sleep(0.002)

    def _ended(self) -> bool:
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self.pid, options) is not None
