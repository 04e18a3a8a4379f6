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
    [("namespaces", False, 0), ("namespaces", True, 1), ("landlock", False, 1), ("landlock", True, 0)],
    ids=["namespaces-self", "namespaces-ordinary user", "landlock-self", "landlock-ordinary user"],
)
"""Each row runs in both tiers and as both users, but not in all four ways, which would take twice as long."""


@cache
def _ordinary() -> tuple[int | None, str]:
    user = other_user()
    return user, "" if user is None else python_for(user)


def half(rows: list[T], part: int) -> list[T]:
    """Return every other row, or all of them where there is only one user to run them as.

    Before any are left out: else the halves of two ways would not match.
    """
    return rows[part::2] if _ordinary()[1] else rows


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
