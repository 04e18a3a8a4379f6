"""Attacks on how verdicts are reached here, and odd honest solutions, in each tier, as root and as an ordinary user."""

from __future__ import annotations

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.probe import probe
from tests.execution.hostile.corpus import faults, has_numpy, other_user, python_for, trial
from tests.execution.hostile.own_attacks import ROWS

ABOUT_THE_PROTOCOL = ("frame", "liar", "raise", "own", "patch", "find", "sleeps", "computes", "fakes")
PARTS = 2


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
def test_no_verdict_is_wrong_and_nothing_comes_to_harm(tier: str, ordinary: bool, part: int) -> None:
    try:
        probe(SandboxChoice(tier))
    except UsageError as error:
        pytest.skip(str(error))
    user = other_user() if ordinary else None
    if ordinary and user is None:
        pytest.skip("these tests run as an ordinary user already")
    python = python_for(user)
    if not python:
        pytest.skip("no interpreter that an ordinary user can run")
    numpy = has_numpy(python)
    rows = [row for row in ROWS if tier in row.get("tiers", [tier]) and (numpy or not row.get("numpy"))]
    if ordinary:
        # Who is asked makes no difference to what is said over the pipes.
        rows = [row for row in rows if not row["id"].startswith(ABOUT_THE_PROTOCOL)]
    rows = rows[part::PARTS]
    said = trial(tier, user, rows)
    found = faults(rows, said)
    found += [
        f"{row['id']} wrote without end"
        for row, result in zip(rows, said["results"], strict=True)
        if unbounded(row, result)
    ]
    assert not found, "\n".join(found)


def unbounded(row: dict, result: dict) -> bool:
    """Whether a solution that writes all it can was neither stopped nor refused."""
    return "bounded" in row and not result["passed"] and result["cause"] != "output"
