"""Answers: what the samples of a run tell beside their scores: how long they took, why nothing was found in them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from pytest_codeeval.reports.suitescore import outcome_of
from pytest_codeeval.reports.unanswered import NOTHING, why_nothing
from pytest_codeeval.results.run import Run

Key = tuple[str, int]
_LONGEST = 1e9


@dataclass(frozen=True)
class Answers:
    """By suite: seconds that answers took, why nothing was found, and a hash of each answer by task and number."""

    seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    nothing: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    said: defaultdict[str, dict[Key, bytes]] = field(default_factory=lambda: defaultdict(dict))

    @classmethod
    def of(cls, run: Run, *, hashed: bool) -> Answers:
        """Look the samples of a run through; answers are `hashed` only if they are to be set side by side."""
        found = cls()
        for row in run.samples():
            suite = row["suite"]
            seconds = row.get("seconds")
            if isinstance(seconds, int | float) and 0 < seconds < _LONGEST:
                found.seconds[suite].append(float(seconds))
            if (outcome := outcome_of(row)) in NOTHING:
                says = bool(str(row.get("completion") or "").strip() or row.get("tool_calls"))
                found.nothing[suite][why_nothing(outcome, row.get("finish_reason"), row.get("cause"), says=says)] += 1
            if hashed:
                found.said[suite][row["task_id"], row["sample_index"]] = _hash(row)
        return found


def differing(a: Answers, b: Answers, suite: str) -> tuple[int, int]:
    """Return how many answers of a suite two runs have both given, and how many of these are not the same."""
    first, second = a.said[suite], b.said[suite]
    common = first.keys() & second.keys()
    return len(common), sum(first[key] != second[key] for key in common)


def _hash(row: Mapping[str, Any]) -> bytes:
    said = json.dumps([row.get(name) or None for name in ("completion", "turns", "tool_calls", "scores")])
    return blake2b(said.encode("ascii"), digest_size=8).digest()
