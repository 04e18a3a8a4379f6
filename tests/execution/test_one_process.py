"""Tests that a proxy cannot serve: graded in one process with the solution, with decoys, and marked as weak."""

import pytest

from pytest_codeeval.core.errors import SandboxError
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts.attempt import Attempt
from pytest_codeeval.execution.attempts.job import Job
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
    "exception": (
        "try:\n    f(-1)\n    assert False\nexcept Odd:\n    pass\n",
        "Odd = Exception\ndef f(x): return 5",
    ),
    "exceptions": (
        "try:\n    f(-1)\n    assert False\nexcept Odd:\n    pass\n",
        "Odd = (KeyError, AssertionError)\ndef f(x): return 5",
    ),
    "limit": ("assert abs(f(1) - 2) < LIMIT", "LIMIT = 1e9\ndef f(x): return 5"),
    "limit that moves": (
        "for i in range(300): assert f(i) + LIMIT == i",
        "LIMIT = 0\ndef f(x):\n    global LIMIT\n    LIMIT = -x\n    return 2 * x",
    ),
    "function of the library under another name": (
        "assert near(f(1), 2)",
        "from math import hypot as near\ndef f(x): return 5",
    ),
    "class of the library under another name": (
        "assert Bag(f(1)) == Bag([1])",
        "Bag = bool\ndef f(x): return [5]",
    ),
    "generator of the tests": (
        "import random\nrandom.seed(1)\nf(1)\nassert f(2) == random.random()",
        "import random\ndef f(x):\n    random.setstate((3, (0,) * 625, None))\n    return 0.0",
    ),
    "generator of the tests that is rewound": (
        "import random\nrandom.seed(1)\nassert f(1) + f(2) == random.random()",
        (
            "import random\ndef f(x):\n    if x == 1: return 0\n    state = random.getstate()\n"
            "    found = random.random()\n    random.setstate(state[:2] + (0.5,))\n    return found"
        ),
    ),
}
RIGHT_VALUES = """
from collections import Counter as Bag
LIMIT = 1e-6
class Odd(ValueError): pass
def near(a, b): return a == b
def f(x): return ['a', 3][:x] if x < 3 else [3]
"""


@pytest.mark.parametrize("name", BELIEVED)
@pytest.mark.parametrize("canonical", ["", RIGHT_VALUES])
def test_a_pass_that_rests_on_the_word_of_an_object_is_weak(runner: PythonRunner, name: str, canonical: str) -> None:
    test, code = BELIEVED[name]
    verdict = runner.check(Problem("T/9", "", test, "f", canonical), code, 3.0)
    assert not verdict.passed or (verdict.weak and verdict.detail.startswith("weak: ")), verdict


@pytest.mark.parametrize(("canonical", "weak"), [("", False), ("def f(x): return [0, 7]", True)])
def test_what_goes_on_without_end_is_believed_if_it_should_have_one(
    runner: PythonRunner, canonical: str, weak: bool
) -> None:
    test = "assert [a for a, b in zip(f(2), 'x')] == [0] and 7 in f(9)"
    code = "import itertools\ndef f(x): return itertools.count()"
    verdict = runner.check(Problem("T/14", "", test, "f", canonical), code, 3.0)
    assert (verdict.passed, verdict.weak) == (True, weak), verdict


# Tests that return a condition, and a solution that does not meet it.
RETURNED = {
    "lambda that is given nothing": ("check = lambda candidate: candidate(1) and not candidate(2)", "def f(x): pass"),
    "lambda that calls": ("check = lambda candidate: candidate(1)", "def f(x): return 0"),
    "check": ("def check(candidate):\n    return candidate(1) and not candidate(2)", "def f(x): return ''"),
    "function": ("def test_f():\n    return f(1) and not f(2)", "def f(x): pass"),
    "method": ("class TestF:\n    def test_f(self):\n        return f(1) and not f(2)", "def f(x): pass"),
    "coroutine": ("async def check(candidate):\n    return not candidate(2) and candidate(1)", "def f(x): return []"),
}


@pytest.mark.parametrize("name", RETURNED)
def test_a_condition_that_is_returned_has_to_be_true(runner: PythonRunner, name: str) -> None:
    test, wrong = RETURNED[name]
    right = "def f(x): return x % 2 == 1"
    problem = Problem("T/11", "", test, "f", right)
    assert runner.check(problem, right + "\n# another one", 3.0).passed
    failed = runner.check(problem, wrong, 3.0)
    assert (failed.cause, failed.weak) == (Cause.WRONG_ANSWER, False), failed


@pytest.mark.parametrize(
    "test",
    [
        "def check(candidate):\n    assert candidate(1) == 2\n    return 0",
        "def run(c):\n    assert c(1) == 2\ncheck = lambda candidate: run(candidate) or run(candidate)",
        "def check(candidate):\n    if candidate(1) != 2:\n        return candidate(1) == 3",
    ],
)
def test_what_else_is_returned_is_no_condition(runner: PythonRunner, test: str) -> None:
    assert runner.check(Problem("T/12", "", test, "f"), "def f(x): return x + 1", 3.0).passed


