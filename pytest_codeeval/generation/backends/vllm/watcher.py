"""Stands between pytest and a server: ends the server and all that it started when told to, or when pytest is gone.

A script of its own, `watcher.py GRACE_SECONDS COMMAND…`, that runs until its standard input closes or the command
ends, and then ends as the command did. It needs the standard library only.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

_SET_DEATH_SIGNAL, _SET_SUBREAPER = 1, 36
_LOOK_SECONDS = 0.5
_FAREWELL_SECONDS = 2.0
_BURIAL_SECONDS = 10.0


def watch(grace: float, command: list[str]) -> int:
    """Run `command` until it ends or is to be ended; return its exit status."""
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        # Handlers, as an ignored signal would stay ignored in the server.
        signal.signal(number, lambda number, _: told.append(number))
    _prctl(_SET_SUBREAPER, 1)  # what loses its parent below becomes a child of this process
    parent = os.getppid()
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_die_with_parent)
    while server.poll() is None and signal.SIGTERM not in told and os.getppid() == parent and not _closed():
        pass
    asked = server.poll() is None
    if asked:
        server.terminate()
        try:
            server.wait(grace)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
    _bury(server.pid)
    code = server.returncode
    return 0 if asked else code if code >= 0 else 128 - code


def _closed() -> bool:
    readable, _, _ = select.select([0], [], [], _LOOK_SECONDS)
    return bool(readable) and os.read(0, 1) == b""


def _bury(group: int) -> None:
    """Wait for what the server left behind, and kill what does not go."""
    start = time.monotonic()
    while time.monotonic() - start < _BURIAL_SECONDS:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid:
            continue
        if time.monotonic() - start > _FAREWELL_SECONDS:
            for child in _children():
                _kill(os.kill, child)
            _kill(os.killpg, group)
        time.sleep(0.02)


def _kill(kill, target) -> None:  # type: ignore[no-untyped-def]
    with contextlib.suppress(OSError):
        kill(target, signal.SIGKILL)


def _children() -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(state[1]) == os.getpid():
            found.append(int(folder.name))
    return found


def _die_with_parent() -> None:
    _prctl(_SET_DEATH_SIGNAL, signal.SIGTERM)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    sys.exit(watch(float(sys.argv[1]), sys.argv[2:]))
