"""The seccomp filter: which system calls a solution may make, as a classic BPF program written by hand.

A program is a binary search over the call's number whose leaves allow, refuse, or look at arguments. It can only see
numbers, so what takes its arguments from memory (clone3, and openat2 where flags matter) does not exist.
"""

import struct
from errno import ENOPROTOOPT, ENOSYS, ENOTTY, EOPNOTSUPP, EPERM

from pytest_codeeval.execution.sandbox.syscalls import AUDIT_ARCH, NEWEST, machine, numbers
from pytest_codeeval.execution.sandbox.unavailable import Unavailable

Instruction = tuple[int, int, int, int]
Check = list[Instruction]  # refuses, or falls through

# Reaching into other processes, the kernel, mounts and clocks; memory that RLIMIT_AS does not see; things that
# outlive a process or can be watched from another (keys, queues, extended attributes, notifications).
_REFUSED = """
    ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd process_madvise process_mrelease move_pages migrate_pages
    mount umount2 fsopen fsconfig fsmount fspick open_tree open_tree_attr move_mount mount_setattr statmount listmount
    pivot_root chroot unshare setns keyctl add_key request_key bpf perf_event_open userfaultfd
    io_uring_setup io_uring_enter io_uring_register kexec_load kexec_file_load init_module finit_module delete_module
    create_module query_module get_kernel_syms reboot swapon swapoff acct quotactl quotactl_fd
    name_to_handle_at open_by_handle_at syslog lsm_set_self_attr settimeofday clock_settime adjtimex clock_adjtime
    sethostname setdomainname iopl ioperm personality modify_ldt memfd_create memfd_secret vmsplice lookup_dcookie
    uselib ustat sysfs _sysctl vhangup nfsservctl
    shmget shmat shmctl shmdt semget semop semtimedop semctl msgget msgsnd msgrcv msgctl
    mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr
    fanotify_init fanotify_mark inotify_init inotify_init1 inotify_add_watch inotify_rm_watch
    setxattr lsetxattr fsetxattr setxattrat removexattr lremovexattr fremovexattr removexattrat file_setattr
"""
_ATTRIBUTES = "getxattr lgetxattr fgetxattr getxattrat listxattr llistxattr flistxattr listxattrat"
_METADATA = "chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes utimensat futimesat"
_NETWORK = "socket connect bind listen"

_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_LOAD, _AND, _RETURN, _JUMP, _EQUAL, _AT_LEAST, _ANY_BIT = 0x20, 0x54, 0x06, 0x05, 0x15, 0x35, 0x45
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16
_X32 = 0x40000000

_SELF = 0
_CLONE_NEW_OR_PARENT = 0x7E028000  # all namespaces, and CLONE_PARENT: a child is nobody's sibling
_AF_UNIX, _AF_INET, _AF_INET6 = 1, 2, 10
_SOCK_STREAM, _SOCK_DGRAM, _SOCK_SEQPACKET = 1, 2, 5
_SOCK_TYPE = 0xF
_TCP, _UDP = 6, 17
# TCGETS, TCGETS2, TIOCGWINSZ, SIOCOUTQ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX: what Python itself asks of a file. The
# rest would reach terminals, send signals (FIOSETOWN) or change attributes of files opened to read.
_IOCTLS = (0x5401, 0x802C542A, 0x5413, 0x5411, 0x541B, 0x5421, 0x5450, 0x5451)
# F_SETOWN, F_SETSIG, F_SETOWN_EX send signals; F_SETLEASE stops others; F_NOTIFY watches; F_SET_RW_HINT leaves a mark.
_FCNTLS = (8, 10, 15, 1024, 1026, 1036, 1038)
_O_TRUNC = 0o1000
# A file that never had a name: nothing of it is to be seen in the scratch folder, before or after, but for a counter.
_O_TMPFILE = 0o20000000
_LOCK_EX = 2
_SOL_SOCKET = 1
_BUFFERS = (7, 8, 32, 33)  # SO_SNDBUF, SO_RCVBUF, and both by force: memory of the kernel's
_COOKIES = (57, 71)  # SO_COOKIE, SO_NETNS_COOKIE: they count the sockets of the machine
_SIGCHLD = 17


