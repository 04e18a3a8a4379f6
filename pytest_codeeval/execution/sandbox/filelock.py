"""A stand-in for `fcntl.flock`, which locks any file that can be read, those of the machine too."""

import fcntl
import struct
from typing import Any

_SET, _SET_AND_WAIT = 37, 38  # F_OFD_SETLK, F_OFD_SETLKW: as flock's, they belong to what was opened, not to a process
_KINDS = {fcntl.LOCK_SH: fcntl.F_RDLCK, fcntl.LOCK_EX: fcntl.F_WRLCK, fcntl.LOCK_UN: fcntl.F_UNLCK}


def flock(fd: Any, operation: int, /) -> None:
    """Lock a whole file, or unlock it; one that is only open to read cannot be locked for oneself alone."""
    kind = _KINDS.get(operation & ~fcntl.LOCK_NB)
    if kind is None:
        raise OSError(22, "Invalid argument")
    command = _SET if operation & fcntl.LOCK_NB else _SET_AND_WAIT
    fcntl.fcntl(fd, command, struct.pack("hhqqi4x", kind, 0, 0, 0, 0))
