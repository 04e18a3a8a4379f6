"""Landlock: a solution runs among the machine's own files and processes, but may touch next to none of them."""

import os
import resource
import signal
import stat
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from pytest_codeeval.execution.sandbox import identity, kernel, seccomp
from pytest_codeeval.execution.sandbox.descendants import Death, kill_and_reap, kill_rest, reap
from pytest_codeeval.execution.sandbox.limits import Limits
from pytest_codeeval.execution.sandbox.rlimits import lower_for_all, process_limit
from pytest_codeeval.execution.sandbox.runtime import Runtime, visible
from pytest_codeeval.execution.sandbox.tiers.folder import Folder, overflows
from pytest_codeeval.execution.sandbox.tiers.tier import Unavailable

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_MAKE_CHAR, _MAKE_SOCK, _MAKE_BLOCK = 1 << 6, 1 << 9, 1 << 11
_REFER, _TRUNCATE = 1 << 13, 1 << 14
_ALL_FILES = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_ALL_FILES_AND_DEVICES = (1 << 16) - 1  # since 5
_ALL_TCP = 3
_SCOPE_ABSTRACT_SOCKETS, _SCOPE_SIGNALS = 1, 2
_TCP_SINCE, _SCOPES_SINCE, _TRUNCATION_SINCE, _QUIET_SINCE = 4, 6, 3, 7
_LOG_NOTHING = 1

_DEVICES = {
    "/dev/null": _READ_FILE | _WRITE_FILE | _TRUNCATE,
    "/dev/zero": _READ_FILE | _WRITE_FILE,
    "/dev/full": _READ_FILE | _WRITE_FILE,
    "/dev/random": _READ_FILE,
    "/dev/urandom": _READ_FILE,
}
_SPARE_PROCESSES = 4096


