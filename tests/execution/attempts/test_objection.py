"""What no solution can be judged by is refused for what it is, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_codeeval.benchmarks import HUMANEVAL, MBPP, STARTER
from pytest_codeeval.core.problem import DataRequest, Problem
from pytest_codeeval.execution.attempts.objection import objection

REFUSED = [
    ("pass\n", "never uses the solution"),
    ("# f\n", "never uses the solution"),
    ("import math\nassert math.pi > 3\n", "never uses the solution"),
    ("def check(candidate):\n    pass\n", "never uses the solution"),
    ("def check(candidate):\n    def g(c): return c\n    assert g(1)\n", "never uses the solution"),
    ("def check(c):\n    from math import *\n    assert c(1) == 2\n", "is not Python (import *"),
    ("assert f(1) == 2\nreturn\n", "is not Python ('return'"),
    ("assert (await f(1)) == 2\n", "is not Python ('await'"),
    ("assert f(1) == 2\nfrom __future__ import annotations\n", "is not Python (from __future__"),
    ("def check(c, c):\n    assert c(1) == 2\n", "is not Python (duplicate argument"),
    ("assert f(1) ==\n", "is not Python"),
    ("f(1)\0", "is not Python"),
    ("def check():\n    assert f(1) == 2\n", "check() that cannot be called"),
    ("def check(c, x):\n    assert c(x) == 2\n", "check() that cannot be called"),
    ("def check(c, *, x):\n    assert c(x) == 2\n", "check() that cannot be called"),
    ("if True:\n    check = lambda: f(1) == 2\n", "check() that cannot be called"),
    ("def test_a(tmp_path):\n    assert f(tmp_path) == 2\n", "a fixture 'tmp_path' for test_a() (line 1)"),
    (
        "class TestF:\n    def test_a(self, capsys):\n        assert f(1) == 2\n",
        "a fixture 'capsys' for test_a() (line 2)",
    ),
    ("import numpy as np\nassert f(1) == 2\n", "imports 'numpy' (line 1)"),
    ("def check(c):\n    import pandas.io\n    assert c(1) == 2\n", "imports 'pandas' (line 2)"),
    ("from solution import f\nassert f(1) == 2\n", "imports 'solution'"),
    ("assert f(1) == expected\n", "uses 'expected'"),
]
TAKEN = [
    "assert f(1) == 2\n",
    "METADATA = {}\n\ndef check(candidate):\n    assert candidate(1) == 2\n",
    "def check(*args):\n    assert args[0](1) == 2\n",
    "def check(c, times=3):\n    assert c(1) == 2\n",
    "def check(c, x, y):\n    assert c(x) == y\ncheck(f, 1, 2)\n",
    "def check(x, y):\n    assert f(x) == y\ndef test_a():\n    check(1, 2)\n",
    "check = make(f)\n",
    "def test_a(x, y):\n    assert f(x) == y\nfor pair in ((1, 2), (3, 4)):\n    test_a(*pair)\n",
    "from unittest.mock import patch\n@patch('math.pi')\ndef test_a(pi):\n    assert f(1) == 2\n",
    "try:\n    import numpy\nexcept ImportError:\n    numpy = None\nassert f(1) == 2\n",
    "assert eval('f(1)') == 2\n",
    "assert globals()['f'](1) == 2\n",
    "from unittest.mock import patch\nwith patch('__main__.f') as g:\n    pass\n",
    "assert math.isclose(f(1), 2)\n",
    "import unittest\nclass T(unittest.TestCase):\n    def test_a(self): self.assertEqual(f(1), 2)\n",
    "assert Helper(1) == f(1)\n",
    "x = [y for y in range(3)]\nassert f(x) == 2\nmatch x:\n    case [a, *b]:\n        assert a, b\n",
    "from math import *\nassert f(1) == sqrt(4)\n",
]


def problem(test: str, **fields: str) -> Problem:
    """Make a problem whose solution defines f and Helper."""
    canonical = "class Helper: pass\ndef make(f): return f\ndef f(n): return n + 1\n"
    return Problem("T", "Write f.", test, **{"entry_point": "f", "canonical_solution": canonical, **fields})


@pytest.mark.parametrize(("test", "said"), REFUSED)
def test_what_cannot_be_judged_is_refused(test: str, said: str) -> None:
    found = objection(problem(test))
    assert found is not None and said in found.reason


@pytest.mark.parametrize("test", TAKEN)
def test_what_can_be_judged_is_not_refused(test: str) -> None:
    assert objection(problem(test)) is None


def test_a_missing_entry_point_is_told() -> None:
    found = objection(problem("def check(c):\n    assert c(1) == 2\n", entry_point=""))
    assert found is not None and found.reason.startswith("field 'entry_point' is missing")
    assert objection(problem("assert f(1) == 2\n", entry_point="")) is None


def test_without_a_canonical_solution_nobody_knows_what_it_defines() -> None:
    assert objection(problem("assert f(1) == expected\n", canonical_solution="")) is None


def test_parametrized_arguments_are_given() -> None:
    given = "import pytest\n@pytest.mark.parametrize('x,y', [(1, 2)])\ndef test_a(x, y{}):\n    assert f(x) == y\n"
    assert objection(problem(given.format("")), lambda: ["pytest"]) is None
    found = objection(problem(given.format(", z")), lambda: ["pytest"])
    assert found is not None and "fixture 'z'" in found.reason


def test_packages_are_named_that_are_to_be_allowed() -> None:
    test = "import numpy, pandas.io, os\nfrom scipy.stats import norm\nassert f(1) == 2\n"
    found = objection(problem(test), lambda: ["scipy"])
    assert found is not None and found.packages == ("numpy", "pandas")
    assert objection(problem(test), lambda: ["scipy", "numpy", "pandas"]) is None


def test_all_of_the_benchmarks_can_be_judged(data: Path) -> None:
    problems = [p for suite in (HUMANEVAL, MBPP, STARTER) for p in suite.load(DataRequest(str(data))).problems]
    assert [p.task_id for p in problems if objection(p)] == []
