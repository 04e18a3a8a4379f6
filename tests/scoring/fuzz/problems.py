"""Problems with tests and canonical solutions, for the tests of --fuzz."""

from __future__ import annotations

from typing import Any

from pytest_codeeval.core.problem import Problem


def problem(
    test: str, canonical: str, entry_point: str = "f", prompt: str = "Write a function.", **extra: Any
) -> Problem:
    return Problem("T/1", prompt, test, entry_point, canonical, extra=extra)


ORDERED = problem(
    "\n".join(
        f"assert f({items}, {item}) == {sorted([*items, item]).index(item)}"
        for items, item in (([1, 3, 5, 8], 3), ([2, 4, 6], 5), ([-1, 0, 7, 9, 12], 12), ([3, 5], 4))
    ),
    "import bisect\ndef f(items, item):\n    return bisect.bisect_left(items, item)\n",
    prompt="Return where an item belongs in a list in order.",
)
SCAN = (
    "def f(items, item):\n    for at, one in enumerate(items):\n        if one >= item: return at\n    return {end}\n"
)
