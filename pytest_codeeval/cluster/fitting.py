"""Which nodes can grade: those of one version, and of the strongest tier of the sandbox that any of them has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_codeeval.cluster.node import versions
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.text import printable
from pytest_codeeval.execution.sandbox.choice import CHOICES

_TIERS = CHOICES[2:]


def fitting(nodes: Mapping[str, Mapping[str, Any]]) -> tuple[str, dict[str, str]]:
    """Return the tier to grade in, and of each node that cannot do so, with its name in words, why.

    `nodes` are what `node.look` says. Raises UsageError where none can.
    """
    here = versions()
    unfit = {node: _why_not(found, here) for node, found in nodes.items()}
    tiers = [found["tier"] for node, found in nodes.items() if not unfit[node]]
    if not tiers:
        said = next((printable(why, limit=300) for why in unfit.values()), "it has no nodes")
        raise UsageError(f"no node of the cluster can grade: {said}")
    best = min(tiers, key=_TIERS.index)
    for node, found in nodes.items():
        if not unfit[node] and found["tier"] != best:
            unfit[node] = f"its sandbox is weaker ({found['tier']}, not {best})"
    names = {node: f"{printable(str(nodes[node].get('node')), limit=60)}: {why}" for node, why in unfit.items() if why}
    return best, names


def _why_not(found: Mapping[str, Any], here: Mapping[str, str]) -> str:
    if found.get("tier") not in _TIERS:
        return str(found.get("why") or "it does not say what it is")
    theirs = found["versions"]
    differing = [f"{name} is {theirs.get(name)}, not {own}" for name, own in here.items() if theirs.get(name) != own]
    return "; ".join(differing)