def build(
    *,
    network: bool,
    metadata: bool,
    foreign: bool = False,
    counted: bool = True,
    truncation: bool = True,
    signals_to: int | None = None,
    architecture: str | None = None,
) -> bytes:
    """Return the program for this machine, or for the one named.

    `network`: sockets of the internet and UNIX families exist (else only pairs of connected ones).
    `metadata`: modes, owners and times of files may be changed.
    `foreign`: files are in sight that are not for solutions, and the scratch folder lies on the machine's disk.
    `counted`: somebody else sees to the CPU time of children that nobody waits for. Otherwise what becomes of children
    stays as it is by default, whatever is asked for.
    `truncation`: somebody else sees to it that a file opened to read is not cut short.
    `signals_to`: the one process that signals may go to; None where somebody else sees to that.
    """
    architecture = architecture or machine()
    known = numbers(architecture)
    if not known:
        raise Unavailable("seccomp", "filter", f"system calls of {architecture or 'this machine'!r} are not known")
    leaves: dict[str, Check] = {name: [_refuse()] for name in _REFUSED.split()}
    leaves |= {
        "clone3": [_refuse(ENOSYS)],
        "clone": _no_bits(0, _CLONE_NEW_OR_PARENT),
        "prlimit64": _one_of(0, (_SELF,)),
        "sched_setaffinity": _one_of(0, (_SELF,)),
        "sched_setscheduler": _one_of(0, (_SELF,)),
        "sched_setparam": _one_of(0, (_SELF,)),
        "sched_setattr": _one_of(0, (_SELF,)),
        "setpriority": _one_of(0, (0,)) + _one_of(1, (_SELF,)),  # PRIO_PROCESS
        "ioprio_set": _one_of(0, (1,)) + _one_of(1, (_SELF,)),  # IOPRIO_WHO_PROCESS
        "ioctl": _one_of(1, _IOCTLS, refusal=ENOTTY),
        "fcntl": _none_of(1, _FCNTLS),
        # A pair of datagram sockets could still send to any address.
        "socketpair": _one_of(0, (_AF_UNIX,)) + _one_of(1, (_SOCK_STREAM, _SOCK_SEQPACKET), mask=_SOCK_TYPE),
        "flock": _no_bits(1, _LOCK_EX),  # any file that can be read could be locked
        "open": _no_bits(1, _O_TMPFILE, refusal=EOPNOTSUPP),
        "openat": _no_bits(2, _O_TMPFILE, refusal=EOPNOTSUPP),
        "openat2": [_refuse(ENOSYS)],
        # These succeed and do nothing, as a kernel may that has its own mind about sizes.
        "setsockopt": _when(1, _SOL_SOCKET, _none_of(2, _BUFFERS, refusal=0)),
        "getsockopt": _when(1, _SOL_SOCKET, _none_of(2, _COOKIES, refusal=ENOPROTOOPT)),
        # Other types and protocols would make the kernel load modules.
        "socket": _one_of(0, (_AF_UNIX, _AF_INET, _AF_INET6))
        + _one_of(1, (_SOCK_STREAM, _SOCK_DGRAM, _SOCK_SEQPACKET), mask=_SOCK_TYPE)
        + _one_of(2, (0, _TCP, _UDP)),
    }
    if not network:
        leaves |= {name: [_refuse()] for name in _NETWORK.split()}
    if not metadata:
        leaves |= {name: [_refuse()] for name in _METADATA.split()}
    if foreign:
        # A file that is only promised takes room, and nobody has written it.
        leaves |= {name: [_refuse(EOPNOTSUPP)] for name in [*_ATTRIBUTES.split(), "fallocate"]}
    if not counted:
        leaves["rt_sigaction"] = _when(0, _SIGCHLD, _is_null(1, refusal=0))
    if not truncation:
        leaves |= {"truncate": [_refuse()], "open": leaves["open"] + _cuts(1), "openat": leaves["openat"] + _cuts(2)}
    if signals_to is not None:
        leaves |= {name: _one_of(0, (signals_to,)) for name in _SIGNALS}
        leaves |= {"kill": _one_of(0, (signals_to, 0, -signals_to)), "pidfd_send_signal": [_refuse()]}
    return _assemble(AUDIT_ARCH[architecture], {known[name]: leaf for name, leaf in leaves.items() if name in known})


