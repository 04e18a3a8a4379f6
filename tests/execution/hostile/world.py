"""A world around the sandbox: files, listeners, a secret, other samples; and what of it came to harm."""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

ROOT, PORT = "/mnt/", "8765"
"""What the corpus calls the world's folder and its listener."""
SECRET = {"OPENAI_API_KEY": "sk-of-the-run"}
"""What is to stand in the environment of whoever runs the solutions."""
OTHER = "work/other_sample/solution.py"
"""What another sample has left to be graded."""
OUR_MOUNTS = tuple(f"tmpfs {source} " for source in ("scratch", "root", "hidden", "none"))
PYTEST = "/pytest-of-"
LEFT_BEHIND = ("left_behind", "codeeval_attack")
"""How the files are called that attacks leave in places that others use too."""
_FILES = {
    "home/precious.txt": "precious",
    "site/victim_pkg.py": "VICTIM = True\n",
    OTHER: "def truncate_number(number):\n    return number % 1.0\n",
    "results/results.jsonl": '{"task_id": "HumanEval/0", "passed": false}\n',
}
_MIB = 1 << 20


class World:
    """Lives in a folder of its own, made by the user whom the solutions run for."""

    def __init__(self, folder: Path, dataset: str) -> None:
        """`dataset` is the text of a file with canonical solutions that lies about."""
        self._folder = folder
        self._files = {**_FILES, "site/HumanEval.jsonl": dataset}
        for name, text in self._files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(self._tcp.getsockname())
        self._unix = socket.socket(socket.AF_UNIX)
        self._unix.bind(str(folder / "parent.sock"))
        self._unix.listen()
        self._abstract = socket.socket(socket.AF_UNIX)
        self._abstract.bind(f"\0{folder}")
        self._abstract.listen()
        self._listeners = {"TCP": self._tcp, "a UNIX socket": self._unix, "an abstract socket": self._abstract}
        for listener in (*self._listeners.values(), self._udp):
            listener.setblocking(False)
        self._before = self._state()

    def told(self, text: str) -> str:
        """Return a solution's text with the places that it means in it."""
        port = str(self._tcp.getsockname()[1])
        places = {ROOT: f"{self._folder}/", PORT: port, "@WORLD@": str(os.getpid()), "@FILES@": str(self._folder)}
        places["@OTHER@"] = str(self._folder / OTHER)
        for name, place in places.items():
            text = text.replace(name, place)
        return text

    def harm(self) -> list[str]:
        """Return what has happened to it since it was made or last asked, in words."""
        now = self._state()
        found = [
            f"{name}: {now.get(name)!r} was {was!r}"[:300] for name, was in self._before.items() if now[name] != was
        ]
        self._before = now
        found += [f"a connection over {name}" for name, listener in self._listeners.items() if _accepted(listener)]
        with suppress(BlockingIOError):
            found.append(f"a datagram: {self._udp.recv(100)!r}")
        return found

    def close(self) -> None:
        """Close the listeners."""
        for listener in (*self._listeners.values(), self._udp):
            listener.close()

    def _state(self) -> dict[str, object]:
        files = {path.relative_to(self._folder): _described(path) for path in sorted(self._folder.rglob("*"))}
        shared = [name for name in _entries("/dev/shm") + _entries("/tmp") if name.startswith(LEFT_BEHIND)]
        with open("/proc/self/mountinfo") as file:
            # Those that the sandbox or an attack makes: other programs and tests may mount what they like.
            mounts = [line for line in file if line.partition(" - ")[2].startswith(OUR_MOUNTS) and PYTEST not in line]
        with open("/proc/self/cgroup") as file:
            group = file.read()
        me = (os.getpriority(os.PRIO_PROCESS, 0), sorted(os.sched_getaffinity(0)), Path.cwd(), os.environ.copy())
        return {"files": files, "left behind": shared, "mounts": mounts, "cgroup": group, "this process": me}


def _described(path: Path) -> object:
    seen = path.lstat()
    text = path.read_text() if path.is_file() else ""
    return text, seen.st_mode, seen.st_uid, seen.st_gid, seen.st_nlink, seen.st_mtime_ns


def _entries(folder: str) -> list[str]:
    with suppress(OSError):
        return os.listdir(folder)
    return []


def _accepted(listener: socket.socket) -> bool:
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def below(pid: int) -> list[int]:
    """Return the processes that descend from one, by the kernel's own list."""
    found, waiting = [], [pid]
    while waiting:
        with suppress(OSError):
            here = waiting.pop()
            for thread in os.listdir(f"/proc/{here}/task"):
                with suppress(OSError), open(f"/proc/{here}/task/{thread}/children") as file:
                    children = [int(child) for child in file.read().split()]
                    found += children
                    waiting += children
    return found


class Peak:
    """Measures from time to time how much a tree of processes takes: memory, processes, and room on disk."""

    def __init__(self, pid: int, folder: str, pause: float) -> None:
        self.memory = self.processes = self.disk = 0
        self._pid = pid
        self._folder = folder
        self._pause = pause
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._measure)
        self._thread.start()

    def stop(self) -> dict[str, int]:
        """Return the highest values, in MiB and numbers."""
        self._done.set()
        self._thread.join()
        return {"memory": self.memory // _MIB, "processes": self.processes, "disk": self.disk // _MIB}

    def _measure(self) -> None:
        free = _free(self._folder)
        while not self._done.wait(self._pause):
            processes = below(self._pid)
            self.processes = max(self.processes, len(processes))
            self.memory = max(self.memory, sum(map(_memory, processes)))
            self.disk = max(self.disk, free - _free(self._folder))


def _free(folder: str) -> int:
    space = os.statvfs(folder)
    return space.f_bfree * space.f_frsize


def _memory(pid: int) -> int:
    """Return what a process has in memory and shares with no file."""
    with suppress(OSError, ValueError), open(f"/proc/{pid}/statm") as file:
        resident, shared = file.read().split()[1:3]
        return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE")
    return 0


def wait_until_gone(pids: list[int], seconds: float = 3.0) -> list[int]:
    """Return those of the processes that are still there after a while; orphans that have ended are reaped here."""
    deadline = time.monotonic() + seconds
    while (left := [pid for pid in pids if not _gone(pid)]) and time.monotonic() < deadline:
        time.sleep(0.01)
    return left


def _gone(pid: int) -> bool:
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    return not os.path.exists(f"/proc/{pid}")
