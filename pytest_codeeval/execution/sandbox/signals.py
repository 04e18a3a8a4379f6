"""Signals as they are for what a terminal starts, whatever those who started this process have blocked or ignored."""

from __future__ import annotations

import signal

_PYTHON_IGNORES = signal.SIGPIPE, signal.SIGXFSZ


def as_from_a_terminal() -> None:
    """Let all signals through, and have none ignored but those that Python itself ignores.

    Both are inherited: by nohup, by a shell for what it runs in the background, by an engine for what it starts. What a
    solution does with a signal is not to depend on that.
    """
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for number in signal.valid_signals() - {*_PYTHON_IGNORES}:
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
