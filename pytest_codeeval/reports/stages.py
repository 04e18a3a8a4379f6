"""Stages: how many samples got through each stage of a language's runner, and what its linters found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_codeeval.core.result import Result
from pytest_codeeval.core.text import printable

BUILD, TEST, OVERALL = "build", "test", "overall"
_FIRST = (BUILD, "clippy", "name", "json", "schema", "values")
"""The order of stages that are known here: of programs, then of calls."""
_LOAD = "load"
"""What the tests' stage is called where a solution in Python ended before its tests began."""
_LONGEST_NAME = 80


def stages_of(seen: Collection[str]) -> tuple[str, ...]:
    """Return the stages of a language in the order they run in, given those that its samples were seen to reach.

    There are none to tell apart where that is the tests alone. What is built is tested too, reached or not.
    """
    names = set(seen) - {_LOAD}
    if BUILD in names:
        names.add(TEST)
    others = sorted(names - {*_FIRST, TEST})
    found = [name for name in (*_FIRST, *others, TEST) if name in names]
    return tuple(found) if len(found) > 1 else ()


@dataclass(slots=True)
class StageTally:
    """Samples by the set of stages that they passed, and the lints found in them.

    The tests' stage is passed where the verdict says so. By name of a lint: `lints` counts how often it was found,
    `linted` in how many samples.
    """

    passed: Counter[frozenset[str]] = field(default_factory=Counter)
    lints: Counter[str] = field(default_factory=Counter)
    linted: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, result: Result) -> tuple[tuple[str, ...], StageTally]:
        """Return the stages of an item's language, as far as its samples tell them, and the tally of these."""
        seen, tally = set[str](), cls()
        for sample in result.samples:
            if sample.score.passed is not None:
                stages = [stage.to_json() for stage in sample.score.stages]
                seen.update(stage["name"] for stage in stages)
                tally.add(stages, sample.score.passed)
        return stages_of(seen), tally

    def add(self, stages: Sequence[Mapping[str, Any]], passed: bool) -> None:
        """Count one sample: its stages as in `samples.jsonl`, and whether its tests held."""
        held = {stage["name"] for stage in stages if stage["passed"]} - {TEST}
        self.passed[frozenset({*held, TEST} if passed else held)] += 1
        found: Counter[str] = Counter()
        for stage in stages:
            if stage["name"] not in (BUILD, TEST, _LOAD):
                counts = stage.get("counts") or {}  # rows of older versions have none
                found.update({name: count for name, count in counts.items() if isinstance(count, int) and count > 0})
        self.lints.update(found)
        self.linted.update(found.keys())

    def take_in(self, other: StageTally) -> None:
        """Count another tally's samples too."""
        self.passed.update(other.passed)
        self.lints.update(other.lints)
        self.linted.update(other.linted)

    @property
    def samples(self) -> int:
        """How many samples were counted."""
        return self.passed.total()

    def through(self, names: Iterable[str]) -> int:
        """How many samples passed all of the stages."""
        wanted = set(names)
        return sum(count for held, count in self.passed.items() if wanted <= held)

    def columns(self, names: Sequence[str]) -> dict[str, int]:
        """How many samples passed each of a language's stages, and `overall`: all of them, and the tests."""
        return {**{name: self.through([name]) for name in names}, OVERALL: self.through([*names, TEST])}

    def by_lint(self) -> list[tuple[str, int, int]]:
        """Return (name, count, samples) of each lint, the commonest first."""
        ordered = sorted(self.lints.items(), key=lambda lint: (-lint[1], lint[0]))
        return [(name, count, self.linted[name]) for name, count in ordered]

    def to_json(self, names: Sequence[str]) -> dict[str, Any]:
        """Return plain JSON values: `stages` where there are several, `lints` where any were found."""
        found: dict[str, Any] = {}
        if names:
            passed, total = self.columns(names), self.samples
            rate = {name: count / total if total else None for name, count in passed.items()}
            found["stages"] = {"samples": total, "passed": passed, "rate": rate}
        if names and self.lints:
            found["lints"] = {name: {"count": count, "samples": samples} for name, count, samples in self.by_lint()}
        return found


def stage_properties(result: Result) -> list[tuple[str, str]]:
    """Return for each stage of an item, where it has several, a name like `build_rate` and a value like `9/10`."""
    scores = [sample.score for sample in result.samples if sample.score.passed is not None]
    if not stages_of({stage.name for score in scores for stage in score.stages}):
        return []  # as of most items: nothing is to be counted
    names, tally = StageTally.of(result)
    return [(f"{shown(name)}_rate", f"{count}/{tally.samples}") for name, count in tally.columns(names).items()]


def shown(name: str) -> str:
    """Return the name of a stage or a lint as one short line, safe to print."""
    return " ".join(printable(name, limit=_LONGEST_NAME).split())
