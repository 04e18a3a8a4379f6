"""Namespaces: a solution sees a machine of its own, with no network, no other processes and few files."""

import os
import resource
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EPERM

from pytest_codeeval.execution.sandbox import identity, kernel, seccomp
from pytest_codeeval.execution.sandbox.descendants import Death, reap
from pytest_codeeval.execution.sandbox.limits import Limits
from pytest_codeeval.execution.sandbox.rlimits import lower_for_all, process_limit
from pytest_codeeval.execution.sandbox.runtime import Runtime
from pytest_codeeval.execution.sandbox.scratch import MOST_FILES
from pytest_codeeval.execution.sandbox.tiers.root import STASH, Root
from pytest_codeeval.execution.sandbox.tiers.tier import Unavailable

_SPACES = kernel.NEWNS | kernel.NEWPID | kernel.NEWNET | kernel.NEWIPC | kernel.NEWUTS
_SCRATCH = ("/tmp", "/dev/shm")
_HOST = "localhost"
_MOST_DESCRIPTORS = 1 << 16
_SUPERVISORS = 2  # the outer and the inner one count for a user of both


class Namespaces:
    """Namespaces made once a supervisor, which is pid 1 in them; only a dirty scratch folder is made anew.

    Works for root and, through a user namespace, for others where the machine lets them have one.
    """

    name = "namespaces"
    watches_scratch = False
    numbers_tell = False

    def __init__(self, runtime: Runtime, limits: Limits, *, adopted: bool = False, counted: bool = False) -> None:
        """With `adopted` nobody stands by for pid 1: a subreaper takes it over, and it ends when it is hung up on.

        With `counted` a control group counts what children have used that nobody waits for.
        """
        self._counted = counted
        self._adopted = adopted
        self._runtime = runtime
        self._limits = limits
        self._filter: kernel.Filter
        self._user: int | None = None  # for solutions, where it is not the supervisor's own
        self._processes = (0, 0)
        self._stashed: list[str] = []
        self._pristine: tuple[int, ...] = ()
        self._counter = -1  # of process numbers

    def enter(self) -> None:
        """Make the namespaces and the root, and go on as pid 1 in them; see Tier."""
        self._filter = kernel.Filter(self._program())
        parent = os.getppid()
        self._unshare()
        with self._step("fork"):
            if not self._adopted:
                kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
                if os.getppid() != parent:
                    os._exit(1)
            if inner := os.fork():
                if self._adopted:
                    os._exit(0)
                _stand_by(inner)
            if not self._adopted:
                kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
        self._open_counter()
        with self._step("name of the machine"):
            socket.sethostname(_HOST)
        umask = os.umask(0o022)
        self._replace_root()
        os.umask(umask)
        own = _SUPERVISORS if self._user is None else 0
        self._processes = process_limit(self._limits.processes + own)
        if self._user is None:
            # Signals without a handler never reach pid 1 from inside. Python's own handler would let SIGINT through.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
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
        os.chdir(_SCRATCH[0])
        resource.setrlimit(resource.RLIMIT_NPROC, self._processes)
        # So that a worker of the same user sees what is open and mapped; from inside nothing is seen of others.
        kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
        self._filter.install()

    def kill(self, pid: int) -> Death:
        """Kill and reap all others in the namespace, at one stroke; see Tier."""
        with suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)
        return reap(pid)

    def restore(self) -> None:
        """Have a scratch folder as good as new, and process numbers start anew; see Tier."""
        if not self.is_pristine():
            self._discard_scratch()
            self._mount_scratch()
        self._date_scratch()
        if self._counter >= 0:
            os.pwrite(self._counter, b"1", 0)

    def is_pristine(self) -> bool:
        """Tell whether nobody changed the scratch folder; see Tier."""
        return self._state() == self._pristine

    def overflown(self) -> bool:
        """Tell that the scratch folder is within its quota, as its file system sees to that."""
        return False

    def close(self) -> None:
        """Do nothing: all there is goes with the last process."""

    def _open_counter(self) -> None:
        """Keep hold of what sets the next process number in this namespace, and is out of reach in the new root."""
        name = "sys/kernel/ns_last_pid"
        try:
            self._counter = os.open(f"/proc/{name}", os.O_WRONLY | os.O_CLOEXEC)
        except OSError:
            try:  # a container may show its own read-only
                kernel.mount("", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
                kernel.mount("processes", "/proc", "proc", kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC)
                self._counter = os.open(f"/proc/{name}", os.O_WRONLY | os.O_CLOEXEC)
            except OSError:
                self.numbers_tell = True

    def _program(self) -> bytes:
        # Where whole languages run, many of their tools could not do without signals from their children.
        return seccomp.build(network=True, metadata=True, counted=self._counted or self._runtime.processes)

    def _unshare(self) -> None:
        try:
            kernel.unshare(_SPACES)
            self._user = identity.spare_user(self.name)
        except OSError as error:
            if error.errno != EPERM:
                raise Unavailable(self.name, "unshare", error) from None
            self._unshare_as_user()
        with suppress(OSError):  # not in every kernel, and not much to see there
            kernel.unshare(kernel.NEWCGROUP)

    def _unshare_as_user(self) -> None:
        user = identity.spare_user(self.name)
        if user is not None and identity.open_to_all(self._runtime.readable):
            identity.become(user)
            kernel.prctl(kernel.PR_SET_DUMPABLE, 1)  # else its files in /proc would belong to root
        uid, gid = os.geteuid(), os.getegid()
        with self._step("user namespace"):
            kernel.unshare(kernel.NEWUSER | _SPACES)
            for name, content in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
                with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                    file.write(content)

    def _replace_root(self) -> None:
        with self._step("mounts"):
            kernel.mount("", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
            # It exists everywhere, and nothing in it is needed any more; but another /proc needs this one in sight.
            root = Root("/sys" if self._runtime.processes else "/proc")
            root.build(self._runtime)
            self._stashed = root.stashed()
        with self._step("new root"):
            root.enter()
        with self._step("scratch folder"):
            self._mount_scratch()
            kernel.add_mount_attributes("/", kernel.ATTR_RDONLY, recursive=False)

    def _mount_scratch(self) -> None:
        """Mount one file system for all that may be written, whose size is the quota, at both places."""
        options = f"size={self._limits.scratch},nr_inodes={MOST_FILES},mode=755"
        # Who has looked at it is nobody's business: the folder outlives whoever changes nothing in it.
        flags = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOATIME
        kernel.mount("scratch", "/tmp", "tmpfs", flags, options)
        for folder in ("/tmp/tmp", "/tmp/shm"):
            os.mkdir(folder, 0o700)
            if self._user is not None:
                os.chown(folder, self._user, self._user)
        kernel.mount("/tmp/shm", "/dev/shm", flags=kernel.MS_BIND)
        kernel.mount("/tmp/tmp", "/tmp", flags=kernel.MS_BIND)
        for name in self._stashed:
            os.mkdir(f"/tmp/{name}", 0o755)
            kernel.mount(f"{STASH}/{name}", f"/tmp/{name}", flags=kernel.MS_BIND | kernel.MS_REC)
            kernel.add_mount_attributes(f"/tmp/{name}", kernel.ATTR_RDONLY)  # its owner may be who runs solutions
        self._date_scratch()

    def _date_scratch(self) -> None:
        """Let the folders be of this moment, so that their age does not tell what was done before."""
        for folder in _SCRATCH:
            os.utime(folder)
        self._pristine = self._state()

    def _discard_scratch(self) -> None:
        """Let go of all files at once, without a look at them."""
        kernel.unmount("/dev/shm")
        kernel.unmount("/tmp")
        kernel.unmount("/tmp")  # the whole, which its own folder lay over

    def _state(self) -> tuple[int, ...]:
        space = os.statvfs("/tmp")
        state = [space.f_bfree, space.f_ffree]
        for folder in _SCRATCH:
            seen = os.stat(folder)
            state += (seen.st_mode, seen.st_uid, seen.st_gid, seen.st_nlink, seen.st_size)
            state += (seen.st_mtime_ns, seen.st_ctime_ns)
        return tuple(state)

    @contextmanager
    def _step(self, step: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise Unavailable(self.name, step, error) from None


def _stand_by(inner: int) -> None:
    """Wait for pid 1 of the namespaces, which dies with this process, and exit as it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.closerange(0, min(os.sysconf("SC_OPEN_MAX"), _MOST_DESCRIPTORS))
    status = 1
    with suppress(OSError):
        status = os.waitstatus_to_exitcode(os.waitpid(inner, 0)[1])
    os._exit(status if status >= 0 else 128 - status)
