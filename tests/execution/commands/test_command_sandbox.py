"""Commands in the sandbox: what they get, what they may not, and what is left of them."""

from __future__ import annotations

import shlex
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_codeeval.core.errors import SandboxError
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.commands.command import Built, Command, Execution
from pytest_codeeval.execution.commands.command_sandbox import ROOM, CommandSandbox, limits_for
from pytest_codeeval.execution.commands.drain import Drain
from pytest_codeeval.execution.commands.sandbox_pool import SandboxPool
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.client import SandboxServer
from pytest_codeeval.execution.sandbox.interpreter import python_runtime
from pytest_codeeval.execution.sandbox.programs import COMMANDS
from pytest_codeeval.execution.sandbox.runtime import Runtime
from pytest_codeeval.execution.sandbox.slotclient import TierRefused

SH = "/bin/sh"
PYTHON = "/usr/bin/python3"


@pytest.fixture(scope="module", params=["namespaces", "landlock"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[CommandSandbox]:
    """A sandbox in each tier that this machine gives."""
    try:
        runtime = Runtime((*python_runtime().readable, "/usr"), processes=True)
        server = SandboxServer(request.param, [runtime], COMMANDS, ROOM)
    except TierRefused as error:
        pytest.skip(str(error))
    yield CommandSandbox(server.slots[0])
    server.close()


def sh(sandbox: CommandSandbox, script: str, seconds: float = 5.0) -> Execution:
    """Execute a shell script."""
    return sandbox.execute({"script.sh": script.encode()}, Command((SH, "script.sh")), limits_for(seconds), seconds)


def python(sandbox: CommandSandbox, source: str, seconds: float = 5.0) -> Execution:
    """Execute a Python program with the system's own interpreter."""
    if not Path(PYTHON).exists():
        pytest.skip(f"{PYTHON} is not there")
    command = Command((PYTHON, "-S", "program.py"))
    return sandbox.execute({"program.py": source.encode()}, command, limits_for(seconds), seconds)


def test_a_command_has_its_files_and_three_ways_out(sandbox: CommandSandbox) -> None:
    files = {"a/b.txt": b"text", "run.sh": b"cat a/b.txt; echo wrong >&2; echo word >&3; exit 3"}
    ran = sandbox.execute(files, Command(("{here}/run.sh",)), limits_for(5), 5)
    assert ran.ended.code != 0, "a script without its first line is none that the kernel executes"
    ran = sandbox.execute(files, Command((SH, "{here}/run.sh")), limits_for(5), 5)
    assert (ran.output, ran.errors, ran.report) == (b"text", b"wrong\n", b"word\n")
    assert (ran.ended.code, ran.ended.by_itself, ran.overrun) == (3, True, None)


def test_a_command_has_next_to_no_environment_and_nothing_to_read(
    sandbox: CommandSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODEEVAL_TEST_API_KEY", "secret")
    ran = sandbox.execute({}, Command((SH, "-c", "env; read line; echo $?"), {"A": "{here}/x"}), limits_for(5), 5)
    names = {line.partition(b"=")[0] for line in ran.output.splitlines()}
    assert names - {b"PWD", b"OLDPWD", b"SHLVL", b"_"} == {b"PATH", b"HOME", b"TMPDIR", b"LANG", b"A", b"1"}
    assert b"secret" not in ran.output


def test_a_folder_is_empty_again_for_the_next_command(sandbox: CommandSandbox) -> None:
    sh(sandbox, "mkdir -p deep/er; echo left > deep/er/file; chmod 0 deep; touch ~/x $TMPDIR/y")
    assert sh(sandbox, "ls -A").output == b"script.sh\n"


def test_a_file_may_be_moved_from_folder_to_folder(sandbox: CommandSandbox) -> None:
    program = "import os; os.mkdir('a'); os.rename('program.py', 'a/moved'); print(os.listdir('a'))"
    assert python(sandbox, program).output == b"['moved']\n"


def test_whatever_a_command_starts_ends_with_it(sandbox: CommandSandbox) -> None:
    started = sh(sandbox, "(setsid sleep 60 >/dev/null 2>&1 3>&1 &) ; echo done")
    assert started.output == b"done\n"
    assert started.wall_seconds < 5
    assert sh(sandbox, "for f in /proc/[0-9]*; do cat $f/comm; done 2>/dev/null | grep -c sleep").output == b"0\n"


def test_a_command_sees_no_home_folder_and_writes_nowhere_else(sandbox: CommandSandbox, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    at_home = [str(path) for path in Path.home().iterdir() if path.is_file()]
    there = " ".join(map(shlex.quote, [str(secret), "/etc/shadow", *at_home]))
    ran = sh(sandbox, f"cat {there}; echo x > {tmp_path}/made; echo x > /usr/made")
    assert ran.output == b""
    assert not (tmp_path / "made").exists()
    assert not Path("/usr/made").exists()


def test_a_command_has_no_network(sandbox: CommandSandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        ran = python(sandbox, f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)")
    assert ran.ended.code != 0
    assert b"rror" in ran.errors


def test_an_endless_loop_uses_up_its_cpu_time(sandbox: CommandSandbox) -> None:
    assert sh(sandbox, "while :; do :; done", 0.5).overrun == (Cause.CPU_TIME, "used more than 0.5 s of CPU time")


def test_waiting_uses_up_the_time_that_goes_by(sandbox: CommandSandbox) -> None:
    overrun = sh(sandbox, "sleep 30", 0.5).overrun
    assert overrun is not None
    assert overrun[0] is Cause.WALL_TIME


def test_time_in_which_we_are_waited_for_is_not_the_solutions(
    sandbox: CommandSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = Drain.take

    def late(drain: Drain, seconds: float) -> bool:
        came = take(drain, seconds)
        time.sleep(0.4)  # as on a machine that has other things to do
        return came

    monkeypatch.setattr(Drain, "take", late)
    ran = python(sandbox, "import os\nleft = 1 << 18\nwhile left: left -= os.write(1, bytes(left))\n", 0.5)
    assert (ran.overrun, ran.ended.code) == (None, 0)


def test_memory_has_an_end(sandbox: CommandSandbox) -> None:
    ran = python(sandbox, "a = []\nwhile True: a.append(bytearray(1 << 26))", 20.0)
    assert ran.overrun is not None
    assert ran.overrun[0] is Cause.MEMORY


def test_what_is_written_has_an_end(sandbox: CommandSandbox) -> None:
    ran = sh(sandbox, "cat /dev/zero", 20.0)
    assert ran.overrun is not None
    assert ran.overrun[0] is Cause.OUTPUT
    assert len(ran.output) < 1 << 18


def test_a_fork_bomb_ends_and_leaves_the_next_command_room(sandbox: CommandSandbox) -> None:
    ran = python(sandbox, "import os\nwhile True:\n  try: os.fork()\n  except OSError: pass", 2.0)
    assert ran.overrun is not None
    assert sh(sandbox, "echo still").output == b"still\n"


def test_a_build_keeps_what_is_named(sandbox: CommandSandbox) -> None:
    script = "echo out; echo err >&2; echo 1 > one.class; echo 2 > two.class; echo 3 > other"
    built = sandbox.build({"b.sh": script.encode()}, [Command((SH, "b.sh"))], ["*.class", "other", "absent"], 5)
    assert built.files == {"one.class": b"1\n", "two.class": b"2\n", "other": b"3\n"}
    (step,) = built.steps
    assert (step.code, step.output, step.errors) == (0, b"out\n", b"err\n")


@pytest.mark.parametrize(("may_fail", "codes"), [(False, [0, 3]), (True, [0, 3, 0])])
def test_a_build_ends_at_the_first_step_that_fails(sandbox: CommandSandbox, may_fail: bool, codes: list[int]) -> None:
    steps = [Command((SH, "-c", "true")), Command((SH, "-c", "exit 3"), may_fail=may_fail), Command((SH, "-c", "true"))]
    assert [step.code for step in sandbox.build({}, steps, [], 5).steps] == codes


def test_a_build_that_does_not_end_is_ended(sandbox: CommandSandbox) -> None:
    built = sandbox.build({}, [Command((SH, "-c", "while :; do :; done"))], [], 0.5)
    assert built == Built(
        (),
        {},
        (Cause.CPU_TIME, "used more than 0.5 s of CPU time"),
        built.cpu_seconds,
        built.wall_seconds,
        built.max_rss,
    )


def test_a_compiler_that_is_killed_is_no_fault_of_a_solution(sandbox: CommandSandbox) -> None:
    with pytest.raises(SandboxError, match="killed from outside"):
        sandbox.build({}, [Command((SH, "-c", "kill -KILL $$"))], [], 5)


def test_a_compiler_that_used_up_its_time_is_said_to_have_done_so(sandbox: CommandSandbox) -> None:
    built = sandbox.build({}, [Command((SH, "-c", "kill -XCPU $$"))], [], 5)
    assert built.overrun == (Cause.CPU_TIME, "used more than 5 s of CPU time")


def test_a_build_follows_no_link_out_of_its_folder(sandbox: CommandSandbox) -> None:
    script = "ln -s /etc/passwd link.class; echo 1 > kept.class"
    built = sandbox.build({}, [Command((SH, "-c", script))], ["*.class"], 5)
    assert built.files == {"kept.class": b"1\n"}


def test_a_bench_starts_another_server_where_one_has_died() -> None:
    bench = SandboxPool(SandboxChoice(), Runtime((*python_runtime().readable, "/usr"), processes=True))
    kill = True

    def broken(sandbox: CommandSandbox) -> bytes:
        sandbox._slot.close()
        return sh(sandbox, "echo").output

    def run(sandbox: CommandSandbox) -> bytes:
        nonlocal kill
        if kill:
            kill = False
            sandbox._slot.close()
        return sh(sandbox, "echo here").output

    try:
        assert bench.attempt(run) == b"here\n"
        assert bench.tier in ("namespaces", "landlock")
        with pytest.raises(SandboxError):
            bench.attempt(broken)
    finally:
        bench.close()
