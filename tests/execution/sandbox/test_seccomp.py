from __future__ import annotations

import os
import signal
import struct
from errno import ENOPROTOOPT, ENOSYS, ENOTTY, EOPNOTSUPP, EPERM

import pytest

from pytest_codeeval.execution.sandbox import kernel, seccomp
from pytest_codeeval.execution.sandbox.syscalls import AUDIT_ARCH, NEWEST, machine, numbers
from pytest_codeeval.execution.sandbox.unavailable import Unavailable

MACHINES = ["x86_64", "aarch64"]
ALLOW, KILL = "allow", "kill"
STRICT = {"network": False, "metadata": False, "truncation": False, "signals_to": 1000}
LOOSE = {"network": True, "metadata": True}


def judge(program: bytes, arch: int, number: int, *arguments: int):
    """What the kernel's interpreter of classic BPF would say: ALLOW, KILL or an errno."""
    padded = [argument & (1 << 64) - 1 for argument in (*arguments, *[0] * (6 - len(arguments)))]
    data = struct.pack("<iIQ6Q", number if number < 1 << 31 else number - (1 << 32), arch, 0, *padded)
    instructions = list(struct.iter_unpack("=HBBI", program))
    place = accumulator = 0
    while True:
        code, if_so, if_not, value = instructions[place]
        place += 1
        if code == 0x20:
            accumulator = struct.unpack_from("<I", data, value)[0]
        elif code == 0x54:
            accumulator &= value
        elif code == 0x05:
            place += value
        elif code == 0x06:
            return {0x7FFF0000: ALLOW, 0x80000000: KILL}.get(value, value & 0xFFFF)
        else:
            holds = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: accumulator & value != 0}[code]
            place += if_so if holds else if_not


@pytest.fixture(params=MACHINES)
def ask(request):
    known, arch = numbers(request.param), AUDIT_ARCH[request.param]

    def ask(policy, name, *arguments):
        number = known.get(name) if isinstance(name, str) else name
        if number is None:
            pytest.skip(f"no {name} on {request.param}")
        return judge(seccomp.build(**policy, architecture=request.param), arch, number, *arguments)

    return ask


@pytest.mark.parametrize(
    ("name", "arguments", "verdict"),
    [
        ("getxattr", (), EOPNOTSUPP),
        ("fgetxattr", (), EOPNOTSUPP),
        ("llistxattr", (), EOPNOTSUPP),
        ("listxattrat", (), EOPNOTSUPP),
        ("fallocate", (), EOPNOTSUPP),
        ("open", (0, 0o20200002), EOPNOTSUPP),
        ("open", (0, 0o1001), ALLOW),
        ("open", (0, 0o1000), EPERM),
        ("rt_sigaction", (17, 0), ALLOW),
        ("rt_sigaction", (17, 0x1000), 0),
        ("rt_sigaction", (17, 0x7F0000000000), 0),
        ("rt_sigaction", (2, 0x1000), ALLOW),
    ],
)
def test_files_of_others_are_in_sight_and_nobody_counts_children(ask, name, arguments, verdict):
    assert ask({**STRICT, "foreign": True, "counted": False}, name, *arguments) == verdict


@pytest.mark.parametrize("policy", [STRICT, LOOSE])
@pytest.mark.parametrize(
    "name",
    ["ptrace", "mount", "unshare", "setns", "bpf", "io_uring_setup", "keyctl", "memfd_create", "shmget", "mq_open",
     "init_module", "reboot", "process_vm_readv", "pidfd_getfd", "setxattr", "file_setattr", "inotify_init1"],
)  # fmt: skip
def test_dangerous_calls_are_refused(ask, policy, name):
    assert ask(policy, name) == EPERM


@pytest.mark.parametrize("machine", MACHINES)
def test_every_call_that_is_not_named_is_allowed_up_to_the_newest(machine):
    program, known = seccomp.build(**STRICT, architecture=machine), set(numbers(machine).values())
    verdicts = {number: judge(program, AUDIT_ARCH[machine], number) for number in range(NEWEST + 100)}
    assert {verdict for number, verdict in verdicts.items() if number not in known and number <= NEWEST} == {ALLOW}
    assert {verdict for number, verdict in verdicts.items() if number > NEWEST} == {ENOSYS}


@pytest.mark.parametrize("machine", MACHINES)
def test_other_architectures_are_killed(machine):
    program = seccomp.build(**LOOSE, architecture=machine)
    assert judge(program, 0x40000003, 20) == KILL
    assert judge(program, AUDIT_ARCH[machine], 0x40000000 | 39) == KILL
    assert judge(program, AUDIT_ARCH[machine], 0xFFFFFFFF) == KILL


def test_an_unknown_machine_has_no_filter():
    with pytest.raises(Unavailable, match="riscv64"):
        seccomp.build(**LOOSE, architecture="riscv64")


