"""McNemar's test: whether two models that were each asked once differ, by the problems that only one of them passes."""

from __future__ import annotations

from typing import NamedTuple


class McNemar(NamedTuple):
    """Its two-sided p-values: `exact`, and `mid`, which is less strict by half of the chance of what was seen."""

    exact: float
    mid: float


def mcnemar(first: int, second: int) -> McNemar:
    """Return the test for how many problems only the first passes, and how many only the second."""
    n, fewer = first + second, min(first, second)
    if first == second:
        return McNemar(1.0, 1.0)
    ways, tail = 1, 1
    for passed in range(fewer):
        ways = ways * (n - passed) // (passed + 1)
        tail += ways
    # Whole numbers until here: a float has no room for the ways of 1,100 problems.
    return McNemar(min(1.0, 2 * tail / 2**n), min(1.0, (2 * tail - ways) / 2**n))
