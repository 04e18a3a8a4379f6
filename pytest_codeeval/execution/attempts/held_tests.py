"""HeldTests: the process that decides about solutions, kept for as long as they are of the same problem, or longer."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress

from pytest_codeeval.core.errors import SandboxError
from pytest_codeeval.execution.sandbox.client import SandboxServer
from pytest_codeeval.execution.sandbox.programs import Programs
from pytest_codeeval.execution.sandbox.slotclient import Ended
from pytest_codeeval.execution.sandbox.watch import usage_below

# It is bounded by the clocks of the worker; this is for the case that nobody looks.
_CPU = 3600.0
# Bytes of problems that one process takes, one after the other, and what the smallest counts as: what it needed for a
# large one it does not give back in full.
_MOST, _LEAST = 16 << 20, 1 << 18
GRACE = 0.5
"""Seconds that a process has to end in, once its pipes are closed."""


class HeldTests:
    """Runs in the slot of tests; what it holds is sent to it once."""

    def __init__(self, server: SandboxServer) -> None:
        _, self.slot = server.slots
        self._held: object = None
        self._control: socket.socket | None = None
        self._taking = b""  # what it takes another problem behind
        self._taken = 0

    def holding(
        self, what: object, program: Programs, data: Callable[[], bytes], another: bytes = b""
    ) -> socket.socket:
        """Return the socket of a process that runs a program and was sent `data`, as `what` is to be told apart by.

        One that serves any number of problems takes the next behind `another`; a new process costs as much as to judge
        a sample. Raises SandboxError where the machinery failed.
        """
        if self._control is not None and self._held == what:
            return self._control
        if self._control is not None and another and self._taking == another and self._taken < _MOST:
            return self._sent(self._control, what, another, data())
        self.close()
        control = self._started(program)
        self._taking, self._taken = another, 0
        return self._sent(control, what, b"", data())

    def _started(self, program: Programs) -> socket.socket:
        try:
            control, theirs = socket.socketpair()
        except OSError as error:
            raise SandboxError(f"the process of the tests cannot be spoken to: {error.strerror}") from None
        with theirs:
            self.slot.run(program, [theirs.fileno()], _CPU)
        return control

    def _sent(self, control: socket.socket, what: object, head: bytes, data: bytes) -> socket.socket:
        self._control, self._held = control, what
        self._taken += max(len(data), _LEAST)
        try:
            control.sendall(head + len(data).to_bytes(4, "big") + data)
        except OSError:
            self.close()
            raise SandboxError("the process of the tests ended before it had them") from None
        return control

    def left_nothing(self) -> bool:
        """Whether a run of the tests has left neither files nor processes."""
        return (
            self._control is not None
            and self.slot.is_pristine()
            and usage_below(self.slot.supervisor, 0, writes=False).processes <= 1
        )

    def end(self, grace: float = 0.0) -> Ended | None:
        """End it, after `grace` seconds at most; return how it had ended."""
        self._held = None
        if self._control is None:
            return None
        self._control.close()
        self._control = None
        return self.slot.end(grace)

    def close(self) -> None:
        """End it, even where the machinery has failed."""
        with suppress(SandboxError):
            self.end()
