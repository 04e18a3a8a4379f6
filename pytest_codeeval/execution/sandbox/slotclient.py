"""SlotClient: one slot of the sandbox's server, as a pytest worker asks it to run programs."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from pytest_codeeval.core.errors import SandboxError
from pytest_codeeval.execution.sandbox.groups import Group
from pytest_codeeval.execution.sandbox.meter import Meter
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

END_SECONDS = 30.0
"""How long a slot may take to end what it runs."""
_READY_SECONDS = 15.0  # of cleaning up; then another server is quicker, however busy the machine


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
            raise SandboxError(f"the sandbox could not end a solution within {END_SECONDS:.0f} s") from None
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
            self._control.settimeout(END_SECONDS)
        except OSError:
            ready = False
        if not ready:
            raise SandboxError("the sandbox could not be cleaned up after a solution")
        self._cleaning = False

    def close(self) -> None:
        """Hang up."""
        self.meter.close()
        self._control.close()
