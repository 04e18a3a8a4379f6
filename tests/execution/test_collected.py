"""Tests of any form are run for what they are: a right solution passes, and a wrong one never does."""

from __future__ import annotations

import textwrap

import pytest

from pytest_codeeval.core.errors import BrokenTests
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.languages.python import PythonRunner

RIGHT = "def f(n):\n    return n + 1\n"
WRONG = "def f(n):\n    return 'wrong'\n"


def forms() -> dict[str, str]:
    """Return tests by name, each in another form."""
    case = "import unittest\nclass T(unittest.TestCase):\n"
    one = "    def test_a(self): self.assertEqual(f(1), 2)\n"
    alone = "unittest.defaultTestLoader.loadTestsFromTestCase(T)"
    return {
        "case": case + one,
        "case and guarded main": case + one + "if __name__ == '__main__':\n    unittest.main()\n",
        "case and main": case + one + "unittest.main()\n",
        "main before the case": "import unittest\nunittest.main()\n" + case + one,
        "main imported": "from unittest import *\nfrom unittest import main\n" + case + one + "main()\n",
        "runner of its own": case + one + f"unittest.TextTestRunner().run({alone})\n",
        "exit by what main says": case + one + "import sys\nsys.exit(not unittest.main().result.wasSuccessful())\n",
        "set up": case
        + "    @classmethod\n    def setUpClass(cls): cls.y = 2\n    def setUp(self): self.x = 1\n"
        + "    def test_a(self): self.assertEqual(f(self.x), self.y)\n",
        "set up of the module": case + "    def test_a(self): self.assertEqual(f(1), Y)\ndef setUpModule():\n"
        "    global Y\n    Y = 2\n",
        "subtests": case + "    def test_a(self):\n        for i in (1, 2):\n            with self.subTest(i=i):\n"
        "                self.assertEqual(f(i), i + 1)\n",
        "asynchronous case": case.replace("TestCase", "IsolatedAsyncioTestCase") + "    async" + one[3:],
        "expected failure": case
        + "    @unittest.expectedFailure\n    def test_b(self): self.assertEqual(f(1), 5)\n"
        + one,
        "some skipped": case + "    def test_b(self): self.skipTest('no')\n" + one,
        "load_tests": case + one.replace("test_a", "a") + "def load_tests(*_): return unittest.TestSuite([T('a')])\n",
        "imported functions": "from doctest import testmod, testfile\nassert f(1) == 2\n",
        "guard": "if __name__ == '__main__':\n    assert f(1) == 2\n",
        "guarded function": "def run():\n    assert f(1) == 2\nif __name__ == '__main__':\n    run()\n",
        "check in a branch": "if True:\n    def check(c):\n        assert c(1) == 2\n",
        "check in try": "try:\n    import math\nfinally:\n    def check(c):\n        assert c(1) == 2\n",
        "lambda": "check = lambda c: c(1) == 2\n",
        "says False": "def check(c):\n    return c(1) == 2\n",
        "asynchronous check": "async def check(c):\n    assert c(1) == 2\n",
        "check called": "def check(c):\n    assert c(1) == 2\ncheck(f)\n",
        "check called by a test": "def check(x, y):\n    assert f(x) == y\ndef test_a():\n    check(1, 2)\n",
        "function": "def test_a():\n    assert f(1) == 2\n",
        "two functions": "def test_a():\n    f(1)\ndef test_b():\n    assert f(1) == 2\n",
        "asynchronous function": "async def test_a():\n    assert f(1) == 2\n",
        "function that is called": "def test_a(x, y):\n    assert f(x) == y\ntest_a(1, 2)\n",
        "class": "class TestF:\n    def setup_method(self): self.x = 1\n"
        "    def test_a(self):\n        assert f(self.x) == 2\n",
        "class set up": "class TestF:\n    @classmethod\n    def setup_class(cls): cls.x = 1\n"
        "    def test_a(self):\n        assert f(self.x) == 2\n",
        "patched": "from unittest.mock import patch\n@patch('math.pi', 2)\ndef test_a():\n    import math\n"
        "    assert f(1) == math.pi\n",
        "exit": "import sys\nassert f(1) == 2\nsys.exit(0)\n",
        "exit status": "import sys\nsys.exit(f(1) != 2)\n",
        "a module that is lent": "assert math.isclose(f(1), 2)\n",
    }


