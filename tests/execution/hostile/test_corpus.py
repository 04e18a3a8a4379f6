"""The corpus of hostile and odd solutions, in each tier, as root and as an ordinary user."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.probe import probe
from tests.execution.hostile.corpus import corpus, dataset, faults, has_numpy, other_user, python_for, trial

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
def test_no_verdict_is_wrong_and_nothing_comes_to_harm(data: Path, tier: str, ordinary: bool, part: int) -> None:
    if not (data / "hostile" / "hostile.jsonl").exists():
        pytest.skip("CODEEVAL_DATA has no hostile/hostile.jsonl")
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
    rows = corpus(data)[part::PARTS]
    if not has_numpy(python):
        # What needs a package is only told where there is that package.
        rows = [row for row in rows if row["id"] != "right_numpy"]
    said = trial(tier, user, rows, dataset(data))
    assert not faults(rows, said), "\n".join(faults(rows, said))
