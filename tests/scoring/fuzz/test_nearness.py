"""Rules by which other right answers are as good: floats that lie near, any order, whether it is true."""

from __future__ import annotations

from collections import deque
from typing import Any

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
    ],
)
def test_rules(rule: str, out: Any, expected: Any, holds: bool) -> None:
    assert Rule(rule, 0.0).holds(list, out, expected) is holds


def test_an_object_that_yields_nothing_is_of_another_kind() -> None:
    with pytest.raises(TypeError):
        Rule("sequence", 0.0).holds(list, Other("A"), [1, 2])
