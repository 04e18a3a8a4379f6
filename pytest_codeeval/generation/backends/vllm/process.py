"""ServerProcess: a server and its watcher, as the operating system sees them."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

GRACE_SECONDS = 5.0
_WATCHER = Path(__file__).with_name("watcher.py")


class ServerProcess:
    """A command in a session of its own, that ends with this process whatever way that goes; output goes to `log`."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        """Start it.

        Raises OSError where the log cannot be written.
        """
        # -I -S: the watcher needs the standard library only, and is there while nothing else of this run may be.
        watched = [sys.executable, "-I", "-S", str(_WATCHER), str(GRACE_SECONDS), *command]
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                watched,
                stdin=subprocess.PIPE,  # closes when this process ends, even by SIGKILL
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                start_new_session=True,  # Ctrl-C is for pytest, which then ends the server in order
            )

    @property
    def exit_status(self) -> int | None:
        """How the command ended, None while it runs."""
        return self._process.poll()

    def stop(self) -> None:
        """Have it ended, with all that it started; `exit_status` says when that is done."""
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
