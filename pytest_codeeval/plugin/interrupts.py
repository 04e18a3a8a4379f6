"""Interrupts: the signals that ask a run to end, each of which ends it as Ctrl-C does, and cuts no end short."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Generator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController

_ASKING = ("SIGTERM", "SIGHUP", "SIGQUIT")
_ONE = 1.0
"""Seconds within which signals are one request: `timeout` and many runners send theirs to the group and to us."""
_NOTICE = b"codeeval: the run is ending and its results are being written; once more leaves at once\n"


class Stopped(KeyboardInterrupt):
    """A signal asked for the end of the run."""


class Interrupts:
    """Takes over the signals that would end a process at once, from its making until pytest is done with `config`.

    Those that are ignored, as by `nohup`, or that somebody else handles, are left alone. A worker of pytest-xdist dies
    at once, what it has started ends with it, and the controller knows what to do. That a terminal asks once more does
    not disturb its end.
    """

    def __init__(self, config: pytest.Config, *, in_worker: bool = False) -> None:
        self._in_worker = in_worker
        self._process = os.getpid()
        self._ending = self._noticed = False
        self._last = -_ONE
        self._earlier: dict[int, Any] = {}
        self._workers: dict[str, int] = {}
        if threading.current_thread() is not threading.main_thread():
            return
        for number in filter(None, (getattr(signal, name, None) for name in (() if in_worker else _ASKING))):
            self._take(number, signal.SIG_DFL)
        config.add_cleanup(self._restore)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodeready(self, node: WorkerController) -> None:
        """Note the process of a worker on this machine."""
        if node.gateway.spec.popen:
            self._workers[node.gateway.id] = node.gateway._rinfo().pid

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: WorkerController) -> None:
        """Forget a worker that has ended."""
        self._workers.pop(node.gateway.id, None)

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Let nothing interrupt what follows: the end of the run.

        A signal may have come to this process alone. Its workers would go on for ten seconds.
        """
        self._last = time.monotonic()
        self._begin_end()
        # Where a signal came between two lines Python knows of none, and pytest cannot show that.
        excinfo.traceback = excinfo.traceback.filter(_has_line)
        for process in self._workers.values() if isinstance(excinfo.value, Stopped) else ():
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGTERM)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self) -> Generator[None]:
        """Let nothing interrupt what is written now."""
        self._begin_end()
        yield

    def _begin_end(self) -> None:
        if not self._ending and threading.current_thread() is threading.main_thread():
            self._ending = True
            self._take(signal.SIGINT, signal.default_int_handler)

    def _take(self, number: int, usual: object) -> None:
        if signal.getsignal(number) is usual:
            self._earlier[number] = signal.signal(number, self._came)

    def _restore(self) -> None:
        # A worker has nothing more to do, and would only say that it was interrupted in that.
        for number, handler in () if self._in_worker else self._earlier.items():
            if signal.getsignal(number) == self._came:
                signal.signal(number, handler)

    def _came(self, number: int, _frame: object) -> None:
        if os.getpid() != self._process:  # a fork of somebody else's, which shall die as it would have
            _die(number)
        elif not self._in_worker and time.monotonic() - self._last >= _ONE:
            self._last = time.monotonic()
            if not self._ending:
                raise Stopped(signal.Signals(number).name)
            if self._noticed:
                _die(number)
            self._noticed = True
            with suppress(OSError):
                os.write(2, _NOTICE)  # not by a stream, which may be in the middle of something


def _die(number: int) -> None:
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def _has_line(entry: Any) -> bool:
    return entry._rawentry.tb_lineno is not None
