"""A run of pytest in a process of its own, which is asked to end where this one is."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from pytest_codeeval.core.parent import end_with_parent

_ASKING = ("SIGTERM", "SIGHUP")
_HEARD_SECONDS = 2.0  # a terminal has asked the run as well


def run(arguments: Sequence[str]) -> int:
    """Run pytest to its end and return its exit code; its output goes where ours does.

    Raises KeyboardInterrupt, when the run has ended, where it was interrupted or this process was told to end.
    """
    with _stopped_by_signals():
        command = [sys.executable, "-P", "-m", "pytest", *arguments]
        process = subprocess.Popen(command, preexec_fn=end_with_parent)  # and its server with it
        try:
            return process.wait()
        except BaseException:
            _end(process)
            raise


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask a run to end, unless it does already, and wait until its results are written, however often we are asked."""
    asked = False
    while process.returncode is None:
        with suppress(KeyboardInterrupt, subprocess.TimeoutExpired):
            process.wait(None if asked else _HEARD_SECONDS)
        if process.returncode is None and not asked:
            process.terminate()
            asked = True


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Have the signals that ask for an end do as Ctrl-C does."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    usual = {}
    for number in filter(None, (getattr(signal, name, None) for name in _ASKING)):
        if signal.getsignal(number) is signal.SIG_DFL:  # ignored ones, as by nohup, stay ignored
            usual[number] = signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
