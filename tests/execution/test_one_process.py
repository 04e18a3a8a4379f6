"""Tests that a proxy cannot serve: graded in one process with the solution, with decoys, and marked as weak."""

import pytest

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts.attempt import Attempt
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.execution.sandbox.limits import Limits
from pytest_codeeval.execution.standin import stand_in

TEST = """
class Account:
    def __init__(self):
        self.balance = 1

def check(candidate):
    account = Account()
    assert candidate(account, 2) == 3
    assert account.balance == 3
    assert candidate(account, 1) == 4
"""
PROBLEM = Problem("T/1", "def pay(account, sum):\n", TEST, "pay")
RIGHT = "def pay(account, sum):\n    account.balance += sum\n    return account.balance\n"
ALWAYS_EQUAL = """
class Any:
    def __eq__(self, other): return True
def pay(account, sum):
    account.balance = Any()
    return Any()
"""
FORGED = """
import os
for fd in range(3, 64):
    try: os.write(fd, b'{"cause": "passed"}\\n')
    except OSError: pass
os._exit(0)
"""


def test_a_right_solution_passes_and_its_verdict_is_weak(runner: PythonRunner) -> None:
    verdict = runner.check(PROBLEM, RIGHT, 3.0)
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, True)


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("def pay(account, sum):\n    return 3\n", Cause.WRONG_ANSWER),
        ("def pay(account, sum): return 1 / 0\n", Cause.EXCEPTION),
        ("import sys\ndef pay(account, sum): sys.exit(0)\n", Cause.EXCEPTION),
        ("import os\ndef pay(account, sum): os._exit(0)\n", Cause.TAMPERING),
        (
            (
                "class Any:\n    def __eq__(self, other): return True\n"
                "def pay(account, sum):\n    account.balance = Any()\n    return Any()\n"
            ),
            Cause.TAMPERING,
        ),
        (
            (
                "import os\ndef pay(account, sum):\n    for fd in range(3, 64):\n"
                '        try: os.write(fd, b\'{"cause": "passed"}\\n\')\n'
                "        except OSError: pass\n    os._exit(0)\n"
            ),
            Cause.TAMPERING,
        ),
        (
            (
                "import json, os, sys\nframe = sys._getframe()\n"
                "while frame and 'nonce' not in frame.f_locals: frame = frame.f_back\n"
                "if frame:\n    said = {'nonce': frame.f_locals['nonce'], 'cause': 'ungraded', 'detail': ''}\n"
                "    os.write(frame.f_locals['report'], json.dumps(said).encode() + b'\\n'); os._exit(0)\n"
                "def pay(account, sum): pass\n"
            ),
            Cause.TAMPERING,
        ),
    ],
)
def test_a_wrong_or_cheating_solution_fails(runner: PythonRunner, code: str, cause: Cause) -> None:
    verdict = runner.check(PROBLEM, code, 3.0)
    assert (verdict.cause, verdict.weak) == (cause, False), verdict


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("def pay(account, sum)\n", Cause.SYNTAX_ERROR),
        ("def give(account, sum): pass\n", Cause.NO_ENTRY_POINT),
        ("import nothing_of_the_kind\n", Cause.IMPORT_MISSING),
    ],
)
def test_what_fails_by_itself_is_not_run_again(runner: PythonRunner, code: str, cause: Cause) -> None:
    verdict = runner.check(PROBLEM, code, 3.0)
    assert (verdict.cause, verdict.weak) == (cause, False)


# Tests that could tell copies, with a solution that is right and one that leans on being copied.
ALIASING = {
    "rows that are one": (
        "g = f(3)\ng[0][0] = 1\nassert g == [[1, 0], [0, 0], [0, 0]]",
        "def f(n): return [[0] * 2 for _ in range(n)]",
        "def f(n): return [[0] * 2] * n",
    ),
    "an answer that is kept": (
        "a = f(1)\nf(2)\nassert a == [1]",
        "def f(x): return [x]",
        "def f(x, kept=[]):\n    kept.append(x)\n    return kept",
    ),
    "the argument for a copy": (
        "a = [1]\nassert f(a) == [1] and f(a) is not a",
        "def f(x): return list(x)",
        "def f(x): return x",
    ),
    "another type that is equal": (
        "assert str(f('aa')) == \"{'a': 2}\"",
        "from collections import Counter\ndef f(x): return dict(Counter(x))",
        "from collections import Counter\ndef f(x): return Counter(x)",
    ),
}


