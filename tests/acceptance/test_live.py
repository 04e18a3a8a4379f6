"""What whole runs say while they run: in place on a terminal, in lines in a log, and nothing with -q."""

from __future__ import annotations

import fcntl
import importlib.util
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

import pytest

from tests.plugin.screen import Screen
from tests.servers.talking import talking
from tests.servers.worded import WordedServer, answer, choice, error

if importlib.util.find_spec("aiohttp") is None:
    pytest.skip("needs pytest-codeeval[openai]", allow_module_level=True)

RUN = "import signal, sys, pytest; signal.signal(2, signal.default_int_handler); sys.exit(pytest.main(sys.argv[1:]))"
OFTEN = "import pytest_codeeval.plugin.live as live\nlive._TICK, live.MINUTE = 0.1, 0.3\n"


def on_terminal(folder, *arguments, columns=100, lines=30, end_at=""):
    """Run pytest on a pseudo-terminal; return its exit code, what came, and what is shown in the end."""
    process, end = pty.fork()
    if not process:
        os.chdir(folder)
        os.environ.update(TERM="xterm", COLUMNS=str(columns), PYTEST_THEME="")
        os.execv(sys.executable, [sys.executable, "-c", RUN, *arguments])  # noqa: S606 - after a fork
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    raw = b""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if select.select([end], [], [], 0.2)[0]:
            try:
                raw += os.read(end, 65536)
            except OSError:  # its end
                break
        if end_at and end_at.encode() in raw:
            os.kill(process, signal.SIGINT)
            end_at = ""
    os.close(end)
    text = raw.decode(errors="replace")
    screen = Screen(columns, lines)
    screen.feed(text)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), text, screen.shown


def asked(server, *more):
    prices = "--model-args=input_price=1,output_price=3"
    return ["test_starter.py", "--model=openai:tiny", f"--base-url={server.base_url}", prices, "--tb=no", "-rN", *more]


@pytest.fixture
def often(suite_folder):
    (suite_folder / "conftest.py").write_text(OFTEN)
    return suite_folder


def limited(body, number):
    """Answer slowly, and refuse each fourth request."""
    time.sleep(0.25)
    if number % 4 == 3:
        return error(429, "Slow down", retry_after="1")
    return answer(choice("def f(): pass"))


@pytest.mark.parametrize("more", [["-n0"], ["-n2", "-v"]], ids=["dots", "n2 -v"])
def test_a_line_stays_in_place_and_leaves_no_trace(often, more):
    with WordedServer(limited) as server:
        arguments = asked(server, "--limit=5", "--concurrency=2", *more)
        code, raw, shown = on_terminal(often, *arguments, columns=160)
    assert code == 1
    for said in (
        r"\d of 5 problems, ",
        r"1 to be sent again \(status 429\)",
        r"\d in flight",
        r"of about \$0",
        "tokens/s",
    ):
        assert re.search(said, raw), said
    kept = [line for line in shown if "of 5 problems" in line or "in flight" in line]
    assert kept == []
    assert sum("Slow down" in line and "retry 1 of 5" in line for line in shown) >= 1
    if "-v" in more:
        for number in range(5):
            assert sum(line.endswith(f"FAILED test_starter.py::test_starter[tiny-Starter/{number}]") for line in shown)
    else:
        letters = "".join(re.findall(r"^(?:test_starter\.py )?(F+)(?: +\[100%\])?$", "\n".join(shown), re.MULTILINE))
        assert letters == "FFFFF"


def test_ctrl_c_leaves_a_clean_terminal_and_the_same_command_goes_on(often, samples):
    def slow(body):
        time.sleep(0.3)
        return "def f(): pass"

    with talking(slow) as server:
        arguments = asked(server, "--limit=12", "--concurrency=1", "-n2")
        code, _, shown = on_terminal(often, *arguments, end_at="answers/s")
        assert code == 2
        (said,) = [line for line in shown if "kept, " in line and ": the same command goes on, and asks " in line]
        kept = int(said.split()[0])
        assert not any("in flight" in line for line in shown)
        before = len(server.requests)
        code, _, shown = on_terminal(often, *arguments[:-1])
        assert code == 1
        assert kept > 0
        assert len(server.requests) - before == 12 - kept
    assert {row["task_id"] for row in samples("tiny")} == {f"Starter/{number}" for number in range(12)}
    assert not any("the same command" in line for line in shown)


@pytest.mark.parametrize("more", [[], ["-q"]], ids=["usual", "quiet"])
def test_a_log_has_a_line_now_and_then_and_none_with_q(run, often, more):
    with talking(lambda body: (time.sleep(0.25), "def f(): pass")[1]) as server:
        result = run(*asked(server, "--limit=4", "--concurrency=1", *more))
    said = [line for line in result.outlines if line.startswith("codeeval: ") and "of 4 problems" in line]
    assert bool(said) is ("-q" not in more)
    assert "\x1b" not in result.stdout.str()


def test_a_log_says_once_and_then_less_often_that_a_server_does_not_answer(run, suite_folder):
    patient = "import pytest_codeeval.plugin.live as live, pytest_codeeval.plugin.progress as progress\n"
    patient += "live._TICK, live.PATIENCE, progress.PATIENCE = 0.1, 0.4, 0.4\n"
    (suite_folder / "conftest.py").write_text(patient)
    with talking(lambda body: (time.sleep(3), "def f(): pass")[1]) as server:
        result = run(*asked(server, "--limit=2", "--concurrency=2"))
    said = [line for line in result.outlines if line.startswith("codeeval: 0 of 2 problems")]
    assert 1 <= len(said) <= 6  # after 0.4, 0.8, 1.6 s and so on
    assert all(" in flight, none answered for " in line for line in said)
