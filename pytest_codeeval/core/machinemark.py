"""MachineMark: says that a folder is in use by one machine, to the others that share its storage."""

from __future__ import annotations

import fcntl
import os
import socket
import threading
import time
import uuid
from contextlib import suppress
from pathlib import Path

from pytest_codeeval.core.errors import StorageError, UsageError
from pytest_codeeval.core.text import printable

MARK = ".machine"
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_LOOK = 0.25  # seconds
_TRIES = 20
_SIZE = 200  # of the mark, which is always of one length, so that no half of it is read


class MachineMark:
    """A file with the name of the machine and a number that grows while it is in use, until it is closed.

    Locks of a file system may hold on one machine only (NFS with `local_lock`, Lustre with `localflock`), and nobody
    can ask; that a file is made by one of several holds everywhere. Processes of one machine have the mark together.
    That of a machine that does nothing with it for `patience` seconds, with `beat` seconds between two signs of life,
    is taken over; clocks are not compared. `lost` says that another machine has done so, also before a process that
    stood still has done anything else.
    """

    def __init__(self, folder: Path, *, beat: float = 3.0, patience: float = 12.0, machine: str = "") -> None:
        """Raises UsageError where another machine has the folder; where no mark can be made there is none."""
        self._lost = False
        self._path = folder / MARK
        self._folder = folder
        self._beat = beat
        self._patience = patience
        self._machine = machine or _this_machine()
        self._ended = threading.Event()
        self._signing = threading.Lock()
        self._signed = _now()
        self._file = -1
        with suppress(OSError):  # such as a folder that is to be read only
            self._file = self._taken()
        if self._file >= 0:
            threading.Thread(target=self._go_on, name="codeeval-machine", daemon=True).start()

    @property
    def lost(self) -> bool:
        """Whether another machine has the folder now, or had it meanwhile; nothing more is to be written there then."""
        if not self._lost and self._file >= 0 and self._silence() > self._patience / 2:
            with suppress(OSError):
                self._sign()
        return self._lost

    def demand(self) -> None:
        """Raise StorageError where another machine has taken the folder."""
        if self.lost:
            raise StorageError(
                f"a run on another machine has taken over {str(self._folder)!r} while this one stood still; run the "
                "same command again when that one has ended."
            )

    def close(self) -> None:
        """Let other machines have the folder, if no other process of this one is in it."""
        with self._signing:
            self._ended.set()
            file, self._file = self._file, -1
        if file < 0:
            return
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # nobody else of this machine has it
            if not self._lost and os.path.samestat(os.fstat(file), self._path.stat()):
                self._path.unlink()
        os.close(file)

    def _taken(self) -> int:
        for _ in range(_TRIES):
            with suppress(FileExistsError):
                return self._made()
            try:
                file = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
            except FileNotFoundError:
                continue
            if self._is_ours(file):
                return file
            os.close(file)
            self._take_over()
        raise self._in_use("another machine")

    def _made(self) -> int:
        """Make the mark and return it. Raises FileExistsError where there is one, OSError where there can be none."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        try:
            _is_shared(file)
            self._write(file)
        except OSError:  # such as a full disk: one that says nothing would keep others waiting
            self._path.unlink(missing_ok=True)
            os.close(file)
            raise
        with suppress(OSError):  # whoever may make files in the folder may go on with the mark
            os.fchmod(file, self._folder.stat().st_mode & 0o666)
        return file

    def _is_ours(self, file: int) -> bool:
        """Whether a mark that is there is of this machine, and goes on to be."""
        if self._name(os.pread(file, _SIZE, 0)) != self._machine:
            return False
        with suppress(FileNotFoundError):
            if _is_shared(file) and os.path.samestat(os.fstat(file), self._path.stat()):
                return True
        time.sleep(_LOOK)  # it is being removed at this moment
        return False

    def _take_over(self) -> None:
        """Remove the mark of another machine that does not live. Raises UsageError where it does."""
        try:
            before = self._path.read_bytes()
        except FileNotFoundError:
            return
        if self._name(before) == self._machine:
            return
        give_up = time.monotonic() + self._patience
        while time.monotonic() < give_up:
            time.sleep(min(_LOOK, self._patience))
            try:
                found = self._path.read_bytes()
            except FileNotFoundError:
                return
            if self._name(found) == self._machine:  # another process of this one was quicker
                return
            if found != before:
                raise self._in_use(found.decode("utf-8", "replace").partition(" ")[2].partition(" ")[0])
        aside = self._path.with_name(f"{MARK}-{uuid.uuid4().hex}")
        with suppress(FileNotFoundError):
            self._path.rename(aside)
            found = aside.read_bytes()
            if found != before:  # yet another machine was quicker, and it is its mark that was moved
                with suppress(OSError):
                    os.link(aside, self._path)
                aside.unlink()
                raise self._in_use("another machine")
            aside.unlink()

    def _go_on(self) -> None:
        while not self._lost and not self._ended.wait(self._beat):
            with suppress(OSError):  # storage that is away for a moment; what is written there will tell
                self._sign()

    def _sign(self) -> None:
        """Give a sign of life, or find out that another machine has taken over."""
        with self._signing:
            if self._ended.is_set():
                return
            try:
                # Opened each time, as another machine's change is seen by that only.
                file = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
            except FileNotFoundError:
                self._miss()
                return
            try:
                if self._name(os.pread(file, _SIZE, 0)) != self._machine:
                    self._lost = True
                    return
                self._write(file)
            finally:
                os.close(file)

    def _miss(self) -> None:
        """Make the mark again, which somebody has removed: by hand, or after a run there if this one stood still."""
        self._lost = self._silence() > self._patience and self._folder.is_dir()
        if not self._lost:
            with suppress(FileExistsError):
                file, self._file = self._file, self._made()
                os.close(file)

    def _silence(self) -> float:
        return _now() - self._signed

    def _write(self, file: int) -> None:
        host = printable(socket.gethostname(), limit=100).replace(" ", "-")
        os.pwrite(file, f"{self._machine} {host} {time.time_ns()}".encode().ljust(_SIZE)[:_SIZE], 0)
        self._signed = _now()

    def _name(self, content: bytes) -> str:
        return content.decode("utf-8", "replace").partition(" ")[0]

    def _in_use(self, machine: str) -> UsageError:
        return UsageError(
            f"a run on {printable(machine or 'another machine')} is writing to {str(self._folder)!r}; give this one a "
            "folder of its own (`codeeval merge` puts them together), or wait for its end."
        )


def _is_shared(file: int) -> bool:
    """Have a lock on the mark together with others of this machine; where there are no locks it simply stays behind."""
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _this_machine() -> str:
    """Return what tells a machine from others; containers of one machine are one, as their locks are."""
    with suppress(OSError):
        if boot := _BOOT.read_text().strip():
            return boot
    # Without the kernel's word the address alone is not enough: containers have the same ones on all machines.
    return f"{uuid.getnode():x}-{printable(socket.gethostname(), limit=100).replace(' ', '-')}"


def _now() -> float:
    """Return seconds that go on while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
