"""Tests with a wrong expectation in them."""

import pytest

from pytest_codeeval.execution.attempts.decoys import decoys


def test_one_constant_is_changed_in_each() -> None:
    test = "def check(f):\n    assert f(1) == 2\n    assert f('a') == 'b'\n    assert f(0) == True"
    changed = [test.replace("2", "3"), test.replace("'b'", "'bx'"), test.replace("True", "False")]
    assert sorted(decoys(test, 0)) == sorted(changed)


@pytest.mark.parametrize(
    "test",
    [
        "assert f(1) != 2",
        "assert f(1)",
        "assert f(1) == [2]",
        "for x in []:\n    assert f(1) == 2",
        "if x:\n    assert f(1) == 2",
        "def helper():\n    assert f(1) == 2",
        "assert 1 < f(1) == 2",
        "assert (",
        "",
    ],
)
def test_what_may_not_be_reached_or_not_fail_is_left_alone(test: str) -> None:
    assert decoys(test, 0) == []


def test_there_are_three_at_most_chosen_by_the_seed() -> None:
    test = "\n".join(f"assert f({number}) == {number}" for number in range(20))
    assert len(decoys(test, 1)) == 3
    assert decoys(test, 1) == decoys(test, 1) != decoys(test, 2)