_SIGNALS = ("tgkill", "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo")


def _assemble(arch: int, leaves: dict[int, Check]) -> bytes:
    """Return the program as bytes: checks of the architecture, then the search."""
    ranges: list[tuple[int, Check]] = [(0, [_allow()])]  # where a range starts, and what holds in it
    for number in sorted(leaves):
        check = leaves[number]
        _start(ranges, number, check if len(check) == 1 else [*check, _allow()])
        _start(ranges, number + 1, [_allow()])
    _start(ranges, NEWEST + 1, [_refuse(ENOSYS)])
    program = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, arch),
        _return(_KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _X32),
        _return(_KILL),
        *_search(ranges),
    ]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def _start(ranges: list[tuple[int, Check]], number: int, leaf: Check) -> None:
    """Let another range start at `number`, unless it would be like the one before."""
    if ranges[-1][0] == number:
        ranges.pop()
    if not ranges or ranges[-1][1] != leaf:
        ranges.append((number, leaf))


def _search(ranges: list[tuple[int, Check]]) -> Check:
    if len(ranges) == 1:
        return ranges[0][1]
    middle = len(ranges) // 2
    low, high = _search(ranges[:middle]), _search(ranges[middle:])
    start = ranges[middle][0]
    if len(low) < 256:  # what a conditional jump can pass over
        return [(_AT_LEAST, len(low), 0, start), *low, *high]
    return [(_AT_LEAST, 0, 1, start), (_JUMP, 0, 0, len(low)), *low, *high]


def _one_of(argument: int, values: tuple[int, ...], *, mask: int | None = None, refusal: int = EPERM) -> Check:
    """Refuse unless the argument's low half is one of the values."""
    tests = [(_EQUAL, len(values) - place, 0, value & 0xFFFFFFFF) for place, value in enumerate(values)]
    return [*_load(argument, mask), *tests, _refuse(refusal)]


def _none_of(argument: int, values: tuple[int, ...], *, mask: int | None = None, refusal: int = EPERM) -> Check:
    """Refuse if the argument's low half is one of the values."""
    tests = [(_EQUAL, len(values) - place, 0, value & 0xFFFFFFFF) for place, value in enumerate(values)]
    return [*_load(argument, mask), *tests, (_JUMP, 0, 0, 1), _refuse(refusal)]


def _no_bits(argument: int, bits: int, *, refusal: int = EPERM) -> Check:
    """Refuse if the argument has one of the bits."""
    return [*_load(argument, None), (_ANY_BIT, 0, 1, bits), _refuse(refusal)]


def _when(argument: int, value: int, check: Check) -> Check:
    """Make the check if the argument's low half is the value."""
    return [*_load(argument, None), (_EQUAL, 0, len(check), value), *check]


def _is_null(argument: int, *, refusal: int) -> Check:
    """Refuse unless the argument, a pointer, leads nowhere."""
    low, high = (_LOAD, 0, 0, _ARGUMENTS + 8 * argument), (_LOAD, 0, 0, _ARGUMENTS + 8 * argument + 4)
    return [low, (_EQUAL, 0, 2, 0), high, (_EQUAL, 1, 0, 0), _refuse(refusal)]


def _cuts(argument: int) -> Check:
    """Refuse to truncate by opening in another mode than to write (3 is one too: neither reads nor writes)."""
    return _none_of(argument, (_O_TRUNC, _O_TRUNC | 3), mask=_O_TRUNC | 3)


def _load(argument: int, mask: int | None) -> Check:
    word = (_LOAD, 0, 0, _ARGUMENTS + 8 * argument)
    return [word] if mask is None else [word, (_AND, 0, 0, mask)]


def _refuse(error: int = EPERM) -> Instruction:
    return _return(_ERRNO | error)


def _allow() -> Instruction:
    return _return(_ALLOW)


def _return(action: int) -> Instruction:
    return (_RETURN, 0, 0, action)
