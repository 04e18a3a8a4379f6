"""SandboxServer: a pytest worker's side of its fork server: starts it, asks its slots to run programs, ends it."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import pytest_codeeval
from pytest_codeeval.core.errors import SandboxError
from pytest_codeeval.execution.sandbox.descriptors import in_memory
from pytest_codeeval.execution.sandbox.groups import Group
from pytest_codeeval.execution.sandbox.limits import Limits
from pytest_codeeval.execution.sandbox.meter import Meter
from pytest_codeeval.execution.sandbox.runtime import Runtime
from pytest_codeeval.execution.sandbox.slot import (
    CHECK,
    END,
    ENDED,
    NOT_CONFINED,
    NOT_STARTED,
    READY,
    REPLY,
    REQUEST,
    RUN,
    SCRATCH_FULL,
    YES,
)

_START_SECONDS = 60.0
_END_SECONDS = 30.0
_READY_SECONDS = 15.0  # of cleaning up; then another server is quicker, however busy the machine
_BOOT = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from pytest_codeeval.execution.server import prepare, serve; "
    "sys.path.remove(sys.argv[1]); descriptor = int(sys.argv[2]); sys.argv[1:] = []; "
    "serve(*prepare(descriptor))"
)
# One hash seed for all: a solution that leans on the order of a set would else pass in one run and fail in the next.
# Libraries of linear algebra would start a thread for each processor, and threads do not survive a fork.
_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    # Each arena of the C library's reserves addresses, which are bounded; threads would have one each.
    "MALLOC_ARENA_MAX": "2",
    **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
}


class TierRefused(Exception):  # noqa: N818 - another tier may do, so it is no error yet
    """The machine does not give a tier; the message says which step of it failed, and why."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program's process ended: times in seconds, memory in bytes.

    `code` is its exit status, or minus the signal that killed it. `by_itself` is False where it ran until it was told
    to end; `overflown` says that its files outgrew the scratch folder.
    """

    code: int
    by_itself: bool
    overflown: bool
    cpu_seconds: float
    max_rss: int


class SlotClient:
    """One slot of the server: runs one program at a time."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self.supervisor = 0
        self.meter = Meter(0, Group(), writes=False)
        self.running = False
        self._cleaning = False

    def greet(self) -> str:
        """Wait for the slot to be ready; return its tier. Raises TierRefused, or SandboxError."""
        message, ancillary, _, _ = self._control.recvmsg(4096, 256)
        if not message:
            raise SandboxError("the sandbox's server ended while it started")
        said = json.loads(message)
        if "refused" in said:
            raise TierRefused(said["refused"])
        for level, kind, data in ancillary:
            if level == socket.SOL_SOCKET and kind == getattr(socket, "SCM_CREDENTIALS", None):
                self.supervisor = int.from_bytes(data[:4], sys.byteorder)
                self.meter = Meter(self.supervisor, Group(**said["group"]), writes=said["writes"])
        return str(said["tier"])

    def run(self, program: int, descriptors: Sequence[int], cpu_seconds: float) -> None:
        """Start a program with descriptors of its own.

        Raises SandboxError if nobody is there to do it, or the slot cannot be cleaned up after the program before.
        """
        if self._cleaning:
            self._await_ready()
        self.meter.start()
        try:
            socket.send_fds(self._control, [REQUEST.pack(RUN, program, cpu_seconds)], list(descriptors))
        except OSError as error:
            raise SandboxError(f"the sandbox's server cannot be reached: {error.strerror}") from None
        self.running = True

    def is_pristine(self) -> bool:
        """Tell whether the program still runs and has left its scratch folder as it found it, as far as can be seen.

        Raises SandboxError where the server is gone.
        """
        try:
            self._control.sendall(REQUEST.pack(CHECK, 0, 0))
            return self._control.recv(len(YES)) == YES
        except OSError as error:
            raise SandboxError(f"the sandbox's server cannot be reached: {error.strerror}") from None

    def end(self, grace: float = 0.0) -> Ended:
        """End the program and whatever it has started, after `grace` seconds at most; return how it had ended.

        Raises SandboxError where the program never came to run, or the server is gone.
        """
        self.running = False
        try:
            self._control.sendall(REQUEST.pack(END, 0, grace))
            reply = self._control.recv(REPLY.size, socket.MSG_WAITALL)
        except TimeoutError:
            raise SandboxError(f"the sandbox could not end a solution within {_END_SECONDS:.0f} s") from None
        except OSError as error:
            raise SandboxError(f"the sandbox's server cannot be reached: {error.strerror}") from None
        if len(reply) != REPLY.size:
            raise SandboxError("the sandbox's server ended")
        status, what, user, system, peak, fault = REPLY.unpack(reply)
        if what & NOT_STARTED:
            reason = fault.rstrip(bytes(1)).decode()
            raise SandboxError(f"no process could be made for a solution: {reason}")
        self._cleaning = True
        if what & NOT_CONFINED and what & ENDED:
            raise SandboxError("a process could not be confined, so no solution was run in it")
        code = os.waitstatus_to_exitcode(status)
        return Ended(code, bool(what & ENDED), bool(what & SCRATCH_FULL), user + system, peak)

    def _await_ready(self) -> None:
        try:
            self._control.settimeout(_READY_SECONDS)
            ready = self._control.recv(len(READY)) == READY
            self._control.settimeout(_END_SECONDS)
        except OSError:
            ready = False
        if not ready:
            raise SandboxError("the sandbox could not be cleaned up after a solution")
        self._cleaning = False

    def close(self) -> None:
        """Hang up."""
        self.meter.close()
        self._control.close()


