"""Slot: the supervisor of hostile processes, inside of the isolation: forks one at a time, and ends all it left.

It speaks with the pytest worker over a socket, in messages of one size, and never reads what is meant for a child.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import resource
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable, Sequence

from pytest_codeeval.execution.sandbox.descendants import Death
from pytest_codeeval.execution.sandbox.programs import Table
from pytest_codeeval.execution.sandbox.tiers.tier import Tier

REQUEST = struct.Struct("<cBd")  # what to do, number of the program, seconds: of CPU time, or to wait before the end
REPLY = struct.Struct("<iBddq16s")  # wait status, what happened, CPU and system seconds, peak memory in bytes, errno
RUN, CHECK, END = b"R", b"C", b"E"
YES, NO = b"Y", b"N"
"""Answers to CHECK: whether a program still runs and has left its scratch folder as it found it."""
READY = b"+"
"""Follows the reply to END, when the slot has been cleaned up for the next program."""
MOST_DESCRIPTORS = 6
ENDED, NOT_CONFINED, NOT_STARTED, SCRATCH_FULL = 1, 2, 4, 8
"""What happened, bit by bit: the process ended before it was told to; it never came to run; its files were too many."""

_FIRST, _ABOVE, _PAST_ALL = 3, 64, 65536  # descriptors: where a program finds its own, and where nothing else lies
# The function itself: what wraps it makes an enumeration of the answer, in pages that each child would have to copy.
_set_handler = getattr(signal.signal, "__wrapped__", signal.signal)
_TICK, _SCRATCH_TICK = 50, 10  # milliseconds between looks; oftener where no file system bounds the scratch folder


class Slot:
    """Serves requests until the worker hangs up: one process at a time, and after it nothing is left."""

    def __init__(self, tier: Tier, control: socket.socket, programs: Table, fork: Callable[[], int]) -> None:
        self._tier = tier
        self._fork = fork
        self._control = control
        self._programs = programs
        self._tick = _SCRATCH_TICK if tier.watches_scratch else _TICK
        self._last = 0  # the number of the child before
        # Shared with each child until it is confined: where a child's word is not to be had by its exit status.
        self._confined = mmap.mmap(-1, mmap.PAGESIZE)

    def serve(self) -> None:
        """Serve until the worker hangs up."""
        while True:
            message, descriptors, _, _ = socket.recv_fds(self._control, REQUEST.size, MOST_DESCRIPTORS)
            if len(message) != REQUEST.size:
                return
            _, program, cpu_seconds = REQUEST.unpack(message)
            self._run(self._programs[program], descriptors, cpu_seconds)

    def _run(self, program: Callable[[Sequence[int]], None], descriptors: list[int], cpu_seconds: float) -> None:
        self._confined[0] = 0
        try:
            pid = self._fork()
        except OSError as error:
            pid, fault = -1, error.strerror or ""
        if pid == 0:
            self._be(program, descriptors, cpu_seconds)
        for descriptor in descriptors:
            os.close(descriptor)
        self._leave_if_numbers_tell(pid)
        what, death, grace = self._wait(pid)
        if pid < 0:
            reply = REPLY.pack(0, NOT_STARTED, 0, 0, 0, fault.encode()[:16])
        else:
            if death is None:
                what |= ENDED * _ends(pid, grace)
                death = self._tier.kill(pid)
            status, usage = death
            what |= NOT_CONFINED * (not self._confined[0])
            peak = usage.ru_maxrss * 1024
            reply = REPLY.pack(status, what, usage.ru_utime, usage.ru_stime, peak, b"")
        # How it ended stands before anything is cleaned up, which may take a while, or fail.
        self._control.sendall(reply)
        self._tier.restore()
        self._control.sendall(READY)

    def _leave_if_numbers_tell(self, pid: int) -> None:
        """End this slot if the processes of one program can be counted by the next, whose number is `pid`."""
        if self._tier.numbers_tell and self._last and pid > self._last + 1:
            raise SystemExit
        self._last = pid

    def _wait(self, pid: int) -> tuple[int, Death | None, float]:
        """Wait for the worker to say that the run is over, and answer it meanwhile.

        Return what happened, how the process died where that is over already, and how long it may take to end by
        itself. When the process ends, or its files are too many, all the others are ended at once: one of them may
        hold the pipe that the tests read from.
        """
        what, death = 0, None
        ready = select.poll()
        ready.register(self._control, select.POLLIN)
        while True:
            if ready.poll(self._tick):
                order, _, grace = self._order()
                if order == END:
                    return what, death, grace
                pristine = pid > 0 and death is None and not _ends(pid, 0) and self._tier.is_pristine()
                self._control.sendall(YES if pristine else NO)
            elif pid > 0 and death is None:
                what |= SCRATCH_FULL * (self._tier.watches_scratch and self._tier.overflown()) | ENDED * _ends(pid, 0)
                death = self._tier.kill(pid) if what else None

    def _order(self) -> tuple[bytes, int, float]:
        message = self._control.recv(REQUEST.size)
        if not message:
            raise SystemExit
        order: tuple[bytes, int, float] = REQUEST.unpack(message)
        return order

    def _be(self, program: Callable[[Sequence[int]], None], descriptors: list[int], cpu_seconds: float) -> None:
        """Become the child: give everything up, then run the program."""
        try:
            # A second more than the worker grants, as it looks closer; and then the kill that cannot be ignored.
            seconds = 1 - int(-cpu_seconds // 1)
            _, hard = resource.getrlimit(resource.RLIMIT_CPU)
            most = seconds + 1 if hard == resource.RLIM_INFINITY else min(seconds + 1, hard)
            resource.setrlimit(resource.RLIMIT_CPU, (min(seconds, most), most))
            _open_nothing()
            self._tier.confine()
            # As Python has it by itself, whatever this process or one that started it did with the signal.
            _set_handler(signal.SIGINT, signal.default_int_handler)
            # The machine's own folder for temporary files is out of reach.
            os.environ["TMPDIR"] = os.getcwd()
            if (imported := sys.modules.get("tempfile")) is not None:
                vars(imported)["tempdir"] = os.getcwd()
            above = [fcntl.fcntl(found, fcntl.F_DUPFD_CLOEXEC, _ABOVE) for found in descriptors]
            kept = [os.dup2(found, _FIRST + place) for place, found in enumerate(above)]
            os.closerange(_FIRST + len(kept), _PAST_ALL)
            self._confined[0] = 1
            self._confined.close()
            program(kept)
        finally:
            os._exit(1)


def _open_nothing() -> None:
    """Have standard streams of one's own: flags of the supervisor's would be seen by whoever comes next."""
    nothing = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    for stream in range(_FIRST):
        os.dup2(nothing, stream)
    os.close(nothing)


def _ends(pid: int, grace: float) -> bool:
    """Whether a child ends by itself within `grace` seconds; its pipes are closed a while before it has ended."""
    until = time.monotonic() + grace
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if time.monotonic() >= until:
            return False
        time.sleep(0.001)
    return True