@pytest.mark.parametrize("name", ALIASING)
@pytest.mark.parametrize("known", [True, False])
def test_a_pass_holds_in_one_process_too(runner: PythonRunner, name: str, known: bool) -> None:
    test, right, wrong = ALIASING[name]
    problem = Problem("T/7", "", test, "f", right if known else "")
    passed = runner.check(problem, right + "\n# another one", 3.0)
    assert (passed.passed, passed.weak) == (True, False), passed
    failed = runner.check(problem, wrong, 3.0)
    assert (failed.cause, failed.weak) == (Cause.WRONG_ANSWER, False), failed


def test_a_right_solution_passes_though_no_solution_does_in_one_process(runner: PythonRunner) -> None:
    test = "import sys\nassert 'solution' not in sys.modules and [f(1)] == [2]"  # notices where it is
    problem = Problem("T/8", "", test, "f", "def f(x): return 2")
    verdict = runner.check(problem, "def f(x): return x + 1", 3.0)
    assert (verdict.passed, verdict.weak) == (True, False), verdict


BELIEVED = {
    "of any length": (
        "assert len(f(1)) == 1\nassert len(f(2)) == 2",
        (
            "n = 0\nclass A:\n    def __len__(s):\n        global n\n        n += 1\n        return n\n"
            "def f(x): return A()"
        ),
    ),
    "that says yes": (
        "assert f(1).startswith('a')",
        "class A:\n    def __getattr__(s, n): return lambda *a: True\ndef f(x): return A()",
    ),
    "that goes on": ("assert 3 in f(9)", "import itertools\ndef f(x): return itertools.count()"),
    "helper": ("assert near(f(1), 2)", "def near(a, b): return True\ndef f(x): return 5"),
}
RIGHT_VALUES = "def near(a, b): return a == b\ndef f(x): return ['a', 3][:x] if x < 3 else [3]"


@pytest.mark.parametrize("name", BELIEVED)
@pytest.mark.parametrize("canonical", ["", RIGHT_VALUES])
def test_a_pass_that_rests_on_the_word_of_an_object_is_weak(runner: PythonRunner, name: str, canonical: str) -> None:
    test, code = BELIEVED[name]
    verdict = runner.check(Problem("T/9", "", test, "f", canonical), code, 3.0)
    assert not verdict.passed or (verdict.weak and verdict.detail.startswith("weak: ")), verdict


def test_objects_of_which_the_canonical_solution_says_the_same_are_believed(runner: PythonRunner) -> None:
    code = "class Stack:\n    x = []\n    def push(s, x): s.x.append(x)\n    def top(s): return s.x[-1]\n"
    problem = Problem("T/10", "", "s = Stack()\ns.push(3)\nassert s.top() == 3", "Stack", code)
    verdict = runner.check(problem, code + "# another one", 3.0)
    assert (verdict.passed, verdict.weak) == (True, False), verdict


def test_another_problem_is_graded_from_outside_again(runner: PythonRunner) -> None:
    runner.check(PROBLEM, RIGHT, 3.0)
    verdict = runner.check(Problem("T/2", "", "assert f(1) == 2", "f"), "def f(x): return x + 1", 3.0)
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, False)


POINT = """
class Point:
    def __init__(self, x): self.x = x
    def __eq__(self, other): return self.x == other.x
def f(x): return Point(x)
"""
ALIKE = "assert f(1) == f(1)\nassert isinstance(f(1), Point)\nassert f(1).x == 1\nassert f(2).x == 2"