class Landlock:
    """Rules for files, made once a supervisor, and a seccomp filter for what they do not cover.

    Weaker than namespaces: that other files and processes exist can be seen, there is no quota on the scratch folder,
    and without a user of its own for solutions nor is there one on processes.
    """

    name = "landlock"
    watches_scratch = True
    numbers_tell = False  # they are the machine's

    def __init__(self, runtime: Runtime, limits: Limits, *, counted: bool = False) -> None:
        """With `counted` a control group counts what children have used that nobody waits for."""
        self._counted = counted
        self._runtime = runtime
        self._limits = limits
        self._abi = 0
        self._user: int | None = None
        self._processes = (0, 0)
        self._filter: kernel.Filter | None = None
        self._kills_at_once = False
        self._ruleset = -1
        self._folder: Folder

    def enter(self) -> None:
        """Make the rules and the scratch folder, and become the parent of all orphans; see Tier."""
        self._abi = kernel.landlock_abi()
        if not self._abi:
            raise Unavailable(self.name, "version", "the kernel has no Landlock, or it is switched off")
        with self._step("user"):
            self._choose_user()
        if self._abi >= _SCOPES_SINCE:
            self._filter = kernel.Filter(self._program(None))
        else:
            self._program(os.getpid())
        with self._step("supervisor"):
            kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
            kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
            self._kills_at_once = self._scope_signals()
        with self._step("rules"):
            self._prepare()
        kernel.drop_bounding_set()
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
        lower_for_all(self._limits)

    def confine(self) -> None:
        """Lock up this process; see Tier."""
        os.setsid()
        if self._user is not None:
            identity.become(self._user)
        kernel.drop_capabilities()
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        os.chdir(self._folder.path)
        resource.setrlimit(resource.RLIMIT_NPROC, self._processes)
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
        kernel.landlock_restrict_self(self._ruleset, _LOG_NOTHING if self._abi >= _QUIET_SINCE else 0)
        os.close(self._ruleset)
        # So that a supervisor of the same user sees what is open; the rules keep solutions from looking at others.
        kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
        (self._filter or kernel.Filter(self._program(os.getpid()))).install()

    def kill(self, pid: int) -> Death:
        """Kill and reap all descendants; see Tier."""
        if self._kills_at_once:
            with suppress(ProcessLookupError, PermissionError):  # refused by all there are: none is ours
                os.kill(-1, signal.SIGKILL)
            return reap(pid)
        return kill_and_reap(pid)

    def restore(self) -> None:
        """Empty the scratch folder, or have another; see Tier."""
        if not self._folder.restore():
            self._forget_folder()
            self._prepare()

    def is_pristine(self) -> bool:
        """Tell whether nobody changed the scratch folder; see Tier."""
        return self._folder.is_pristine()

    def overflown(self) -> bool:
        """Tell whether the files in the scratch folder are more than allowed."""
        return overflows(self._folder.path, self._limits.scratch)

    def close(self) -> None:
        """Kill what is left, if anything, and remove the scratch folder."""
        if self._ruleset >= 0:
            kill_rest()
            self._forget_folder()

    def _forget_folder(self) -> None:
        os.close(self._ruleset)
        self._ruleset = -1
        self._folder.leave()

    def _choose_user(self) -> None:
        """Decide who solutions run as, and how many processes that user may have."""
        user = identity.spare_user(self.name)
        if user is not None and identity.open_to_all((*self._runtime.readable, tempfile.gettempdir())):
            self._user = user
            self._processes = process_limit(self._limits.processes)
        else:
            # All that the user runs counts. So this only keeps a fork bomb within what can be killed.
            self._processes = process_limit(_tasks_of(os.getuid()) + _SPARE_PROCESSES)

    def _program(self, child: int | None) -> bytes:
        return seccomp.build(
            network=False,
            metadata=self._user is not None,  # else all files of the user would be at the mercy of a chmod
            foreign=True,
            counted=self._counted or self._runtime.processes,
            truncation=self._abi >= _TRUNCATION_SINCE,
            signals_to=child,
        )

    def _scope_signals(self) -> bool:
        """Let this process signal its own descendants only; tell whether that can be proved.

        To signal all processes then means all descendants, none of which can slip away meanwhile.
        """
        if self._abi < _SCOPES_SINCE:
            return False
        parent = os.getppid()
        could = parent > 0 and _may_signal(parent)
        ruleset = kernel.landlock_create_ruleset(struct.pack("=3Q", _REFER, 0, _SCOPE_SIGNALS))
        try:
            # Rules that say nothing of it forbid to move a file from one folder to another.
            self._allow("/", _REFER, ruleset)
            kernel.landlock_restrict_self(ruleset)
        finally:
            os.close(ruleset)
        return could and not _may_signal(parent)

    def _prepare(self) -> None:
        """Make a scratch folder and the rules that grant it."""
        self._folder = Folder(self._user)
        every = _ALL_FILES.get(self._abi, _ALL_FILES_AND_DEVICES)
        attributes = struct.pack("=3Q", every, _ALL_TCP, _SCOPE_ABSTRACT_SOCKETS | _SCOPE_SIGNALS)
        size = 24 if self._abi >= _SCOPES_SINCE else 16 if self._abi >= _TCP_SINCE else 8
        self._ruleset = kernel.landlock_create_ruleset(attributes[:size])
        whole, listed = visible(self._runtime)
        rights = dict.fromkeys(whole, _EXECUTE | _READ_FILE | _READ_DIR)
        rights |= dict.fromkeys(listed, _READ_DIR)
        rights |= _DEVICES
        rights[self._folder.path] = every & ~(_MAKE_CHAR | _MAKE_BLOCK | _MAKE_SOCK)
        for path, wish in rights.items():
            with suppress(FileNotFoundError):
                self._allow(path, wish & every, self._ruleset)

    def _allow(self, path: str, rights: int, ruleset: int) -> None:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
                rights &= ~_READ_DIR
            kernel.landlock_allow(ruleset, descriptor, rights)
        finally:
            os.close(descriptor)

    @contextmanager
    def _step(self, step: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise Unavailable(self.name, step, error) from None


def _may_signal(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def _tasks_of(user: int) -> int:
    """Return about how many threads a user has, all processes together."""
    count = 0
    for name in os.listdir("/proc"):
        with suppress(OSError):
            if name.isdigit() and (seen := os.stat(f"/proc/{name}/task")).st_uid == user:
                count += seen.st_nlink - 2
    return count
