"""Resource limits: those that a supervisor hands down to all its solutions, and that on processes."""

import resource
import sys
from contextlib import suppress

from pytest_codeeval.execution.sandbox.limits import Limits

_LOCKED = 64 << 10
_MSGQUEUE = 12  # RLIMIT_MSGQUEUE, which the resource module has no name for on Linux


def lower_for_all(limits: Limits) -> None:
    """Set what a supervisor can live with as well, once, so that no child has to."""
    if limits.bounds_addresses:
        _lower(resource.RLIMIT_AS, limits.memory)
    _lower(resource.RLIMIT_FSIZE, limits.file_size)
    _lower(resource.RLIMIT_NOFILE, limits.open_files)
    _lower(resource.RLIMIT_MEMLOCK, _LOCKED)
    _lower(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":
        _lower(_MSGQUEUE, 0)


def process_limit(processes: int) -> tuple[int, int]:
    """Return what a child sets RLIMIT_NPROC to, the processes and threads of its user wherever they were started.

    A supervisor must not: it could fork no more where its own user has many.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NPROC)
    value = processes if hard == resource.RLIM_INFINITY else min(processes, hard)
    return value, value


def _lower(kind: int, wish: int) -> None:
    """Set both limits, to less than wished where less is allowed already."""
    with suppress(ValueError, OSError):  # macOS knows some of them only by name
        _, hard = resource.getrlimit(kind)
        value = wish if hard == resource.RLIM_INFINITY else min(wish, hard)
        resource.setrlimit(kind, (value, value))
