"""SandboxServer: a pytest worker's side of its fork server: starts it, and ends it."""

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
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

import pytest_codeeval
from pytest_codeeval.core.errors import SandboxError
from pytest_codeeval.execution.sandbox.descriptors import in_memory
from pytest_codeeval.execution.sandbox.limits import Limits
from pytest_codeeval.execution.sandbox.runtime import Runtime
from pytest_codeeval.execution.sandbox.slotclient import END_SECONDS, SlotClient

_START_SECONDS = 60.0
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
            end.settimeout(END_SECONDS)

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
