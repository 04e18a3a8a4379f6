"""Attacks on limits, isolation and state, in each tier, as root and as an ordinary user."""

from __future__ import annotations

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.probe import probe
from tests.execution.hostile.corpus import faults, other_user, python_for, trial
from tests.execution.hostile.uncounted import UNCOUNTED


# Each row in each tier and as each user, but not in all ways: the rows take their time.
@pytest.mark.parametrize(
    ("tier", "ordinary", "part"),
    [
        ("namespaces", False, 0),
        ("namespaces", True, 1),
        ("landlock", False, 1),
        ("landlock", True, 0),
    ],
    ids=["namespaces-self", "namespaces-ordinary user", "landlock-self", "landlock-ordinary user"],
)
def test_everything_counts_and_nothing_is_left(tier: str, ordinary: bool, part: int) -> None:
    try:
        probe(SandboxChoice(tier))
    except UsageError as error:
        pytest.skip(str(error))
    user = other_user() if ordinary else None
    if ordinary and (user is None or not python_for(user)):
        pytest.skip("there is no ordinary user to become, or no interpreter for one")
    rows = [row for row in UNCOUNTED[part::2] if tier in row.get("tiers", [tier])]
    said = trial(tier, user, rows)
    assert not faults(rows, said), "\n".join(faults(rows, said))
