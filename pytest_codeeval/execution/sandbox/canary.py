"""Canary: tries to get out of the sandbox it is run in, and tells by which ways it could."""

import errno
import json
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from pytest_codeeval.execution.sandbox import kernel
from pytest_codeeval.execution.sandbox.programs import Programs, Table, read_all

_MIB = 1 << 20
_SPARE = 8  # tries above a limit
_QUICK = 0.05
_AF_NETLINK = 16


def main(descriptors: Sequence[int]) -> None:
    """Read from the first descriptor what there is outside, and write to the second what `escapes` finds."""
    world, report = descriptors
    os.write(report, json.dumps(escapes(json.loads(read_all(world)))).encode())


def escapes(world: Mapping[str, Any]) -> list[str]:
    """Return the names of what succeeded, of all that a solution must not be able to do.

    No try changes anything outside of this process where it succeeds.

    `world` says what there is outside; what it leaves out is not tried:
    `secret` a file to read, `outside` a file to make, `port` a TCP port of this machine that somebody listens on,
    `socket` the path of a UNIX socket that somebody listens on, `pid` a process of the same user,
    `processes` and `scratch` the limits on these (slow: tens of milliseconds).
    """
    return [name for name, attempt in _attempts(world).items() if _succeeds(attempt)]


def _attempts(world: Mapping[str, Any]) -> dict[str, Callable[[], object]]:
    tries: dict[str, Callable[[], object]] = {
        "read /etc/passwd": lambda: _read("/etc/passwd"),
        "read the parent's environment": lambda: _read(f"/proc/{os.getppid()}/environ"),
        "read the kernel's log": lambda: _read("/dev/kmsg"),
        "list /proc": lambda: os.listdir("/proc/1"),
        "write beside the scratch folder": lambda: _write("/canary"),
        "mount": _mount_nothing,
        "become root": _become_root,
        "have capabilities": kernel.held_capabilities,
        "hide memory in a file": lambda: os.memfd_create("canary"),
        "open a raw socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
        "open a netlink socket": lambda: socket.socket(_AF_NETLINK, socket.SOCK_RAW),
    }
    given: dict[str, dict[str, Callable[[Any], object]]] = {
        "secret": {"read a file": _read},
        "outside": {"write a file": _write, "make a folder": _make_folder},
        "port": {"connect": _connect, "send a datagram": _aim},
        "socket": {"connect to a UNIX socket": lambda path: _socket(socket.AF_UNIX).connect(path)},
        "pid": {
            "signal a process": lambda pid: os.kill(pid, 0),
            "trace a process": kernel.trace,
            "read a process's memory": lambda pid: _read(f"/proc/{pid}/mem"),
            "change a process's priority": _keep_priority,
        },
        "processes": {"have too many processes": _fork_more_than},
        "scratch": {"fill the scratch folder": _write_more_than},
    }
    for key, attempts in given.items():
        if key in world:
            tries |= {name: _bound(attempt, world[key]) for name, attempt in attempts.items()}
    tries["make a user namespace"] = lambda: kernel.unshare(kernel.NEWUSER)  # last, as it changes what one may do
    return tries


def _bound(attempt: Callable[[Any], object], argument: Any) -> Callable[[], object]:
    return lambda: attempt(argument)


def _succeeds(attempt: Callable[[], object]) -> bool:
    try:
        result = attempt()
    except (OSError, AttributeError):  # AttributeError: there is no such thing on this system
        return False
    return result is None or bool(result)


def _read(path: str) -> bool:
    with open(path, "rb", buffering=0) as file:
        with suppress(OSError):  # to have opened it is bad enough
            file.read(1)
        return True


def _write(path: str) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    os.unlink(path)


def _make_folder(path: str) -> None:
    os.mkdir(path)
    os.rmdir(path)


def _mount_nothing() -> bool:
    """Tell whether it is only the kind of file system that a mount fails for, and no right to mount."""
    try:
        kernel.mount("", "/", "no such kind")
    except OSError as error:
        return error.errno == errno.ENODEV
    return True


def _keep_priority(pid: int) -> None:
    os.setpriority(os.PRIO_PROCESS, pid, os.getpriority(os.PRIO_PROCESS, pid))


def _become_root() -> bool:
    """Tell whether this user could be left for root; one who is root without a right to anything does not count."""
    was = os.getuid()
    os.setuid(0)
    return was != 0


def _socket(family: int = socket.AF_INET, kind: int = socket.SOCK_STREAM) -> socket.socket:
    made = socket.socket(family, kind)
    made.settimeout(_QUICK)
    return made


def _connect(port: int) -> None:
    with _socket() as client:
        client.connect(("127.0.0.1", port))


def _aim(port: int) -> None:
    """Find a way to the port, without sending anything."""
    with _socket(kind=socket.SOCK_DGRAM) as client:
        client.connect(("127.0.0.1", port))


def _fork_more_than(limit: int) -> bool:
    """Tell whether there may be more than `limit` processes, with a few more than that, which end at once."""
    reader, writer = os.pipe()
    children: list[int] = []
    try:
        for _ in range(limit + _SPARE):
            child = os.fork()
            if not child:
                os.close(writer)
                os.read(reader, 1)  # until the parent closes its end
                os._exit(0)
            children.append(child)
    except OSError:
        return False
    finally:
        os.close(writer)
        os.close(reader)
        for child in children:
            os.waitpid(child, 0)
    return True


def _write_more_than(limit: int) -> bool:
    """Tell whether files may hold more than `limit` bytes in all."""
    block = bytes(_MIB)
    written = 0
    files: list[int] = []
    try:
        while written <= limit:
            files.append(os.open(f"canary{len(files)}", os.O_WRONLY | os.O_CREAT, 0o600))
            for _ in range(16):
                written += os.write(files[-1], block)
    finally:
        for file in files:
            os.close(file)
        for place in range(len(files)):
            os.unlink(f"canary{place}")
    return True


PROGRAMS: Table = {Programs.CANARY: main}