class SandboxServer:
    """The server's process and its slots; leave it by `close`."""

    def __init__(
        self,
        tier: str,
        runtimes: Sequence[Runtime],
        programs: str,
        limits: Limits | None = None,
        preload: Sequence[str] = (),
        path: Sequence[str] = (),
    ) -> None:
        """Start the server in a tier, with a slot for each of `runtimes`; `limits` hold for all that it runs.

        `programs` names the module of what it can run, `preload` what Python solutions find imported, and `path` the
        folders that packages lie in.

        Raises TierRefused where the machine does not give the tier, SandboxError where it cannot be started at all.
        """
        ours, theirs = zip(*_pairs(len(runtimes)), strict=True)
        config = {
            "tier": tier,
            "runtimes": [asdict(runtime) for runtime in runtimes],
            "programs": programs,
            "limits": asdict(limits or Limits()),
            "preload": list(preload),
            "path": list(path),
            "controls": [end.fileno() for end in theirs],
        }
        self._process = _spawn(config, ours, theirs)
        for end in ours:
            end.settimeout(_START_SECONDS)
            if hasattr(socket, "SO_PASSCRED"):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.slots = tuple(map(SlotClient, ours))
        try:
            for slot in self.slots:
                self.tier = slot.greet()
        except OSError:
            self.close()
            raise SandboxError(f"the sandbox's server was not ready within {_START_SECONDS:.0f} s") from None
        except BaseException:
            self.close()
            raise
        for end in ours:
            end.settimeout(_END_SECONDS)

    def close(self) -> None:
        """End the server and all that it started."""
        for slot in self.slots:
            slot.close()
        if not self._ends_soon():
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _ends_soon(self) -> bool:
        """Wait for the process for five seconds of the kernel's.

        `Popen.wait` reckons with the clock, and where that is set meanwhile sleeps until times that there are not.
        """
        pause = select.poll()
        for milliseconds in (1, 2, 4, 8, 16, *[50] * 100):
            if self._process.poll() is not None:
                return True
            pause.poll(milliseconds)
        return False


def _spawn(
    config: dict[str, Any], ours: Sequence[socket.socket], theirs: Sequence[socket.socket]
) -> subprocess.Popen[bytes]:
    """Start the server with its ends of the sockets, which are closed here. Raises SandboxError, having closed all."""
    root = str(Path(pytest_codeeval.__file__).parent.parent)
    told = -1
    try:
        told = in_memory(json.dumps(config).encode())
        return subprocess.Popen(
            [sys.executable, "-s", "-P", "-S", "-B", "-c", _BOOT, root, str(told)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[told, *(end.fileno() for end in theirs)],
            cwd="/",
            env=_ENVIRONMENT,
            start_new_session=True,
        )
    except (OSError, SandboxError) as error:
        for end in ours:
            end.close()
        said = error.strerror if isinstance(error, OSError) else error
        raise SandboxError(f"the sandbox's server could not be started: {said}") from None
    finally:
        for end in theirs:
            end.close()
        if told >= 0:
            os.close(told)


def _pairs(count: int) -> list[tuple[socket.socket, socket.socket]]:
    pairs: list[tuple[socket.socket, socket.socket]] = []
    try:
        pairs.extend(socket.socketpair() for _ in range(count))
    except OSError as error:
        for end in chain.from_iterable(pairs):
            end.close()
        raise SandboxError(f"the sandbox's server cannot be spoken to: {error.strerror}") from None
    return pairs
