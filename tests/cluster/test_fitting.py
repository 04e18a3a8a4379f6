"""Which nodes of a cluster can grade."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_codeeval.cluster.fitting import fitting
from pytest_codeeval.cluster.node import versions, without_keys
from pytest_codeeval.core.errors import UsageError


def node(tier: str, why: str = "", **more: Any) -> dict[str, Any]:
    return {"node": "n1", "tier": tier, "why": why, "versions": versions(), **more}


def test_all_grade_in_the_strongest_tier_that_there_is_and_it_is_said_who_cannot() -> None:
    other = {**versions(), "python": "3.8.1"}
    tier, unfit = fitting(
        {
            "a": node("landlock"),
            "b": node("namespaces"),
            "c": node("", "it has no sandbox"),
            "d": node("namespaces", versions=other),
            "e": {"node": "e", "tier": "", "why": "it died"},
        }
    )
    assert tier == "namespaces"
    assert unfit.keys() == {"a", "c", "d", "e"}
    assert unfit["a"] == "n1: its sandbox is weaker (landlock, not namespaces)"
    assert unfit["c"] == "n1: it has no sandbox"
    assert "python is 3.8.1, not " in unfit["d"] and unfit["e"] == "e: it died"
    assert fitting({"a": node("plain")}) == ("plain", {})


@pytest.mark.parametrize("nodes", [{}, {"a": node("", "nothing holds")}, {"a": node("made up")}])
def test_without_any_it_is_said_why(nodes: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="no node of the cluster can grade: "):
        fitting(nodes)


def test_no_key_is_left_in_the_environment_of_a_shard(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {"PATH": "/bin", "CODEEVAL_DATA": "/data", "HF_HOME": "/hf"}
    gone = {"OPENAI_API_KEY": "x", "DASHSCOPE_API_KEY": "x", "MINE": "x", "HF_TOKEN": "x", "RAY_ADDRESS": "x"}
    for name, value in {**kept, **gone}.items():
        monkeypatch.setenv(name, value)
    assert without_keys([*kept, *gone], ["MINE"]) == kept
