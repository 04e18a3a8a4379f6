"""What a process of ours has set for it before it begins, so that none is left behind where this one is killed."""

from __future__ import annotations

import ctypes
import signal
import sys

_SET_DEATH_SIGNAL = 1


def end_with_parent() -> None:
    """Have the kernel, where it can, ask this process to end with the one that started it; for `preexec_fn`."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)