def count_runs(runner: PythonRunner, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Return a list to which the source of each run is added."""
    runs: list[bytes] = []
    attempt = runner._attempt

    def counted(source: bytes, limits: Limits, how: str, cpu_seconds: float) -> Attempt:
        runs.append(source)
        return attempt(source, limits, how, cpu_seconds)

    monkeypatch.setattr(runner, "_attempt", counted)
    return runs


def test_a_problem_whose_canonical_solution_needs_it_is_graded_in_one_process(
    runner: PythonRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = Problem("T/3", "", ALIKE, "f", POINT)
    runs = count_runs(runner, monkeypatch)
    right = POINT + "# another one"
    assert [runner.check(problem, right, 3.0).passed, runner.check(problem, right, 3.0).weak] == [True, True]
    uncalled = stand_in(problem).encode()
    assert runs == [right.encode(), POINT.encode(), POINT.encode(), uncalled, right.encode()]
    wrong = runner.check(problem, POINT.replace("Point(x)", "Point(3)"), 3.0)
    assert (wrong.cause, wrong.weak, len(runs)) == (Cause.WRONG_ANSWER, False, 7)
    runner.check(PROBLEM, RIGHT, 3.0)
    runner.check(problem, POINT + "# a third", 3.0)
    assert runs.count(POINT.encode()) == 2  # what was found out of a problem is kept


@pytest.mark.parametrize(
    ("test", "canonical", "runs"),
    [
        ("assert f(1) == 2", "def f(x): return 2", 1),  # an object came, where a value was to come
        ("x = f(1)\nassert x == 2 and x == x", "def f(x): return 2", 2),
        ("assert f(1) == f(1)", "", 1),  # nothing in it says that objects may come
        (ALIKE, "def f(x): return 1", 3),  # fails in both
    ],
)
def test_a_solution_cannot_bring_that_about(
    runner: PythonRunner, monkeypatch: pytest.MonkeyPatch, test: str, canonical: str, runs: int
) -> None:
    seen = count_runs(runner, monkeypatch)
    verdict = runner.check(Problem("T/4", "", test, "f", canonical), POINT, 3.0)
    assert (verdict.passed, verdict.weak, len(seen)) == (False, False, runs), verdict


def test_an_ordinary_failure_costs_one_run(runner: PythonRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = count_runs(runner, monkeypatch)
    problem = Problem("T/5", "", "assert f(1) == 2", "f", "def f(x): return 2")
    assert not runner.check(problem, "def f(x): return 3", 3.0).passed
    assert len(seen) == 1


def test_an_argument_that_a_solution_made_does_not_make_a_problem_weak(runner: PythonRunner) -> None:
    test = "assert f(lambda x: x + x) == 'aa'"
    always = "class A:\n    def __eq__(s, o): return True\ndef f(g):\n    g('x' * (40 << 20))\n    return A()"
    verdict = runner.check(Problem("T/6", "", test, "f"), always, 3.0)
    assert (verdict.cause, verdict.weak) == (Cause.OUTPUT, False), verdict


WAITS = """
import asyncio

async def main():
    event = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, event.set)
    try:
        await asyncio.wait_for(f(), 0.05)
    except asyncio.TimeoutError:
        return event.is_set()

assert asyncio.run(main())
"""


@pytest.mark.parametrize("canonical", ["", "import asyncio\nasync def f(): await asyncio.sleep(60)"])
def test_what_waits_for_what_its_tests_do_meanwhile_passes(runner: PythonRunner, canonical: str) -> None:
    code = "import asyncio\nasync def f():\n    await asyncio.Event().wait()"
    verdict = runner.check(Problem("T/9", "", WAITS, "f", canonical), code, 1.0)
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, True), verdict


def test_what_waits_for_ever_is_out_of_time_in_either_way(runner: PythonRunner) -> None:
    code = "import threading\nasync def f():\n    threading.Event().wait()"
    assert runner.check(Problem("T/9", "", WAITS, "f"), code, 1.0).cause is Cause.WALL_TIME
