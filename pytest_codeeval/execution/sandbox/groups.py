"""Control groups: the kernel's own account of all that ran in a slot, if the machine lets its user make them.

They count what no look at processes can: CPU time of children that nobody waited for, memory in nobody's page table.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

_PREFIX = "codeeval-"
# Each controller's place in version 1, and a file of version 1 or of version 2 that only a group with it has.
_FILES = {"cpuacct": ("cpuacct.usage", "cpu.stat"), "memory": ("memory.usage_in_bytes", "memory.current")}


@dataclass(frozen=True, slots=True)
class Group:
    """The files to read of a slot's groups, each empty if it is not to be had."""

    cpu: str = ""
    memory: str = ""


def join(name: str) -> Group:
    """Put this process, and all that it will start, into groups of the given name, made for it; as far as it may."""
    found: dict[str, str] = {}
    for controller, parent in _parents():
        if controller in found:
            continue
        folder = f"{parent}/{_PREFIX}{name}"
        with suppress(OSError):
            os.mkdir(folder)
            files = (f"{folder}/{file}" for file in _FILES[controller])
            if file := next(filter(os.path.exists, files), ""):
                with open(f"{folder}/cgroup.procs", "w", encoding="ascii") as procs:
                    procs.write("0")
                found[controller] = file
    return Group(found.get("cpuacct", ""), found.get("memory", ""))


def remove(owner: int) -> None:
    """Remove the groups that were made for a process, and those of processes that were killed before they could.

    The name of a group begins with its owner's number. One that somebody is in stays, whoever that is.
    """
    for _, parent in _parents():
        with suppress(OSError):
            for name in os.listdir(parent):
                number = name.removeprefix(_PREFIX).partition("-")[0]
                if name.startswith(_PREFIX) and number.isdigit() and (int(number) == owner or not _is_alive(number)):
                    with suppress(OSError):
                        os.rmdir(f"{parent}/{name}")


def _parents() -> Iterator[tuple[str, str]]:
    """Yield controllers and the folder that this process's own group has for each, of version 1 first."""
    try:
        own = [line.rstrip("\n").split(":", 2) for line in _read("/proc/self/cgroup").splitlines()]
        mounts = [line.split() for line in _read("/proc/self/mountinfo").splitlines()]
    except (OSError, ValueError):
        return
    for number, controllers, path in sorted(own, key=lambda entry: entry[0] == "0"):
        for mount in mounts:
            kind, _, options = mount[mount.index("-") + 1 :]
            if number == "0":
                wanted = tuple(_FILES) if kind == "cgroup2" else ()
            else:
                shared = set(controllers.split(",")) & set(options.split(",")) if kind == "cgroup" else set()
                wanted = tuple(shared & set(_FILES))
            inside = os.path.relpath(path, mount[3])
            if not inside.startswith(".."):
                folder = os.path.normpath(f"{mount[4]}/{inside}")
                yield from ((controller, folder) for controller in wanted)


def _is_alive(number: str) -> bool:
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


def _read(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()
