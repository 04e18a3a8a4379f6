"""Rules by which other right answers are as good: floats that lie near, any order, whether it is true."""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
import pytest

from pytest_codeeval.execution.grading.novalues import Other
from pytest_codeeval.execution.grading.rules import Rule


@pytest.mark.parametrize(
    ("rule", "out", "expected", "holds"),
    [
        ("near", 2, 2.0000000001, True),
        ("near", 2.0, 2.1, False),
        ("near", {"a": [0.30000000000000004]}, {"a": [0.3]}, True),
        ("near", [1, 2], (1, 2), False),
        ("near", float("nan"), float("nan"), True),
        ("near", float("inf"), 1.0, False),
        ("near", 10**400, 1.5, False),
        ("near", "1.0", 1.0, False),
        ("near", 118264581564861424, 1.1826458156486142e17, True),
        ("truth", 1, True, True),
        ("truth", [], True, False),
        ("sequence", [1, 2], (1, 2), True),
        ("sequence", [2, 1], (1, 2), False),
        ("sequence", range(3), [0, 1, 2], True),
        ("sequence", range(10**12), [0, 1, 2], False),
        ("unordered", range(10**12), [0, 1, 2], False),
        ("set", range(10**12), [0, 1, 2], False),
        ("set", range(3), (2, 1, 0, 0), True),
        ("truth", Other("map", []), True, True),
        ("sequence", deque((1, 2)), [1, 2], True),
        ("sequence", {1: 2}.values(), [2], True),
        ("sequence", Other("map", [1, 2]), [1, 2], True),
        ("sequence", Other("map", [2, 1]), [1, 2], False),
        ("near", Other("map", [1, 2]), [1, 2], False),
        ("unordered", (2, 1), [1, 2], True),
        ("unordered", Other("map", [2, 1]), [1, 2], True),
        ("unordered", (2, 2), [1, 2], False),
        ("unordered", [9.999999999, 5.0], [5.0, 10.0], True),  # in whose texts 10.0 comes first
        ("unordered", [(9.999999999, "a"), (5.0, "b")], [(5.0, "b"), (10.0, "a")], True),
        ("unordered", ["a", None, 1, "1"], [1, "1", "a", None], True),
        ("near", {0.30000000000000004, 7.0}, {7.0, 0.3}, True),
        ("near", {0.3}, {0.4}, False),
        ("near", [frozenset([0.30000000000000004])], [{0.3}], True),
        ("near", {0.30000000000000004: 1.0}, {0.3: 1}, True),
        ("near", {0.3: 1.0}, {0.3: 2.0}, False),
        ("near", {"a": 0.3}, {"b": 0.3}, False),
        ("near", deque([0.30000000000000004]), deque([0.3]), True),
        ("near", np.array([0.30000000000000004, 1.0]), np.array([0.3, 1.0]), True),
        ("near", [np.array([1, 2])], [[1, 2]], True),
        ("near", np.array([[1, 2]]), np.array([1, 2]), False),
        ("sequence", np.array([1, 2]), (1, 2), True),
        ("unordered", np.array([2, 1]), [1, 2], True),
        ("distinct", [0.30000000000000004, 0.3, 0.30000000000000004], [0.3, 0.30000000000000004], True),
        ("distinct", (0.30000000000000004,), [0.3, 0.3], True),
        ("distinct", np.array([2, 1, 1]), {1, 2}, True),
        ("distinct", [1], [1, 2], False),
        ("distinct", range(10**12), [0, 1, 2], False),
        ("distinct", 3, [3], False),
    ],
)
def test_rules(rule: str, out: Any, expected: Any, holds: bool) -> None:
    assert Rule(rule, 0.0).holds(list, out, expected) is holds


def test_an_object_that_yields_nothing_is_of_another_kind() -> None:
    with pytest.raises(TypeError):
        Rule("sequence", 0.0).holds(list, Other("A"), [1, 2])
