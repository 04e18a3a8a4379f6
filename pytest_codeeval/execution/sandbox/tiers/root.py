"""Root: a file system of nothing but what a solution may read, put together from read-only views of the machine's."""

import os
import stat
from collections import deque

from pytest_codeeval.execution.sandbox import kernel
from pytest_codeeval.execution.sandbox.runtime import Runtime

_DEVICES = ("null", "zero", "full", "random", "urandom")
_MOST_LINKS = 40
# What is readable below /tmp is kept here, as the scratch folder lies over /tmp.
STASH = "/.tmp"


class Root:
    """Is built over an existing folder, in a mount namespace where nobody else sees it, and entered once."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._laid: dict[str, bool] = {}  # real path: is it a view of the machine's, or an empty cover?

    def build(self, runtime: Runtime) -> None:
        """Lay out all files but those of the scratch folder."""
        kernel.mount("root", self._base, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "size=1m,nr_inodes=8k,mode=755")
        readable = {self._copy_links(path) for path in runtime.readable}
        hidden = {os.path.realpath(path) for path in runtime.hidden}
        for path in sorted(readable | hidden):  # what contains something comes before it
            seen = self._is_seen(path)
            if path in hidden and seen:
                self._cover(path)
            elif path not in hidden and not seen:
                self._show(path)
        for path, shown in self._laid.items():
            if not shown:
                kernel.add_mount_attributes(self._at(path), kernel.ATTR_RDONLY, recursive=False)
        os.makedirs(self._base + "/dev/shm", exist_ok=True)
        os.makedirs(self._base + "/tmp", exist_ok=True)
        if runtime.processes:
            os.makedirs(self._base + "/proc", exist_ok=True)
            # While the machine's own is in sight: to who has no rights outside, the kernel shows no more than that.
            flags = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
            kernel.mount("processes", self._base + "/proc", "proc", flags, "subset=pid,hidepid=invisible")
            os.symlink("/proc/self/fd", self._base + "/dev/fd")
            for number, name in enumerate(("stdin", "stdout", "stderr")):
                os.symlink(f"/proc/self/fd/{number}", f"{self._base}/dev/{name}")
        for name in _DEVICES:
            device = "/dev/" + name
            if os.path.exists(device):
                self._mountpoint(device)
                kernel.mount(device, self._at(device), flags=kernel.MS_BIND)
                kernel.add_mount_attributes(self._at(device), kernel.ATTR_NOSUID | kernel.ATTR_NOEXEC)

    def stashed(self) -> list[str]:
        """Return the names directly below /tmp that have to be in the scratch folder too."""
        stash = self._base + STASH
        return sorted(os.listdir(stash)) if os.path.exists(stash) else []

    def enter(self) -> None:
        """Make it the root of this process and forget the machine's own."""
        os.chdir(self._base)
        kernel.pivot_root(".", ".")
        kernel.unmount(".")  # the former root, which came to lie over the new one
        os.chdir("/")

    def _at(self, path: str) -> str:
        if path.startswith("/tmp/"):
            return self._base + STASH + path.removeprefix("/tmp")
        return self._base + path

    def _copy_links(self, path: str) -> str:
        """Return the real path of `path`, having made the links on the way there."""
        real = ""
        parts = deque(path.split("/"))
        links = 0
        while parts:
            part = parts.popleft()
            if part in ("", "."):
                continue
            if part == "..":
                real = os.path.dirname(real).rstrip("/")
                continue
            here = f"{real}/{part}"
            if not stat.S_ISLNK(os.lstat(here).st_mode):
                real = here
                continue
            links += 1
            if links > _MOST_LINKS:
                raise OSError(f"too many links: {path}")
            target = os.readlink(here)
            at = self._at(here)
            if not os.path.lexists(at):
                os.makedirs(os.path.dirname(at), exist_ok=True)
                os.symlink(target, at)
            if target.startswith("/"):
                real = ""
            parts.extendleft(reversed(target.split("/")))
        return real

    def _is_seen(self, path: str) -> bool:
        while path not in self._laid:
            if path in ("/", ""):
                return False
            path = os.path.dirname(path)
        return self._laid[path]

    def _show(self, path: str) -> None:
        self._mountpoint(path)
        kernel.mount(path, self._at(path), flags=kernel.MS_BIND | kernel.MS_REC)
        kernel.add_mount_attributes(self._at(path), kernel.ATTR_RDONLY | kernel.ATTR_NOSUID | kernel.ATTR_NODEV)
        self._laid[path] = True

    def _cover(self, path: str) -> None:
        if not os.path.isdir(path):
            return
        flags = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
        kernel.mount("hidden", self._at(path), "tmpfs", flags, "size=64k,nr_inodes=4k,mode=755")
        self._laid[path] = False

    def _mountpoint(self, path: str) -> None:
        at = self._at(path)
        if os.path.isdir(path):
            os.makedirs(at, exist_ok=True)
            return
        os.makedirs(os.path.dirname(at), exist_ok=True)
        os.close(os.open(at, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o644))
