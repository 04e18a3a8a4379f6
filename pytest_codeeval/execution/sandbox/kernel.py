"""Calls of the Linux kernel that Python's own modules lack, each raising OSError where it fails."""

import ctypes
import os
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from errno import ENOSYS
from functools import cache
from typing import Any

from pytest_codeeval.execution.sandbox.syscalls import machine, numbers

NEWNS, NEWCGROUP, NEWUTS, NEWIPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000

MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_NOATIME = 2, 4, 8, 0x400
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
MNT_DETACH = 2
ATTR_RDONLY, ATTR_NOSUID, ATTR_NODEV, ATTR_NOEXEC = 1, 2, 4, 8

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38

CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_KILL, CAP_SETGID, CAP_SETUID = 0, 1, 3, 5, 6, 7

_PTRACE_SEIZE = 0x4206
_AT_FDCWD = -100
_AT_RECURSIVE = 0x8000
_SECCOMP_SET_MODE_FILTER = 1
_LANDLOCK_VERSION = 1
_LANDLOCK_PATH_BENEATH = 1
_CAPABILITY_HEADER = struct.pack("=Ii", 0x20080522, 0)
_NO_CAPABILITIES = bytes(24)


def unshare(flags: int) -> None:
    """Give this process namespaces of its own."""
    _call("unshare", flags)


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Attach a file system, or with flags change or move one, as the call of that name does."""
    _call("mount", os.fsencode(source), os.fsencode(target), kind.encode(), flags, options.encode())


def unmount(target: str) -> None:
    """Take a mount out of the tree at once, whoever still uses it."""
    _call("umount2", os.fsencode(target), MNT_DETACH)


def pivot_root(new: str, old: str) -> None:
    """Make the mount `new` the root of all, with the former root at `old`."""
    _call("pivot_root", os.fsencode(new), os.fsencode(old))


def add_mount_attributes(path: str, attributes: int, *, recursive: bool = True) -> None:
    """Add ATTR_ flags to the mount at `path` and by default to all below it, keeping those that are locked."""
    wish = struct.pack("=4Q", attributes, 0, 0, 0)
    _call("mount_setattr", _AT_FDCWD, os.fsencode(path), _AT_RECURSIVE if recursive else 0, wish, len(wish))


def prctl(option: int, value: int = 0) -> None:
    """Set an attribute of this process."""
    _call("prctl", option, value)


def trace(pid: int) -> None:
    """Become the tracer of a process, without stopping it."""
    _call("ptrace", _PTRACE_SEIZE, pid, None, None)


def held_capabilities() -> int:
    """Return the effective capabilities of this process as a bit set."""
    data = ctypes.create_string_buffer(24)
    _call("capget", _CAPABILITY_HEADER, data)
    low, _, _, high, _, _ = struct.unpack("=6I", data.raw)
    return int(low | high << 32)


def drop_capabilities() -> None:
    """Give up every capability of this process; needs none."""
    _call("capset", _CAPABILITY_HEADER, _NO_CAPABILITIES)


def drop_bounding_set() -> None:
    """Take every capability out of reach of children that give up theirs; this process keeps what it has."""
    with suppress(OSError):  # no CAP_SETPCAP; or past the last one this kernel knows
        for capability in range(64):
            prctl(PR_CAPBSET_DROP, capability)


def landlock_abi() -> int:
    """Return the version of Landlock that the kernel offers; 0 where it is missing or off."""
    try:
        return _call("landlock_create_ruleset", None, 0, _LANDLOCK_VERSION)
    except OSError:
        return 0


def landlock_create_ruleset(attributes: bytes) -> int:
    """Return the descriptor of a new ruleset."""
    return _call("landlock_create_ruleset", attributes, len(attributes), 0)


def landlock_allow(ruleset: int, path: int, rights: int) -> None:
    """Grant rights on everything beneath the descriptor `path`."""
    _call("landlock_add_rule", ruleset, _LANDLOCK_PATH_BENEATH, struct.pack("=Qi", rights, path), 0)


def landlock_restrict_self(ruleset: int, flags: int = 0) -> None:
    """Put this process into a domain with the rules so far; it has to have no_new_privs or CAP_SYS_ADMIN."""
    _call("landlock_restrict_self", ruleset, flags)


class Filter:
    """A seccomp program in the form in which the kernel takes it, so that nothing is left to do in a child."""

    def __init__(self, program: bytes) -> None:
        self.length = len(program) // 8
        self._program = ctypes.create_string_buffer(program, len(program))
        self._header = struct.pack("HxxxxxxP", self.length, ctypes.addressof(self._program))

    def install(self) -> None:
        """Filter the calls of this thread, and of all it starts, for good."""
        _call("seccomp", _SECCOMP_SET_MODE_FILTER, 0, self._header)


def _call(name: str, *arguments: Any) -> int:
    number = _numbers().get(name)
    if number is None:
        raise OSError(ENOSYS, os.strerror(ENOSYS), name)
    padding = (0,) * (6 - len(arguments))
    result = _syscall()(number, *arguments, *padding)
    if result == -1:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error), name)
    return result


@cache
def _numbers() -> dict[str, int]:
    return numbers(machine())


@cache
def _syscall() -> Callable[..., int]:
    function = ctypes.CDLL(None, use_errno=True).syscall
    # Every argument is as wide as a pointer; ctypes would pass a bare number as a C int.
    function.argtypes = [ctypes.c_long] + [ctypes.c_void_p] * 6
    function.restype = ctypes.c_long
    return function


def fork() -> int:
    """Fork without what Python's own does in the child for threads and for modules that wait for it.

    Only for a process of one thread, with the standard library alone in it: of that, nothing is left to do but to seed
    `random`. Each page that a child writes to is copied, which is most of what it costs, and Python's own writes to a
    third of them. Raises OSError where there can be no more processes.
    """
    if sys.platform != "linux":
        return os.fork()
    pid = _c_library().fork()
    if pid < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return int(pid)


@cache
def _c_library() -> ctypes.PyDLL:
    return ctypes.PyDLL(None, use_errno=True)  # it keeps the interpreter's lock


def trim_memory() -> None:
    """Give memory that is free back to the system, where the C library can (glibc)."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
