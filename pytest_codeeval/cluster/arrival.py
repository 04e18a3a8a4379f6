"""Arrival: what came back for a shard, as far as it has been checked and may be believed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pytest_codeeval.cluster.archive import FILES, LONGEST, BadArchive, read_object, unpack
from pytest_codeeval.cluster.node import ABSENT
from pytest_codeeval.cluster.order import Order
from pytest_codeeval.cluster.planned import ClusterPlan
from pytest_codeeval.cluster.sent import SentAnswers
from pytest_codeeval.core.columns import COLUMNS
from pytest_codeeval.reports.folder import RUN, SAMPLES
from pytest_codeeval.reports.samplerow import identity
from pytest_codeeval.results.merging.differing import differences
from pytest_codeeval.results.run import Run

_NAMES = frozenset(column.name for column in COLUMNS)
_TYPES: Mapping[type, tuple[type, ...]] = {str: (str,), bool: (bool,), int: (int,), float: (int, float)}
_PARTS = ("datasets", "options", "versions", "sandbox", "settings")
_LATER = (RUN, SAMPLES)
_ENDED, _REFUSED = (0, 1), (4, ABSENT)
"""Exit codes of a run that came to its end, and of one that was not begun."""
_WHY = 300
"""Characters of the reason for a verdict that is lacking."""


class NotAlike(BadArchive):
    """What came from a node was made with other data, versions or settings than there are here."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """The folder with what came, its models' runs by folder, and how the shard's run ended.

    `lacking` are (task, why) of problems that have no verdict.
    """

    folder: Path
    runs: Mapping[str, Run]
    status: Mapping[str, Any]
    problems: int
    lacking: tuple[tuple[str, str], ...]

    @property
    def refused(self) -> bool:
        """Whether the run did not begin, which may be the node's fault, and is another's to do."""
        return self.status["exit"] in _REFUSED or (self.status["exit"] > 1 and not self.runs)

    @property
    def ended(self) -> bool:
        """Whether the run of the shard came to its end, so that what it lacks would lack again."""
        return self.status["exit"] in _ENDED and all(run.finished for run in self.runs.values())


def arrived(archive: bytes, order: Order, plan: ClusterPlan, folder: Path, sent: SentAnswers) -> Arrival:
    """Unpack an archive into an empty folder, and check all that it holds against what was ordered and `sent`.

    Raises BadArchive for what was not ordered.
    """
    status = unpack(archive, plan.runs.keys(), folder)
    if status["shard"] != order.shard:
        raise BadArchive(f"it is of another shard ({status['shard'][:20]})")
    runs = {path.parent.name: _run(path, order, plan) for path in sorted(folder.glob(f"*/{RUN}"))}
    problems, lacking, part = 0, [], order.part
    for name, suites in plan.samples.items():
        run = runs.get(name)
        there = _samples(run, order, suites, sent) if run else {}
        wanted = {(suite, task): n for suite, tasks in suites.items() for task, n in tasks.items() if part.holds(task)}
        short = [task for task, samples in wanted.items() if len(there.get(task, ())) < samples]
        problems += len(wanted) - len(short)
        reasons = _errors(run) if run else {}
        lacking += [(task[1], reasons.get(task[1], "no verdict came")) for task in short]
        for file in FILES:
            if file not in _LATER:
                _demand_rows(folder / name / file, plan.samples[name], order)
    return Arrival(folder, runs, status, problems, tuple(lacking))


def _run(path: Path, order: Order, plan: ClusterPlan) -> Run:
    """Return the run of a model, which has to be made as it was asked to."""
    expected = plan.runs[path.parent.name]
    about = read_object(path) or {}
    if about.get("label") != expected.model or about.get("shard") != order.shard or not _is_formed(about):
        raise BadArchive(f"its {RUN} is not of {expected.model}, shard {order.shard}")
    if not path.with_name(SAMPLES).is_file():
        raise BadArchive(f"it has no {SAMPLES}")
    run = Run(expected.model, expected.model, path.with_name(SAMPLES), about)
    asked = {**expected.about, "shard": order.shard, "sandbox": {"tier": order.sandbox}}
    asked.pop("options", None)
    if found := differences([replace(expected, about=asked), run]):
        said = "; ".join(f"{one.name} is {one.values[1][:80]}, not {one.values[0][:80]}" for one in found[:3])
        raise NotAlike(f"what it graded was not made as here: {said}")
    return run


def _is_formed(about: Mapping[str, Any]) -> bool:
    """Whether what is taken over into the results folder has the form that it has there."""
    datasets, *parts = map(about.get, _PARTS)
    return isinstance(datasets, dict) and all(isinstance(one, dict) for one in (*parts, *datasets.values()))


def _samples(
    run: Run, order: Order, plan: Mapping[str, Mapping[str, int]], sent: SentAnswers
) -> dict[tuple[str, str], set[int]]:
    """Return which samples there are, each of which is one that was ordered, of an answer that was sent."""
    part = order.part
    found: dict[tuple[str, str], set[int]] = {}
    for row in _rows(run.samples_path):
        one = identity(row)
        if one is None or row["model"] != run.model or not _is_typed(row):
            raise BadArchive(f"a row of its {SAMPLES} is no sample of {run.model}")
        suite, task, index = one
        if not part.holds(task) or not 0 <= index < plan.get(suite, {}).get(task, 0):
            raise BadArchive(f"it has a sample that was not asked for: {task[:80]!r} of {suite[:80]!r}, {index}")
        if not sent.has(run, row):
            raise BadArchive(f"it has another answer than was sent: {task[:80]!r} of {suite[:80]!r}, {index}")
        found.setdefault((suite, task), set()).add(index)
    return found


def _is_typed(row: Mapping[str, Any]) -> bool:
    """Whether a row has the columns of this version, and values of their types."""
    return row.keys() == _NAMES and all(
        row[column.name] is None or column.type is object or type(row[column.name]) in _TYPES[column.type]
        for column in COLUMNS
    )


def _demand_rows(path: Path, plan: Mapping[str, Mapping[str, int]], order: Order) -> None:
    for row in _rows(path) if path.is_file() else ():
        suite, task = row.get("suite"), row.get("task_id")
        known = isinstance(suite, str) and isinstance(task, str) and task in plan.get(suite, {})
        if not known or not order.part.holds(str(task)):
            raise BadArchive(f"its {path.name} has a row that was not asked for")


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file line by line, all of which have to be whole."""
    with path.open("rb") as lines:
        while line := lines.readline(LONGEST):
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if not isinstance(row, dict) or not line.endswith(b"\n"):
                raise BadArchive(f"its {path.name} has a line that is none")
            yield row


def _errors(run: Run) -> dict[str, str]:
    errors = run.about.get("errors_of_last_run")
    found = errors if isinstance(errors, list) else []
    return {str(one[0]): str(one[1]) for one in found if isinstance(one, list) and len(one) > 1}