@pytest.mark.parametrize("canonical", ["", RIGHT], ids=["alone", "canonical"])
@pytest.mark.parametrize("form", forms())
def test_a_form_of_tests_is_run(runner: PythonRunner, form: str, canonical: str) -> None:
    problem = Problem(form, "", forms()[form], "f", canonical)
    assert runner.objection(problem) is None
    right, wrong = runner.check(problem, RIGHT, 3.0), runner.check(problem, WRONG, 3.0)
    assert (right.cause, right.weak) == (Cause.PASSED, False), right
    assert not wrong.passed and not wrong.weak


def test_each_test_runs_once_whoever_asks(runner: PythonRunner) -> None:
    once = "import unittest\nclass T(unittest.TestCase):\n    def test_a(self): self.assertEqual(f(), 1)\n"
    counts = "n = 0\ndef f():\n    global n\n    n += 1\n    return n\n"
    for end in ("", "unittest.main()\n", "unittest.main(exit=False)\nunittest.main()\n"):
        assert runner.check(Problem(f"T{end}", "", once + end, "f"), counts, 3.0).passed
    called = "def test_a():\n    assert f() == 1\ntest_a()\n"
    assert runner.check(Problem("T", "", called, "f"), counts, 3.0).passed


UNEXPECTED = textwrap.dedent("""
    import unittest
    class T(unittest.TestCase):
        @unittest.expectedFailure
        def test_a(self): self.assertEqual(f(1), 2)
""")


@pytest.mark.parametrize(
    ("test", "said"),
    [
        (
            "import unittest\nclass T(unittest.TestCase):\n    def test_a(self):\n        f(1); self.skipTest('')\n",
            "skipped",
        ),
        ("import unittest\n@unittest.skip('')\nclass T(unittest.TestCase):\n    def test_a(self): f(1)\n", "skipped"),
        (UNEXPECTED, "expected to fail"),
    ],
)
def test_tests_that_test_nothing_pass_nobody(runner: PythonRunner, test: str, said: str) -> None:
    verdict = runner.check(Problem("T", "", test, "f"), RIGHT, 3.0)
    assert verdict.cause is Cause.WRONG_ANSWER and said in verdict.detail, verdict


@pytest.mark.parametrize(
    "test",
    [
        "import sys\nsys.exit(0)\nassert f(1) == 3\n",
        "import unittest\nclass T(unittest.TestCase):\n    pass\nunittest.main()\nf\n",
        "def test_a():\n    assert True or f\n",
    ],
)
def test_tests_that_never_call_the_solution_are_at_fault_themselves(runner: PythonRunner, test: str) -> None:
    with pytest.raises(BrokenTests, match="without a call of the solution"):
        runner.check(Problem("T", "", test, "f"), RIGHT, 3.0)


def test_a_failing_assertion_of_a_case_is_told(runner: PythonRunner) -> None:
    verdict = runner.check(Problem("T", "", forms()["case"], "f"), WRONG, 3.0)
    assert verdict.cause is Cause.WRONG_ANSWER and "'wrong' != 2" in verdict.detail, verdict


def test_what_the_solution_raises_in_a_case_is_its_own(runner: PythonRunner) -> None:
    verdict = runner.check(Problem("T", "", forms()["case"], "f"), "def f(n):\n    return 1 / 0\n", 3.0)
    assert (verdict.cause, verdict.detail) == (
        Cause.EXCEPTION,
        "ZeroDivisionError: division by zero (line 2 of the solution)",
    )


