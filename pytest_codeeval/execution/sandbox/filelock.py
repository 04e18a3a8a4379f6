"""A stand-in for `fcntl.flock`, which locks any file that can be read, those of the machine too."""

import fcntl
import os
import struct
from errno import EBADF, EINVAL
from typing import Any

_SET, _SET_AND_WAIT = 37, 38  # F_OFD_SETLK, F_OFD_SETLKW: as flock's, they belong to what was opened, not to a process
_KINDS = {fcntl.LOCK_SH: fcntl.F_RDLCK, fcntl.LOCK_EX: fcntl.F_WRLCK, fcntl.LOCK_UN: fcntl.F_UNLCK}


def flock(fd: Any, operation: int, /) -> None:
    """Lock a whole file, or unlock it.

    Raises OSError as `fcntl.flock` does, and ValueError for a lock for oneself alone on what is only open to read: a
    program would take an OSError to say that another has the lock.
    """
    kind = _KINDS.get(operation & ~fcntl.LOCK_NB)
    if kind is None:
        raise OSError(EINVAL, os.strerror(EINVAL))
    command = _SET if operation & fcntl.LOCK_NB else _SET_AND_WAIT
    try:
        fcntl.fcntl(fd, command, struct.pack("hhqqi4x", kind, 0, 0, 0, 0))
    except OSError as error:
        if error.errno == EBADF and _is_read_only(fd):
            raise ValueError("what is only open to read cannot be locked for oneself alone") from None
        raise


def _is_read_only(fd: Any) -> bool:
    try:
        return fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY
    except OSError:
        return False