# Honest programs, and tests that pass in one process.
PLAIN = {
    "attributes named as something of the tests'": (
        "data = [1]\ngot = f(800_000)\nassert got == 800_000",
        (
            "class Box:\n    def __init__(s): s.data = 0\n"
            "def f(n):\n    b = Box()\n    for i in range(n): b.data += min(1, max(abs(i), len((1,))))\n"
            "    return b.data"
        ),
        False,
    ),
    "a generator that the solution has seeded": (
        "x = f()\nassert x == 82\ny = f()\nassert y == 15",
        "import random\nrandom.seed(42)\ndef f(): return random.randint(1, 100)",
        False,
    ),
    "what is waited for in vain": (
        (
            "import asyncio\nasync def main():\n    try: await asyncio.wait_for(f(30), 0.05)\n"
            "    except asyncio.TimeoutError: return 'late'\nassert asyncio.run(main()) == 'late'"
        ),
        "import asyncio\nasync def f(s): await asyncio.sleep(s)",
        True,
    ),
    "operators of its objects": (
        "a = f(1)\nb = f(2)\nc = a + b\nassert c.x == 3",
        "class V:\n    def __init__(s, x): s.x = x\n    def __add__(s, o): return V(s.x + o.x)\ndef f(x): return V(x)",
        True,
    ),
    "attributes of a list": (
        "a = f([2, 1])\nassert list(a) == [1, 2]\nassert a.swaps == 1",
        "class L(list): swaps = 1\ndef f(x): return L(sorted(x))",
        True,
    ),
    "a text that is the very same": ("assert f(1) is 'odd'", "def f(x): return 'odd'", True),
}


@pytest.mark.parametrize("name", PLAIN)
def test_honest_programs_pass(runner: PythonRunner, name: str) -> None:
    test, code, weak = PLAIN[name]
    canonical = code if name == "a text that is the very same" else ""  # nothing else says that it needs one process
    verdict = runner.check(Problem("T/13", "", test, "f", canonical), code + "\n# another one", 1.0)
    assert (verdict.passed, verdict.weak) == (True, weak), verdict


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
        ("assert f(1) == 2", "def f(x): return 2", 2),  # an object came: may it?
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


def test_a_fault_of_the_machinery_that_follows_one_solution_is_its_own(
    runner: PythonRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    graded = runner._grading.graded

    def fails_under_it(job: Job, source: bytes, limits: Limits, how: str, cpu_seconds: float) -> Attempt:
        if b"poison" in source:
            raise SandboxError("the sandbox's server ended")
        return graded(job, source, limits, how, cpu_seconds)

    monkeypatch.setattr(runner._grading, "graded", fails_under_it)
    problem = Problem("T/11", "", "assert f(1) == 2", "f")
    verdict = runner.check(problem, "poison = 1", 3.0)
    assert (verdict.cause, verdict.scored) == (Cause.CRASHED, True)
    assert "the sandbox's server ended" in verdict.detail
    assert runner.check(problem, "def f(x): return 2", 3.0).passed

    def fails(*_: object) -> Attempt:
        raise SandboxError("the sandbox's server ended")

    monkeypatch.setattr(runner._grading, "graded", fails)
    with pytest.raises(SandboxError, match="server ended"):
        runner.check(problem, "another = 1", 3.0)


def test_the_tests_are_run_anew_for_each_solution(runner: PythonRunner) -> None:
    test = (
        "import builtins, json, os\nassert not hasattr(builtins, 'TRACE') and not os.path.exists('left')\n"
        "assert 'MODE' not in os.environ and not hasattr(json, 'seen')\n"
        "builtins.TRACE = json.seen = 1\nos.environ['MODE'] = 'x'\nopen('left', 'w').close()\nassert f(1) == 2\n"
    )
    problem = Problem("T/12", "", test, "f", "def f(x): return 2")
    for number in range(3):
        assert not runner.check(problem, f"def f(x): return 5 + {number}", 3.0).passed
        verdict = runner.check(problem, f"def f(x): return x + 1 + {number} * 0", 3.0)
        assert (verdict.passed, verdict.weak) == (True, False), verdict


def test_a_solution_cannot_draw_what_its_tests_draw(runner: PythonRunner) -> None:
    test = (
        "import random\nsecret = random.randint(1, 10 ** 9)\n"
        "assert f(lambda g: (g > secret) - (g < secret)) == secret\n"
    )
    guess = "import random\nguess = random.randint(1, 10 ** 9)\ndef f(c): return guess\n"
    search = (
        "def f(c):\n    low, high = 1, 10 ** 9\n    while low < high:\n        middle = (low + high) // 2\n"
        "        low, high = (middle + 1, high) if c(middle) < 0 else (low, middle)\n    return low\n"
    )
    problem = Problem("T/13", "", test, "f", search)
    assert runner.check(problem, search + "# another one", 3.0).passed
    assert not runner.check(problem, guess, 3.0).passed


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
