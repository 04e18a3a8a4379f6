"""RecordedTasks: which problems of a suite a recording has, and under which ids."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_codeeval.core.errors import nearest
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.generation.backends.replay.harnesses import position_id, positions, question_id
from pytest_codeeval.generation.backends.replay.recordings import recorded_ids

if TYPE_CHECKING:
    from pytest_codeeval.plugin.loadedsuite import LoadedSuite

_ALWAYS_ALIKE = ("humaneval", "mbpp")
"""Suites whose problems stand in one order everywhere, so that fewer of them are the first ones."""


class RecordedTasks:
    """What a recording has of a suite; `counts` says how many samples there are under each recorded id."""

    def __init__(self, loaded: LoadedSuite, counts: Mapping[str, int]) -> None:
        self._loaded = loaded
        self._counts = counts
        suite, variant = loaded.suite, loaded.dataset.variant
        # A suite's parts share their ids and prompts, but for the sanitized MBPP, which has its own.
        self._names = [loaded.name] if variant == "sanitized" else [loaded.name, suite.name]
        if loaded.is_arena:  # whose questions are those of other suites
            self._names += suite.aliases
        # Our own results say by which protocol they were asked: what answers another prompt is none of this one's.
        self._ours = [loaded.name, f"{suite.name}@{suite.protocol.name}"] if suite.protocol else self._names
        ordered = {found for recorded_id in counts if "#" in recorded_id and (found := positions(recorded_id))}
        self._order = self._problems_in_order() if ordered else {}
        self._by_question = any(recorded_id.startswith("asked:") for recorded_id in counts)
        self._ordered = [(task, total) for task, total in sorted(ordered) if self._is_meant(task, total)]

    def id_of(self, problem: Problem) -> str:
        """Return the recorded id of a problem, an empty text if the recording does not have it."""
        known = recorded_ids(problem.task_id, self._ours, self._loaded.suite.aliases)
        if problem.task_id in self._order:
            place = self._order[problem.task_id]
            known += [position_id(task, place, total) for task, total in self._ordered]
        if self._by_question:
            known.append(question_id(problem.prompt))
        return next((found for found in known if found in self._counts), "")

    def samples_of(self, recorded_id: str, asked: int | None, *, fewer: bool) -> int:
        """Return how many samples to score: those asked for or all that there are; with `fewer` no more than these."""
        there = self._counts[recorded_id]
        return there if asked is None else min(asked, there) if fewer else asked

    @cached_property
    def matched(self) -> list[str]:
        """The recorded ids that are of a problem of the suite, whether or not that is run."""
        return list(filter(None, map(self.id_of, self._loaded.dataset.problems)))

    def lacking(self, label: str) -> str:
        """Say that the recording has nothing of the suite, and what it has instead."""
        wanted = recorded_ids(self._loaded.problems[0].task_id, [], [])[0]
        known = next(iter(self._counts), "nothing")
        if found := positions(known):
            task, total = found
            named = f"of {task!r} " if task else ""
            return (
                f"{label} has generations {named}by order, {total} of them, where {self._loaded.name} has "
                f"{len(self._order)} problems, so that nobody knows which belongs to which"
            )
        hint = nearest(wanted, self._counts) or f" (it has such as {known!r})"
        return f"{label} has no sample of {self._loaded.name}{hint}"

    def _problems_in_order(self) -> dict[str, int]:
        """Return the place of each problem among those that published scores are computed on."""
        dataset = self._loaded.dataset
        part = dataset.scored[1] if dataset.scored else None
        meant = [problem.task_id for problem in dataset.problems if part is None or problem.task_id in part]
        return {task_id: number for number, task_id in enumerate(meant)}

    def _is_meant(self, task: str, total: int) -> bool:
        if task in (*self._names, self._loaded.dataset.variant):
            return total == len(self._order) or (task in _ALWAYS_ALIKE and total < len(self._order))
        # Programs that do not say what they are of are in Python.
        in_python = self._loaded.suite.name == "dataset" or self._loaded.suite.language == "python"
        return in_python and not _names_suite(task) and total == len(self._order)


def _names_suite(task: str) -> bool:
    """Whether a task is the name of one of the suites here, so that it is not another."""
    from pytest_codeeval import benchmarks

    return task in {getattr(benchmarks, name).name for name in benchmarks.__all__}
