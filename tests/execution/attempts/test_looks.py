"""Which tests could notice a proxy, by their looks."""

import pytest

from pytest_codeeval.execution.attempts.looks import is_plain

PLAIN = (
    "assert f(1, [2], x={3: (4,)}) == {5}\nassert not f(-1) or abs(f(2.5) - 1) < 1e-6",
    "METADATA = {'author': 'x'}\n\ndef check(candidate):\n    assert candidate(1) is None, 'no'\n    assert True",
    "import math\nassert math.isclose(f(1), math.pi)\nassert set(f('a')) == set('b')",
    "assert (",
)
NOT_PLAIN = (
    "x = []\nassert f(x, x) == [1]",
    "assert f(1) is f(1)",
    "assert f(1).name == 'x'",
    "assert f()['a'] == 0",
    "from collections import defaultdict\nassert f(defaultdict(int)) == {}",
    "try:\n    f(1)\nexcept KeyError:\n    pass",
    "for x in range(3):\n    assert f(x) == x",
    "class A: pass\nassert f(A()) == 1",
    "@f\ndef check(candidate): pass",
    "n = 5\nassert f() == 5",
)


@pytest.mark.parametrize("test", PLAIN)
def test_plain(test: str) -> None:
    assert is_plain(test)


@pytest.mark.parametrize("test", NOT_PLAIN)
def test_not_plain(test: str) -> None:
    assert not is_plain(test)
