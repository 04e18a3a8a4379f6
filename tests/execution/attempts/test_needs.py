"""What tests do beyond passing values, by their looks."""

import pytest

from pytest_codeeval.execution.attempts.needs import reaches

NEEDS = {
    "assert f(1) == P(1)": ["uses P, which only a solution can define"],
    "assert isinstance(f(1), int)": ["calls isinstance()"],
    "import os, math\nassert f(os.sep)": ["imports os"],
    "from unittest.mock import patch\nassert f()": ["imports unittest"],
    "with f() as x:\n    assert x": ["has a with statement"],
    "class A: pass\nassert f(A())": ["defines a class"],
    "assert f(1)[0].name == 'a'": ["looks at .name of an answer"],
    "def check(candidate):\n    assert candidate(1).x == 1": ["looks at .x of an answer"],
    "a = f(1)\nassert a.x == 1": ["looks at .x of an answer"],
    "a = f(1)\nassert a + f(2) == 3": ["computes with answers"],
    "async def main(): return await f()": ["awaits"],
    "import sqlite3\nassert f(sqlite3.connect(':memory:'))": ["imports sqlite3"],
    "import random\nassert f(random.Random(1))": ["uses Random"],
    "from random import Random\nassert f(Random(1))": ["uses Random"],
    "x = f(1)\nassert f(1) is x": ["asks whether answers are the same object"],
    "a, b = f(1), f(2)\nassert len(a + b) == 2": ["computes with answers"],
    "x = f(1)\nx[0] = 2\nassert x == [2]": ["changes an answer"],
    "f.limit = 3\nassert f(1)": ["changes what an object holds"],
    "def g(x):\n    x.seen.append(1)\nassert f(g)": ["changes what an object holds"],
    "assert f.__kwdefaults__": ["looks at .__kwdefaults__"],
    "assert eval('f(1)')": ["calls eval()"],
    "def g():\n    x = yield\nassert f(g())": ["has a generator that is sent values"],
}
NOTHING = (
    "x = [1]\nassert f(x) == x and x == [1]",
    "import re, random\nfrom collections import Counter\nassert f(Counter('a'), random.random()) == 1 == f(2)",
    "def g():\n    yield 1\nx = f(g())\nassert x == 1 and x + 1 == 2",
    "import math\nfor n in range(3):\n    assert f(n) == math.sqrt(n)",
    "try:\n    f(1)\n    assert False\nexcept ValueError as e:\n    assert 'no' in str(e)",
    "assert f(lambda x: x + 1) == [helper(1)]",
    "a = f(1)\nb = f(1)\na.append(b.real)\nassert a == b and a + [1] == b",
    "assert (",
)


@pytest.mark.parametrize("test", NEEDS)
def test_what_is_beyond_values_is_named(test: str) -> None:
    assert reaches(test, "f", "") == NEEDS[test]


def test_a_class_of_the_prompts_is_beyond_values() -> None:
    assert reaches("assert f(N(1))", "f", "class N: pass\n") == ["has a class that the prompt defines"]


def test_a_name_like_a_class_is_beyond_values() -> None:
    assert reaches("assert Stack()", "Stack", "") == ["makes objects of Stack"]


@pytest.mark.parametrize("test", NOTHING)
def test_values_functions_and_exceptions_are_not(test: str) -> None:
    assert reaches(test, "f", "def helper(x): return x\n") == []
