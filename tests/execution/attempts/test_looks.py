"""Which tests could tell that the solution is in another process, by their looks."""

import pytest

from pytest_codeeval.execution.attempts.looks import sees_values_only

VALUES_ONLY = (
    "assert f(1, [2], x={3: (4,)}) == {5}\nassert not f(-1) or abs(f(2.5) - 1) < 1e-6",
    "METADATA = {'author': 'x'}\n\ndef check(candidate):\n    assert candidate(1) is None, 'no'\n    assert True",
    "import math\nassert math.isclose(f(1), math.pi)\nassert set(f('a')) == set('b')",
    "def check(candidate):\n    assert candidate([0] * 5) in (1, 2)\ncheck(f)",
    "assert f(1) == 1 and f(2) == 2",
    "assert f(1) is True and f(2) is not None and f(3) is ...",
)
MORE = (
    "assert (",
    "x = []\nassert f(x, x) == [1]",
    "assert f(1) is f(1)",
    "assert f(1) is 'odd'",  # one object in one process, perhaps
    "assert f(1) == f(2)",  # two answers at once
    "assert f(f(1)) == 1",
    "assert f([[0] * 2] * 2) == 1",  # the same list twice
    "assert f([[]] * 2) == 1",
    "assert 2 in f(1)",  # for an object to say
    "assert F(1) == 1",
    "assert type(f(1)) is int",
    "assert str(f(1)) == '1'",
    "assert f(1).name == 'x'",
    "assert f()['a'] == 0",
    "assert list(map(f, [1])) == [1]",
    "from collections import defaultdict\nassert f(defaultdict(int)) == {}",
    "try:\n    f(1)\nexcept KeyError:\n    pass",
    "for x in range(3):\n    assert f(x) == x",
    "class A: pass\nassert f(A()) == 1",
    "@f\ndef check(candidate): pass",
    "n = 5\nassert f() == 5",
    "assert f(limit) == 5",
)


@pytest.mark.parametrize("test", VALUES_ONLY)
def test_values_only(test: str) -> None:
    assert sees_values_only(test, "f")


@pytest.mark.parametrize("test", MORE)
def test_more_than_values(test: str) -> None:
    assert not sees_values_only(test, "F" if "F(" in test else "f")
