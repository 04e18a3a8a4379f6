"""Ways: the tiers and users that rows of attacks are tried in."""

from __future__ import annotations

import sys
from functools import cache
from typing import TypeVar

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.probe import probe
from tests.execution.hostile.corpus import other_user, python_for

T = TypeVar("T")

in_each_way = pytest.mark.parametrize(
    ("tier", "ordinary", "part"),
    [("namespaces", False, 0), ("namespaces", True, 1), ("landlock", False, 2), ("landlock", True, 3)],
    ids=["namespaces-self", "namespaces-ordinary user", "landlock-self", "landlock-ordinary user"],
)
"""All rows in all four ways would take too long: each runs in some, and each kind of row in all of them."""


@cache
def _ordinary() -> tuple[int | None, str]:
    user = other_user()
    return user, "" if user is None else python_for(user)


def quarter(rows: list[T], part: int) -> list[T]:
    """Return every fourth row, or every other one where there is only one user: each runs in one way.

    Before any are left out: else the parts of the ways would not match.
    """
    return rows[part::4] if _ordinary()[1] else rows[part // 2 :: 2]


def way(tier: str, *, ordinary: bool) -> tuple[int | None, str]:
    """Return the user to become, None for this one, and the interpreter; where there is no such way, the test skips."""
    try:
        probe(SandboxChoice(tier))
    except UsageError as error:
        pytest.skip(str(error))
    user, python = _ordinary() if ordinary else (None, sys.executable)
    if ordinary and user is None:
        pytest.skip("these tests run as an ordinary user already")
    if not python:
        pytest.skip("no interpreter that an ordinary user can run")
    return user, python