SHARED = textwrap.dedent("""
    import unittest
    class Account:
        balance = 1
    class T(unittest.TestCase):
        def test_a(self):
            account = Account()
            self.assertEqual(f(account), 2)
            self.assertEqual(account.balance, 2)
""")
PAYS = "def f(a):\n    a.balance += 1\n    return a.balance\n"


@pytest.mark.parametrize(
    "body",
    [
        "import unittest; raise unittest.SkipTest('no')",
        "import unittest; unittest.TestCase.skipTest(None, 'no')",
        "raise SystemExit(0)",
        "import sys; sys.exit(0)",
        "return 2",
    ],
)
def test_in_one_process_cases_are_run_and_a_solution_can_neither_skip_nor_end_them(
    runner: PythonRunner, body: str
) -> None:
    problem = Problem("T", "", SHARED, "f", PAYS)
    right = runner.check(problem, PAYS, 3.0)
    assert (right.cause, right.weak) == (Cause.PASSED, True), right
    wrong = runner.check(problem, f"def f(a):\n    {body}\n", 3.0)
    assert wrong.cause in (Cause.WRONG_ANSWER, Cause.EXCEPTION), wrong


def test_in_one_process_a_test_that_the_solution_skips_has_failed(runner: PythonRunner) -> None:
    twice = SHARED + "    def test_b(self):\n        account = Account()\n        self.assertEqual(f(account), 2)\n"
    second = "seen = []\ndef f(a):\n    seen.append(a)\n    if len(seen) > 1:\n        import unittest\n"
    second += "        raise unittest.SkipTest\n    a.balance += 1\n    return 2\n"
    problem = Problem("T", "", twice, "f", PAYS)
    assert runner.check(problem, PAYS, 3.0).passed
    verdict = runner.check(problem, second, 3.0)
    assert verdict.cause is Cause.EXCEPTION and "SkipTest" in verdict.detail, verdict


def test_in_one_process_an_exit_of_the_solution_is_no_exit_of_the_tests(runner: PythonRunner) -> None:
    asserts = "class A:\n    x = 1\na = A()\nassert f(a) == a\nassert a.x == 2\n"
    right = "def f(a):\n    a.x += 1\n    return a\n"
    problem = Problem("T", "", asserts, "f", right)
    assert runner.check(problem, right, 3.0).weak
    verdict = runner.check(problem, "import sys\ndef f(a):\n    sys.exit(0)\n", 3.0)
    assert verdict.cause is Cause.EXCEPTION and "SystemExit" in verdict.detail, verdict


def test_a_solutions_own_tests_are_not_run(runner: PythonRunner) -> None:
    own = (
        PAYS
        + "import unittest\nclass Own(unittest.TestCase):\n    def test_b(self): self.fail()\ndef test_c(): 1 / 0\n"
    )
    assert runner.check(Problem("T", "", SHARED, "f", PAYS), own, 3.0).passed


def test_in_one_process_tests_that_never_call_the_solution_are_an_error(runner: PythonRunner) -> None:
    never = Problem("T/2", "", f"import os\nif os.getppid() < 0:\n    f(object())\n{POINTLESS}", "f", TOKEN)
    with pytest.raises(BrokenTests, match="without a call"):
        runner.check(never, TOKEN, 3.0)
    with pytest.raises(BrokenTests, match="without a call"):
        runner.check(never, TOKEN + "# another", 3.0)


POINTLESS = "assert type(Token).__name__ == 'type' and callable(f)\n"
TOKEN = "class Token: pass\ndef f(x): return x\n"


@pytest.mark.parametrize(
    "test", ["from collections import Mapping\nassert f(1) == 2\n", "import unittest.nothing\nf(1)\n"]
)
def test_an_import_that_the_tests_cannot_have_is_no_fault_of_the_solution(runner: PythonRunner, test: str) -> None:
    with pytest.raises(BrokenTests, match="tests are at fault, not the solution: ImportError|ModuleNotFoundError"):
        runner.check(Problem("T", "", test, "f"), RIGHT, 3.0)
