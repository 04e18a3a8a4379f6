"""What becomes of Python solutions: right, wrong, broken and hostile ones."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause, Verdict
from pytest_codeeval.execution.attempts.job import preamble
from pytest_codeeval.execution.factory import make_runner
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.probe import probe
from pytest_codeeval.execution.sandbox.watch import usage_below

TEST = 'def check(candidate):\n    assert candidate(1, 2) == 3\n    assert candidate(2, 2) == 4, "twice two"\n'
PROBLEM = Problem("T/1", 'def add(a, b):\n    """Add."""\n', TEST, "add")
ASSERTS = Problem("T/2", "Write a function that adds.", "assert add(1, 2) == 3\nassert add(2, 2) == 4", "add")
RIGHT = "def add(a, b):\n    return a + b\n"
IN_BODY = "def add(a, b):\n    {}\n    return a + b\n"


Check = Callable[..., Verdict]


@pytest.fixture(params=["namespaces", "landlock"], scope="module")
def runner(request: pytest.FixtureRequest) -> Iterator[PythonRunner]:
    """A runner in each tier that isolates, as far as this machine has it."""
    try:
        probe(SandboxChoice(request.param))
    except UsageError as error:
        pytest.skip(str(error))
    runner = PythonRunner(SandboxChoice(request.param))
    yield runner
    runner.close()


@pytest.fixture
def check(runner: PythonRunner) -> Check:
    """Run a solution, which must not take long to be done with, in each tier."""

    def check(code: str, problem: Problem = PROBLEM, seconds: float = 5.0) -> Verdict:
        start = time.monotonic()
        verdict = runner.check(problem, code, seconds)
        assert time.monotonic() - start < 20
        return verdict

    return check


def body(statements: str) -> str:
    """Make a right solution that does something on the side first."""
    return (
        "def add(a, b):\n"
        + "".join(f"    {line}\n" for line in statements.strip("\n").split("\n"))
        + "    return a + b\n"
    )


def to_every_file(line: bytes) -> str:
    """Make a solution that writes a line wherever it can."""
    return f"import os\nfor fd in range(3, 64):\n    try: os.write(fd, {line!r})\n    except OSError: pass\n"


RIGHT_ONES = {
    "plain": RIGHT,
    "lambda": "add = lambda a, b: a + b",
    "class": "class add(int):\n    def __new__(cls, a, b):\n        return a + b\n",
    "byte order mark": "\ufeff" + RIGHT,
    "windows line breaks": RIGHT.replace("\n", "\r\n"),
    "lone surrogate in a string": body("text = '\\ud800'"),
    "prints 10 MB": body("print('x' * 10_000_000)"),
    "prints 10 MB to stderr": body("import sys; sys.stderr.write('x' * 10_000_000)"),
    "runs a program that prints": body("import os; os.system('echo hello; echo hello >&2')"),
    "dataclass with future annotations": (
        "from __future__ import annotations\nfrom dataclasses import dataclass\n\n@dataclass\nclass P:\n"
        "    a: int\n    b: int\n\ndef add(a, b):\n    p = P(a, b)\n    return p.a + p.b\n"
    ),
    "pickles its own class": (
        "import pickle\nclass P:\n    def __init__(self, n): self.n = n\n"
        "def add(a, b): return pickle.loads(pickle.dumps(P(a + b))).n\n"
    ),
    "main block that raises": RIGHT + "if __name__ == '__main__':\n    raise RuntimeError\n",
    "defines its own check": RIGHT + "def check(candidate):\n    assert False\n",
    "recursion within bounds": "def add(a, b):\n    return a if b == 0 else add(a, b - 1) + 1\n",
    "catches everything in a thread": body(
        "import threading\ndef loop():\n    while True:\n        try:\n            import time; time.sleep(0.01)\n"
        "        except:\n            pass\nthreading.Thread(target=loop).start()"
    ),
    "exit hook that never ends": "import atexit, time\natexit.register(time.sleep, 60)\n" + RIGHT,
    "writes a file": body("open('scratch.txt', 'w').write('x')"),
    "closes standard streams": body("import sys; sys.stdout.close(); sys.stderr.close()"),
    "changes the recursion limit": "import sys\nsys.setrecursionlimit(10_000)\n" + RIGHT,
    "uses a thread pool": (
        "from concurrent.futures import ThreadPoolExecutor\ndef add(a, b):\n"
        "    with ThreadPoolExecutor(4) as pool:\n        return sum(pool.map(int, [a, b]))\n"
    ),
}


@pytest.mark.parametrize("name", RIGHT_ONES)
def test_a_right_solution_passes(check: Check, name: str) -> None:
    verdict = check(RIGHT_ONES[name])
    assert verdict.passed, verdict
    assert (verdict.detail, [stage.passed for stage in verdict.stages]) == ("", [True])


@pytest.mark.parametrize("name", ["plain", "prints 10 MB", "catches everything in a thread", "defines its own check"])
def test_a_right_solution_passes_plain_asserts(check: Check, name: str) -> None:
    assert check(RIGHT_ONES[name], ASSERTS).passed


FAILING = {
    "wrong": ("def add(a, b):\n    return a * b\n", Cause.WRONG_ANSWER, "assert candidate(1, 2) == 3"),
    "wrong, with a message": (
        "def add(a, b):\n    return 3\n",
        Cause.WRONG_ANSWER,
        "== 4 (twice two): expected 4, got 3",
    ),
    "returns nothing": ("def add(a, b):\n    pass\n", Cause.WRONG_ANSWER, "assert candidate(1, 2) == 3"),
    "exception": (
        "def add(a, b):\n    x = 0\n    return a / x\n",
        Cause.EXCEPTION,
        "ZeroDivisionError: division by zero (line 3",
    ),
    "exception at load": ("x = 1\ny = x.z\n" + RIGHT, Cause.EXCEPTION, "no attribute 'z' (line 2"),
    "assertion of its own": (
        "def add(a, b):\n    assert a > b, 'order'\n",
        Cause.EXCEPTION,
        "AssertionError: order (line 2",
    ),
    "wrong number of arguments": (
        "def add(a):\n    return a\n",
        Cause.EXCEPTION,
        "TypeError: add() takes 1 positional",
    ),
    "not callable": ("add = 3\n", Cause.EXCEPTION, "not callable"),
    "syntax": ("def add(a, b)\n    return a + b\n", Cause.SYNTAX_ERROR, "expected ':' (line 1)"),
    "syntax, further down": (RIGHT + "return\n", Cause.SYNTAX_ERROR, "'return' outside function (line 3)"),
    "tabs and blanks": ("def add(a, b):\n    x = a\n\treturn x + b\n", Cause.SYNTAX_ERROR, "inconsistent use of tabs"),
    "NUL": (RIGHT + "\0", Cause.SYNTAX_ERROR, "null bytes"),
    "lone surrogate in the code": ("# \ud800\n" + RIGHT, Cause.SYNTAX_ERROR, "surrogates not allowed"),
    "brackets without end": ("add = " + "(" * 5000, Cause.SYNTAX_ERROR, "too many nested parentheses"),
    "empty": ("", Cause.NO_ENTRY_POINT, "add is not defined; the solution defines no function"),
    "another name": ("def plus(a, b):\n    return a + b\n", Cause.NO_ENTRY_POINT, "the solution defines plus"),
    "imports what is not there": (
        "import numpy_of_mars\n" + RIGHT,
        Cause.IMPORT_MISSING,
        "No module named 'numpy_of_mars' (line 1",
    ),
    "imports later": (body("import numpy_of_mars"), Cause.IMPORT_MISSING, "(line 2 of the solution)"),
    "imports what the grader has": (body("import pytest_codeeval"), Cause.IMPORT_MISSING, "pytest_codeeval"),
    "endless recursion": ("def add(a, b):\n    return add(a, b)\n", Cause.EXCEPTION, "RecursionError"),
    "reads standard input": (body("input()"), Cause.EXCEPTION, "EOFError"),
    "interrupt": (body("raise KeyboardInterrupt"), Cause.EXCEPTION, "KeyboardInterrupt"),
    "sys.exit at load": ("import sys\nsys.exit(0)\n", Cause.EXCEPTION, "SystemExit: 0"),
    "sys.exit in the function": (body("import sys; sys.exit(0)"), Cause.EXCEPTION, "SystemExit: 0"),
    "SystemExit": (body("raise SystemExit"), Cause.EXCEPTION, "SystemExit (line 2"),
    "os._exit": (body("import os; os._exit(0)"), Cause.TAMPERING, "exit status 0"),
    "os._exit at load": ("import os\nos._exit(0)\n" + RIGHT, Cause.TAMPERING, "exit status 0"),
    "kills itself": (body("import os; os.kill(os.getpid(), 9)"), Cause.CRASHED, "SIGKILL"),
    "aborts": (body("import os; os.abort()"), Cause.CRASHED, "SIGABRT"),
    "segmentation fault": (body("import ctypes; ctypes.string_at(0)"), Cause.CRASHED, "SIGSEGV"),
    "too much memory": (body("x = bytearray(4 << 30)"), Cause.MEMORY, "memory limit"),
    "memory bit by bit": (body("x = []\nwhile True: x.append(bytearray(64 << 20))"), Cause.MEMORY, "memory limit"),
    "too large a file": (body("open('f', 'wb').write(b'x' * (65 << 20))"), Cause.OUTPUT, "(line 2 of the solution)"),
    "too many open files": (
        body("x = [open('/dev/null') for _ in range(300)]"),
        Cause.EXCEPTION,
        "Too many open files",
    ),
    "huge message": (body("raise ValueError('x' * 10_000_000)"), Cause.EXCEPTION, "ValueError: xxx"),
    "message that raises": (
        "class E(Exception):\n    def __str__(self): raise SystemExit\n" + body("raise E"),
        Cause.EXCEPTION,
        "E: (its message could not be read)",
    ),
    "message with a surrogate": (body("raise ValueError('\\ud800')"), Cause.EXCEPTION, "ValueError: \ud800"),
    "closes all files": (
        body("import os; os.closerange(0, 300)"),
        Cause.TAMPERING,
        "before the tests were done",
    ),
    "forged report": (
        to_every_file(b'{"cause": "passed", "detail": "", "stage": "test", "nonce": ""}\n'),
        Cause.TAMPERING,
        "",
    ),
    "garbage as report": (to_every_file(b"[" * 50_000 + b"\n"), Cause.TAMPERING, ""),
}


@pytest.mark.parametrize("name", FAILING)
def test_a_failing_solution_is_told_by_its_cause(check: Check, name: str) -> None:
    code, cause, said = FAILING[name]
    verdict = check(code)
    assert verdict.cause is cause, verdict
    assert said in verdict.detail
    assert len(verdict.detail) <= 4000
    assert [stage.passed for stage in verdict.stages] == [False]


@pytest.mark.parametrize(
    "code",
    [
        "def add(a, b):\n    while True: pass\n",
        "while True: pass\n",
        "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\n" + body("while True: pass"),
        "def add(a, b):\n    while True:\n        try:\n            while True: pass\n        except: pass\n",
        "def add(a, b):\n    return sum(range(10 ** 12))\n",
    ],
    ids=["in the function", "at load", "ignores the signal", "catches everything", "in C"],
)
def test_an_endless_loop_is_ended_by_its_cpu_time(check: Check, code: str) -> None:
    verdict = check(code, seconds=1.0)
    assert verdict.cause is Cause.CPU_TIME, verdict
    assert verdict.detail == "used more than 1 s of CPU time"
    assert 0.9 <= verdict.stages[0].cpu_seconds < 4


@pytest.mark.parametrize("end", ["return a + b", "os._exit(0)"])
def test_a_forked_child_does_not_outlive_the_run(check: Check, runner: PythonRunner, end: str) -> None:
    code = f"import os, time\ndef add(a, b):\n    if os.fork() == 0:\n        time.sleep(60)\n    {end}\n"
    check(code)
    server = runner._grading.server
    assert server is not None
    assert usage_below(server.slots[0].supervisor, 0).processes == 0


def test_a_forked_child_cannot_report_in_its_parents_place(check: Check) -> None:
    code = "import os, time\ndef add(a, b):\n    if os.fork() == 0: return a + b\n    time.sleep(0.2)\n    return 0\n"
    assert check(code).cause is Cause.WRONG_ANSWER


@pytest.mark.parametrize(
    ("test", "code", "detail"),
    [
        (
            "assert add(1, 2) == 3\nassert add(2, 3) == 5",
            "def add(a, b): return 3",
            "assert add(2, 3) == 5: expected 5, got 3",
        ),
        ("assert add(1, 2) == 3, 'sum'", "def add(a, b): return 0", "assert add(1, 2) == 3 (sum): expected 3, got 0"),
        (
            "assert add(1, 2) == 3, f'got {add(1, 2)}'",
            "def add(a, b): return 7",
            "assert add(1, 2) == 3 (got 7): expected 3, got 7",
        ),
        (
            "x = add(1, 2)\nif x != 3:\n    raise AssertionError('no')",
            "def add(a, b): return 0",
            "raise AssertionError('no'): got 0",
        ),
    ],
)
def test_the_assert_that_failed_is_shown(check: Check, test: str, code: str, detail: str) -> None:
    verdict = check(code, Problem("T/1", "add", test, "add"))
    assert (verdict.cause, verdict.detail) == (Cause.WRONG_ANSWER, detail)


def test_an_object_that_equals_everything_equals_nothing_but_itself(check: Check) -> None:
    code = "class Any:\n    def __eq__(self, other): return True\ndef add(a, b): return Any()\n"
    verdict = check(code)
    assert (verdict.cause, verdict.detail) == (
        Cause.WRONG_ANSWER,
        "assert candidate(1, 2) == 3: expected 3, got <Any object>",
    )


PROMPT = '''import math


def twice(x):
    return 2 * x


def area(x):
    """Twice the square root."""
'''


def test_the_test_may_use_a_helper_of_the_prompt_that_the_solution_lacks(check: Check) -> None:
    test = "def check(candidate):\n    assert candidate(4) == twice(math.sqrt(4))\n"
    problem = Problem("T/1", PROMPT, test, "area")
    assert check("def area(x):\n    return 4.0\n", problem).passed


def test_the_helper_that_counts_is_the_prompts_own(check: Check) -> None:
    test = "def check(candidate):\n    assert candidate(4) == twice(2)\n"
    problem = Problem("T/1", PROMPT, test, "area")
    assert check("def twice(x):\n    return 0\ndef area(x):\n    return 0\n", problem).cause is Cause.WRONG_ANSWER


def test_the_solution_keeps_its_own_helper(check: Check) -> None:
    test = "def check(candidate):\n    assert candidate(4) == 12\n"
    problem = Problem("T/1", PROMPT, test, "area")
    assert check("def twice(x):\n    return 3 * x\ndef area(x):\n    return twice(x)\n", problem).passed


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        (PROMPT, PROMPT.partition("def area")[0]),
        ("@cache\ndef area(x):\n", ""),
        ("x = 1\n@cache\n@other(1)\nasync def area(x):\n", "x = 1\n"),
        ("area in words", ""),
        ("def (:\n\ndef area(x):\n", ""),
    ],
)
def test_the_preamble_is_what_stands_before_the_entry_point(prompt: str, expected: str) -> None:
    assert preamble(Problem("T/1", prompt, entry_point="area")) == expected


def test_a_test_that_calls_check_itself_calls_it_once(check: Check) -> None:
    test = "calls = []\ndef check(candidate):\n    calls.append(1)\n    assert calls == [candidate(0, 1)]\ncheck(add)\n"
    assert check(RIGHT, Problem("T/1", PROBLEM.prompt, test, "add")).passed


def test_without_an_entry_point_the_test_stands_alone(check: Check) -> None:
    problem = Problem("T/1", "anything", "assert value == 3", "")
    assert check("value = 3", problem).passed
    assert check("value = 4", problem).cause is Cause.WRONG_ANSWER


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(UsageError, match="language 'cobol' cannot be checked by this version; it has: python"):
        make_runner("cobol")


def test_what_a_signal_does_to_a_solution_does_not_depend_on_who_started_pytest() -> None:
    code = (
        "import os, signal, time\ndef f():\n    try:\n        os.kill(os.getpid(), signal.SIGINT)\n"
        "        time.sleep(30)\n    except KeyboardInterrupt:\n        pass\n"
        "    others = [signal.SIGHUP, signal.SIGCHLD, signal.SIGUSR1]\n"
        "    blocked = list(signal.pthread_sigmask(signal.SIG_BLOCK, []))\n"
        "    return [signal.getsignal(one).name for one in others], blocked\n"
    )
    test = "def check(f):\n    assert f() == (['SIG_DFL'] * 3, [])\n"
    ignored = {signal.SIGINT, signal.SIGHUP, signal.SIGCHLD}  # as in the background of a script, under nohup
    kept = {number: signal.signal(number, signal.SIG_IGN) for number in ignored}
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGUSR1})
    runner = PythonRunner(SandboxChoice())
    try:
        verdict = runner.check(Problem("T/1", "", test, "f"), code, 3.0)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        for number, handler in kept.items():
            signal.signal(number, handler)
        runner.close()
    assert verdict.passed, verdict
