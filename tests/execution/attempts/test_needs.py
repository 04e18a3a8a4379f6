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
    "a = f(1)\nassert a + f(2) == 3": ["computes with two answers"],
    "async def main(): return await f()": ["awaits"],
}
NOTHING = (
    "x = [1]\nassert f(x) == x and x == [1]",
    "import math\nfor n in range(3):\n    assert f(n) == math.sqrt(n)",
    "try:\n    f(1)\n    assert False\nexcept ValueError as e:\n    assert 'no' in str(e)",
    "assert f(lambda x: x + 1) == [helper(1)]",
    "a = f(1)\nb = f(1)\na.append(b.real)\nassert a == b and a + [1] == b",
    "assert (",
)


@pytest.mark.parametrize("test", NEEDS)
def test_what_is_beyond_values_is_named(test: str) -> None:
    assert reaches(test, "f", "") == NEEDS[test]


def test_a_name_like_a_class_is_beyond_values() -> None:
    assert reaches("assert Stack()", "Stack", "") == ["makes objects of Stack"]


@pytest.mark.parametrize("test", NOTHING)
def test_values_functions_and_exceptions_are_not(test: str) -> None:
    assert reaches(test, "f", "def helper(x): return x\n") == []
