"""When an output is as good as the expected one: EvalPlus' rules."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from pytest_codeeval.execution.grading.rules import Rule


def holds(rule: str, out: Any, expected: Any, arguments: tuple[Any, ...] = (), atol: float = 0.0) -> bool:
    """Whether an output holds; what cannot be compared does not."""
    try:
        return Rule(rule, atol).holds(lambda: list(arguments), out, expected)
    except (TypeError, ValueError, OverflowError):
        return False


@pytest.mark.parametrize(
    ("out", "expected", "atol", "right"),
    [
        (3, 3, 0, True),
        (True, 1, 0, True),
        ([1, 2], (1, 2), 0, False),
        (3, 4, 0, False),
        (1.0, 1.0 + 5e-7, 0, True),  # floats are close by a millionth if nothing else is said
        (1.0, 1.0 + 5e-6, 0, False),
        (1.0, 1.0 + 5e-5, 1e-4, True),
        (1, 1.0000001, 0, False),  # close, and of another type
        (1, 1.0, 0, True),
        ([1.0, 2.0], [1.0000001, 2.0], 0, True),
        ([1, 2], [1.0000001, 2.0], 0, True),  # the items may be of another type
        ((1.0, 2.0), [1.0000001, 2.0], 0, False),
        ([1.0], [1.0000001, 2.0], 0, False),
        ([1.0000001], [], 0, False),
        ([1.0, "a"], [1.0000001, "a"], 0, False),  # no list of floats
        ([1.0, "a"], [1.0000001, "a"], 1e-4, False),
        ([[1.0], [2.0]], [[1.00001], [2.0]], 1e-4, True),
        ([[1.0], [1.0]], [1.00001, 1.00001], 1e-4, False),  # numpy would broadcast
        (1e12, 1e12 + 1, 0, True),  # and a tenth of a millionth of the value
        (math.inf, math.inf, 0, True),
        ([math.inf, 1.0], [math.inf, 1.0000001], 0, True),
        (math.inf, 1.0, 0, False),
        (math.nan, math.nan, 0, False),
        (10**400, 1.0, 0, False),
        ([10**400], [1.0], 0, False),
        (None, 1.0, 0, False),
        ({"a": 1.0}, {"a": 1.0000001}, 1e-4, False),
        (1 + 1e-8j, 1 + 2e-8j, 1e-4, True),
    ],
)
def test_outputs_are_compared_as_evalplus_does(out: Any, expected: Any, atol: float, right: bool) -> None:
    assert holds("equal", out, expected, atol=atol) is right


def test_a_tolerance_that_floats_call_for_stays_for_what_follows() -> None:
    rule = Rule("equal", 0.0)
    assert not rule.holds(list, [1.0, 2], [1.0000001, 2])
    assert rule.holds(list, 1.0, 1.0000001)
    assert rule.holds(list, [1.0, 2], [1.0000001, 2])
    rule.restart()
    assert not rule.holds(list, [1.0, 2], [1.0000001, 2])


@pytest.mark.parametrize(
    ("rule", "out", "expected", "arguments", "atol", "right"),
    [
        ("root", 2.0, 7, ([-4, 0, 1],), 1e-4, True),
        ("root", -2.0, 7, ([-4, 0, 1],), 1e-4, True),  # whichever of the roots
        ("root", 2.1, 2.1, ([-4, 0, 1],), 1e-4, False),  # even where it is the expected one
        ("root", "2", 2.0, ([-4, 0, 1],), 1e-4, False),
        ("any", None, 3, (), 0, True),
        ("zero", 0, 6, (), 0, True),
        ("zero", 6, 6, (), 0, True),
        ("zero", 5, 6, (), 0, False),
        ("pyramid", 33, 1, (3, 4), 0, False),
        ("pyramid", 35, 1, (3, 4), 0, True),
        ("pyramid", 1, 1, (3, 4), 0, True),
        ("pyramid", "35", 1, (3, 4), 0, False),
        ("digits", 6, 0, (123, 256), 0, False),
        ("digits", 7, 0, (123, 256), 0, True),
        ("digits", 5, 0, (7, 12), 0, False),
        ("digits", 6, 0, (7, 12), 0, True),  # aligned at their ends
        ("set", [2, 1, 1], (1, 2), (), 0, True),
        ("set", {1, 2}, [1, 2], (), 0, True),
        ("set", [1], [1, 2], (), 0, False),
        ("set", 3, [3], (), 0, False),
        ("set", np.array([2, 1]), (1, 2), (), 0, True),  # though it equals no tuple
        ("set", np.array([2, 3]), (1, 2), (), 0, False),
        ("equal", np.array([1, 2]), [1, 2], (), 0, False),
        ("equal", np.array([1]), [1], (), 0, True),
        ("equal", np.array([1.0, 2.0]), [1.0, 2.0], (), 0, False),
        ("not none", "a match", "another", (), 0, True),
        ("not none", True, "another", (), 0, True),
        ("not none", None, "another", (), 0, False),
        ("not none", False, "another", (), 0, False),
        ("not none", None, None, (), 0, True),
        ("not none", False, None, (), 0, True),
        ("not none", 0, None, (), 0, False),
        ("not none", np.array([1, 2]), "another", (), 0, True),
        ("not none", False, 0.5, (), 1e-4, False),
    ],
)
def test_some_tasks_have_rules_of_their_own(
    rule: str, out: Any, expected: Any, arguments: tuple[Any, ...], atol: float, right: bool
) -> None:
    assert holds(rule, out, expected, arguments, atol) is right


def test_there_is_no_rule_of_another_name() -> None:
    with pytest.raises(KeyError):
        Rule("equals", 0.0)