@pytest.mark.parametrize(
    ("name", "arguments", "verdict"),
    [
        ("clone3", (), ENOSYS),
        ("clone", (0x3D0F00,), ALLOW),  # a thread
        ("clone", (0x4111,), ALLOW),  # vfork
        ("clone", (0x10000011,), EPERM),  # a user namespace
        ("clone", (0x20011,), EPERM),
        ("clone", (0x8011,), EPERM),  # a sibling
        ("prlimit64", (0,), ALLOW),
        ("prlimit64", (1,), EPERM),
        ("prlimit64", (1 << 32,), ALLOW),  # the kernel looks at the lower half too
        ("setpriority", (0, 0, 5), ALLOW),
        ("setpriority", (2, 0, 5), EPERM),  # all processes of the user
        ("setpriority", (0, 7, 5), EPERM),
        ("sched_setaffinity", (0,), ALLOW),
        ("sched_setaffinity", (7,), EPERM),
        ("ioctl", (1, 0x5401), ALLOW),
        ("ioctl", (1, 0x5412), ENOTTY),  # TIOCSTI
        ("ioctl", (1, 0x8901), ENOTTY),  # FIOSETOWN
        ("fcntl", (1, 2), ALLOW),
        ("fcntl", (1, 8), EPERM),
        ("fcntl", (1, 1026), EPERM),
        ("socketpair", (1, 1 | 0x80000), ALLOW),
        ("socketpair", (1, 2), EPERM),  # datagrams can be sent anywhere
        ("openat2", (), ENOSYS),
        ("open", (0, 0o102), ALLOW),
        ("open", (0, 0o20200002), EOPNOTSUPP),  # O_TMPFILE
        ("openat", (0, 0, 0o20200002), EOPNOTSUPP),
        ("flock", (3, 1 | 4), ALLOW),
        ("flock", (3, 2), EPERM),
        ("flock", (3, 2 | 4), EPERM),
        ("flock", (3, 8), ALLOW),
        ("setsockopt", (3, 1, 2), ALLOW),
        ("setsockopt", (3, 6, 7), ALLOW),  # of TCP
        ("setsockopt", (3, 1, 7), 0),
        ("setsockopt", (3, 1, 33), 0),
        ("getsockopt", (3, 1, 7), ALLOW),
        ("getsockopt", (3, 1, 57), ENOPROTOOPT),
        ("getxattr", (), ALLOW),
        ("fallocate", (), ALLOW),
        ("rt_sigaction", (17, 0x7F0000000000), ALLOW),
        ("chmod", (), ALLOW),
        ("kill", (5,), ALLOW),
        ("socket", (1, 1, 0), ALLOW),
        ("socket", (2, 1 | 0x80800, 6), ALLOW),
        ("socket", (10, 2, 17), ALLOW),
        ("socket", (2, 3, 1), EPERM),  # raw
        ("socket", (16, 3, 0), EPERM),  # netlink
        ("socket", (2, 1, 262), EPERM),  # MPTCP
        ("socket", (40, 1, 0), EPERM),  # vsock
    ],
)
def test_arguments_decide(ask, name, arguments, verdict):
    assert ask(LOOSE, name, *arguments) == verdict


@pytest.mark.parametrize(
    ("name", "arguments", "verdict"),
    [
        ("socket", (2, 1, 0), EPERM),
        ("connect", (), EPERM),
        ("fchmodat", (), EPERM),
        ("utimensat", (), EPERM),
        ("fchown", (), EPERM),
        ("truncate", (), EPERM),
        ("openat2", (), ENOSYS),
        ("openat", (0, 0, 0o1000), EPERM),
        ("openat", (0, 0, 0o1003), EPERM),
        ("openat", (0, 0, 0o1101), ALLOW),  # to write, which there are rules for
        ("open", (0, 0o1000), EPERM),
        ("open", (0, 0o1002), ALLOW),
        ("kill", (1000,), ALLOW),
        ("kill", (-1000,), ALLOW),
        ("kill", (0,), ALLOW),
        ("kill", (-1,), EPERM),
        ("kill", (1,), EPERM),
        ("tgkill", (1000, 1003), ALLOW),
        ("tgkill", (1, 1), EPERM),
        ("pidfd_send_signal", (3,), EPERM),
    ],
)
def test_the_strict_filter_stands_in_for_missing_rules(ask, name, arguments, verdict):
    assert ask(STRICT, name, *arguments) == verdict


@pytest.mark.skipif(not machine(), reason="seccomp is Linux's")
def test_the_kernel_takes_the_program():
    child = os.fork()
    if child == 0:
        code = 1
        try:
            kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
            kernel.Filter(seccomp.build(**STRICT)).install()
            try:
                kernel.unshare(kernel.NEWNS)
            except PermissionError:
                code = 0
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.skipif(machine() != "x86_64", reason="x32 is of x86_64")
def test_the_kernel_kills_what_speaks_another_dialect():
    child = os.fork()
    if child == 0:
        try:
            kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
            kernel.Filter(seccomp.build(**LOOSE)).install()
            kernel._syscall()(0x40000000 | 39, 0, 0, 0, 0, 0, 0)
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGSYS
