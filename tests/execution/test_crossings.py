"""What crosses between a solution and its tests, kind by kind: with and without a canonical solution."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Verdict
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.execution.sandbox.choice import SandboxChoice


@pytest.fixture(scope="module")
def runner() -> Iterator[PythonRunner]:
    made = PythonRunner(SandboxChoice())
    yield made
    made.close()


def verdict_on(runner: PythonRunner, test: str, solution: str, canonical: str = "") -> Verdict:
    return runner.check(Problem("T/0", "", test, "f", canonical), solution, 3.0)


RIGHT = {
    "surrogates": ("assert f(0xD83D, 0xDE00) == '\\ud83d' + '\\ude00'", "def f(a, b): return chr(a) + chr(b)"),
    "surrogates as arguments": ("assert f('\\ud83d' + '\\ude00') == 2\nassert f('\U0001f600') == 1", "f = len"),
    "keywords of any name": (
        "assert f(self=1, remote=2, operation=3, function=4, value=5) == 15",
        "def f(**kwargs): return sum(kwargs.values())",
    ),
    "keywords of a callback": ("x = f(lambda **kwargs: kwargs)\nassert x == {'self': 1}", "def f(g): return g(self=1)"),
    "input read while it is loaded": (
        "x = f(2)\nassert x == 4",
        (
            "import sys\ntry: n = int(input())\nexcept EOFError: n = 0\n"
            "data = sys.stdin.buffer.read()\nlines = sys.stdin.readlines()\ndef f(x): return 2 * x + n"
        ),
    ),
    "streams that are files": (
        "x = f()\nassert x == [0, 1, 2, 'r', 'w', 'w']",
        (
            "import sys\nall = [sys.stdin, sys.stdout, sys.stderr]\n"
            "def f(): return [s.fileno() for s in all] + [s.mode for s in all]"
        ),
    ),
    "callbacks deep in each other": (
        "def back(n): return f(back, n - 1)\nassert f(back, 200) == 0",
        "def f(back, n): return n if n == 0 else back(n)",
    ),
    "what was changed before an exception": (
        "q = [1, 2, -1, 4]\ntry: f(q)\nexcept ValueError: pass\nassert q == [4]",
        "def f(q):\n    while q:\n        if q.pop(0) < 0: raise ValueError",
    ),
    "a list that begins and ends like an array": (
        "x = [(1, 2), 5, b'end']\nf(x)\nassert type(x[1]) is float",
        "def f(x): x[1] = 5.0",
    ),
    "an object that is only itself": (
        "missing = object()\nassert f({}, 'a', missing) is missing",
        "def f(d, key, default): return d.get(key, default)",
    ),
    "numbers in a view": (
        "x = f()\nassert x.tolist() == [1, 2] and x.format == 'i'",
        "import array\ndef f(): return memoryview(array.array('i', [1, 2]))",
    ),
    "a view in a form that views of bytes have not": (
        "x = f()\nassert bytes(x[0]) == b'\\1\\0\\0\\0' and len(x[1]) == 0",
        "import ctypes\ndef f(): return memoryview((ctypes.c_int32 * 1)(1)), memoryview(bytearray())",
    ),
    "a check that calls itself": (
        "def check(f, n=3):\n    assert f(n) == n + 1\n    if n: check(f, n - 1)",
        "def f(n): return n + 1",
    ),
    "as many threads as are allowed": (
        "import threading\nx = f(40)\nassert x == 40",
        (
            "import threading\ndef f(n):\n    gate = threading.Barrier(n)\n"
            "    threads = [threading.Thread(target=gate.wait) for _ in range(n)]\n"
            "    for t in threads: t.start()\n    for t in threads: t.join()\n    return len(threads)"
        ),
    ),
    "much output while it is loaded": (
        (
            "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as said: f()\n"
            "assert said.getvalue() == 'x\\n'"
        ),
        "for _ in range(40): print('y' * 50000)\ndef f(): print('x')",
    ),
}


@pytest.mark.parametrize("with_canonical", [False, True], ids=["alone", "with canonical"])
@pytest.mark.parametrize(("test", "solution"), RIGHT.values(), ids=RIGHT)
def test_right_solutions_pass(runner: PythonRunner, test: str, solution: str, with_canonical: bool) -> None:
    verdict = verdict_on(runner, test, solution, solution + "\n# canonical" if with_canonical else "")
    assert verdict.passed, verdict


OBJECTS = {
    "compares with numbers": (
        "assert f(3) < 4",
        (
            "class A:\n    def __init__(self, n): self.n = n\n    def __lt__(self, o): return self.n < o\n"
            "def f(n): return A(n)"
        ),
    ),
    "equals a list": (
        "assert f('ab') == ['a', 'b']",
        (
            "class T:\n    def __init__(self, c): self.c = c\n    def __eq__(self, o): return self.c == o\n"
            "def f(s): return [T(c) for c in s]"
        ),
    ),
    "a chain of mappings": (
        "assert f() == {'a': 1, 'b': 2}",
        "from collections import ChainMap\ndef f(): return ChainMap({'a': 1}, {'b': 2, 'a': 3})",
    ),
    "a text in an object": (
        "assert f() == 'ab'",
        "from collections import UserString\ndef f(): return UserString('ab')",
    ),
    "a list with a way of its own": (
        "assert list(f(3)) == [0, 1, 2]",
        (
            "class L(list):\n    def __init__(self, n): self.n = n\n"
            "    def __iter__(self): return iter(range(self.n))\n"
            "def f(n): return L(n)"
        ),
    ),
    "the one that equals nothing": (
        "import math\nassert f([1.0, math.nan]) == [math.nan, 1.0]",
        "def f(x): return x[::-1]",
    ),
    "so many calls that these take long": (
        "assert sum(f(150_000)) == 150_000",
        "def f(n):\n    for _ in range(n): yield 1",
    ),
}


@pytest.mark.parametrize(("test", "solution"), OBJECTS.values(), ids=OBJECTS)
def test_objects_where_values_were_to_come_pass_as_the_canonical_solution_does(
    runner: PythonRunner, test: str, solution: str
) -> None:
    assert verdict_on(runner, test, solution, solution + "\n# canonical").passed


DATA = "CASES = [(1, 869), (2, 716)]\ndef check(candidate):\n    for x, y in CASES: assert candidate(x) == y"
WRONG = {
    "takes what is expected": (DATA, "def f(x): return dict(CASES)[x]"),
    "takes it by any name": (
        DATA,
        (
            "import sys\nframe = sys._getframe()\nwhile frame:\n    known = frame.f_locals\n"
            "    if 'bound' in known and 'lacked' in known: known['lacked'].extend(known['bound'])\n"
            "    frame = frame.f_back\n"
            "def f(x): return dict(globals()['CASES'])[x]"
        ),
    ),
    "asks the tests' own function": (
        "def right(x): return x * 7919 % 1009\nfor x in range(50): assert f(x) == right(x)",
        "def f(x): return right(x)",
    ),
    "two surrogates are not one character": (
        "assert f(0xD83D, 0xDE00) == '\U0001f600'",
        "def f(a, b): return chr(a) + chr(b)",
    ),
    "a number that equals no number": (
        "assert f(3) == 3",
        (
            "class A(int):\n    def __eq__(self, o): return isinstance(o, A) and int(self) == int(o)\n"
            "    __hash__ = int.__hash__\ndef f(n): return A(n)"
        ),
    ),
    "a dictionary that hides": (
        "assert f() == {'a': 1}",
        "class D(dict):\n    def __eq__(self, o): return False\n    __hash__ = None\ndef f(): return D(a=1)",
    ),
    "a view of other numbers": (
        "assert f() == b'\\x01\\x00'",
        "import array\ndef f(): return memoryview(array.array('h', [1]))",
    ),
}


@pytest.mark.parametrize(("test", "solution"), WRONG.values(), ids=WRONG)
def test_wrong_solutions_do_not_pass_strongly(runner: PythonRunner, test: str, solution: str) -> None:
    verdict = verdict_on(runner, test, solution)
    assert verdict.weak or not verdict.passed, verdict


def test_what_a_right_solution_is_lent_is_no_weakness(runner: PythonRunner) -> None:
    test = "SCALE = 3\ndef check(candidate):\n    assert candidate(2) == 6"
    assert verdict_on(runner, test, "def f(x): return x * SCALE").weak
    assert not verdict_on(runner, test, "def f(x): return x * SCALE", "def f(x): return SCALE * x").weak
    test = "import math\ndef check(candidate):\n    assert candidate(4) == 2"
    assert not verdict_on(runner, test, "def f(x): return math.sqrt(x)").weak


def test_the_highest_limit_of_recursion_may_be_set_on_either_side(runner: PythonRunner) -> None:
    test = "import sys\nsys.setrecursionlimit(2**31 - 1)\nx = f(lambda n: n + 1, 3)\nassert x == 4"
    solution = "import sys\nsys.setrecursionlimit(2**31 - 1)\ndef f(g, n): return g(n)"
    verdict = verdict_on(runner, test, solution, solution + "\n# canonical")
    assert (verdict.passed, verdict.weak) == (True, False), verdict
