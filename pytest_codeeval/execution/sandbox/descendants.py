"""Descendants of this process: killed and reaped to the last, whatever session or parent they took."""

import os
import resource
import signal
import time
from contextlib import suppress

Death = tuple[int, resource.struct_rusage]

_PAUSE = 0.001


def reap(pid: int) -> Death:
    """Wait until no child is left, and return how `pid` ended; for when all of them were killed or ended."""
    death: Death | None = None
    while True:
        try:
            ended, status, usage = os.wait4(-1, 0)
        except ChildProcessError:
            break
        if ended == pid:
            death = (status, usage)
    return _known(death, pid)


def kill_and_reap(pid: int) -> Death:
    """Kill what descends from this process, again and again until nothing is left; return how `pid` ended.

    Needs a process whose orphaned descendants come back to it (PR_SET_CHILD_SUBREAPER): one that is killed hands its
    children over, so the rounds come to an end. Without /proc only `pid`'s process group can be found.
    """
    return _known(_kill_until_none_is_left(pid), pid)


def kill_rest() -> None:
    """Do the same before this process ends, when no child matters any more."""
    _kill_until_none_is_left(None)


def _kill_until_none_is_left(pid: int | None) -> Death | None:
    death: Death | None = None
    me = os.getpid()
    while True:
        # `pid` has not been reaped in the first round, so its number still means its group.
        if pid is not None and death is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for descendant in below(me):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(descendant, signal.SIGKILL)
        try:
            ended, status, usage = os.wait4(-1, os.WNOHANG)
            while ended:
                if ended == pid:
                    death = (status, usage)
                ended, status, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return death
        time.sleep(_PAUSE)


def _known(death: Death | None, pid: int) -> Death:
    if death is None:
        raise ChildProcessError(f"{pid} is not a child of this process")
    return death


def below(root: int) -> list[int]:
    """Return the processes that descend from `root`, parents first."""
    if not os.path.exists(f"/proc/{root}/task/{root}/children"):
        return _below_by_parent(root)
    found: list[int] = []
    waiting = [root]
    while waiting:
        folder = f"/proc/{waiting.pop()}/task"
        with suppress(OSError):
            for thread in os.listdir(folder):
                with suppress(OSError), open(f"{folder}/{thread}/children", "rb") as file:
                    children = [int(child) for child in file.read().split()]
                    found += children
                    waiting += children
    return found


def _below_by_parent(root: int) -> list[int]:
    """Do so on a kernel that keeps no list of children, from each process's word on its parent."""
    children: dict[int, list[int]] = {}
    with suppress(OSError):
        for name in os.listdir("/proc"):
            if name.isdigit():
                with suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
                    # The program's name stands in parentheses and may hold some itself.
                    parent = int(file.read().rpartition(b")")[2].split()[1])
                    children.setdefault(parent, []).append(int(name))
    found: list[int] = []
    waiting = [root]
    while waiting:
        waiting += (below := children.get(waiting.pop(), []))
        found += below
    return found
