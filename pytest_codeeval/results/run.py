"""Run: what one model did, as its results folder has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.text import printable
from pytest_codeeval.reports.datasetfacts import datasets_of
from pytest_codeeval.reports.samplefile import latest_rows
from pytest_codeeval.reports.scoreboard import Scoreboard
from pytest_codeeval.reports.suitescore import SuiteScore

_STOPPED = (2, 3)  # as pytest says it: interrupted, or by an error of its own, such as a pipe that nobody reads


@dataclass(frozen=True)
class Run:
    """One model's samples and what is known of how they were made.

    `name` tells the run from others that were loaded with it: the label of the model, with the folder behind it if
    others have that label. `samples_path` is its `samples.jsonl`, `about` its `run.json` (empty if there is none).
    """

    name: str
    model: str
    samples_path: Path
    about: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def samples(self) -> Iterator[dict[str, Any]]:
        """Yield the rows of the samples, the latest of each, as `samples.jsonl` has them.

        They are read anew each time and not kept, as the answers of a large run do not fit into memory.
        Raises StorageError where the file cannot be read.
        """
        return latest_rows(self.samples_path)

    @property
    def finished(self) -> bool:
        """Whether the run came to its end; of a file without a `run.json` that is not known, and taken to be so."""
        about = self.about
        return not about or (bool(about.get("finished")) and about.get("exit_status_of_pytest") not in _STOPPED)

    @property
    def settings(self) -> Mapping[str, Any]:
        """The settings that change answers or verdicts."""
        return _mapping(self.about.get("settings"))

    @property
    def datasets(self) -> Mapping[str, Mapping[str, Any]]:
        """What is known of each suite's dataset, by suite."""
        return datasets_of(self.about)

    @property
    def pass_at(self) -> tuple[int, ...]:
        """The k of pass@k that the run was asked for."""
        asked = _mapping(self.about.get("options")).get("pass_at")
        return tuple(k for k in asked if type(k) is int and k > 0) if isinstance(asked, list) else ()

    @cached_property
    def board(self) -> Scoreboard:
        """All scores of the run, made of its samples.

        Raises UsageError for a file by itself that has those of several models; a results folder is of one.
        """
        board = Scoreboard([self.model])
        for name, about in self.datasets.items():
            board.add_dataset({**about, "suite": name})
        for row in self.samples():
            if row["model"] != self.model and not self.about:
                raise UsageError(
                    f"{str(self.samples_path)!r} has samples of {printable(self.model)} and of "
                    f"{printable(row['model'])}; give each model a file of its own."
                )
            board.add_row({**row, "model": self.model})
        errors = self.about.get("errors_of_last_run")
        for suite, task_id, message in _errors(errors if isinstance(errors, list) else [], self.datasets):
            board.add_error(self.model, suite, task_id, message)
        return board

    @property
    def scores(self) -> Mapping[str, SuiteScore]:
        """The score of each suite by its name, those of its parts right after the whole."""
        return {score.suite: score for score in self.board.scores()}

    @property
    def suites(self) -> tuple[str, ...]:
        """The names of the suites, without their parts."""
        return tuple(score.suite for score in self.board.by_model().get(self.model, ()))


def _errors(errors: Sequence[Any], suites: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield (suite, task id, message), as far as the suite is known: older folders name none beside an error."""
    only = next(iter(suites)) if len(suites) == 1 else ""
    for found in errors:
        if isinstance(found, list) and len(found) > 1:
            suite = str(found[2]) if len(found) > 2 and str(found[2]) in suites else only
            if suite:
                yield suite, str(found[0]), str(found[1])


def _mapping(found: object) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}
