"""SavedInputs: inputs that have told a wrong program from the canonical solution, kept in the user's cache folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pytest_codeeval.core.errors import StorageError
from pytest_codeeval.core.jsonl import append_rows, read_whole_lines
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.execution.reference import reference
from pytest_codeeval.scoring.fuzz.values import Arguments, value_in

_MOST = 20
"""Inputs that are kept of one problem."""


def problem_key(problem: Problem) -> str:
    """Return what problems are told apart by, whose inputs and answers may be different."""
    about = [problem.task_id, problem.entry_point, problem.prompt, reference(problem)]
    return hashlib.sha256(json.dumps(about).encode()).hexdigest()[:32]


class SavedInputs:
    """One file a problem. A folder that cannot be used is no error: nothing is then found, nor kept.

    What is saved is for later runs: one that took in what its other processes find would not fall out alike each time.
    """

    def __init__(self, folder: str, run: str) -> None:
        """`folder` may be empty for none; `run` is this run's id."""
        self._folder = Path(folder, "found") if folder else None
        self._run = run

    def of(self, problem: Problem) -> list[Arguments]:
        """Return the inputs that earlier runs have saved of a problem, as far as they can be read."""
        found = []
        for row in self._rows(self._path(problem)):
            with suppress(ValueError, TypeError, LookupError, RecursionError, AttributeError):
                if row.get("run") != self._run:
                    found.append(tuple(value_in(row["input"])))
        return found[:_MOST]

    def add(self, problem: Problem, suite: str, row: Mapping[str, Any]) -> None:
        """Save an input with what is known of it, if it is not known already."""
        path = self._path(problem)
        if path is None:
            return
        known = [one.get("input") for one in self._rows(path)]
        if len(known) < _MOST and row["input"] not in known:
            about = {"suite": suite, "task_id": problem.task_id, "entry_point": problem.entry_point, "run": self._run}
            with suppress(OSError, StorageError):
                path.parent.mkdir(parents=True, exist_ok=True)
                append_rows(path, [{**about, **row}])

    def all(self) -> Iterator[dict[str, Any]]:
        """Yield all that is saved, problem by problem."""
        if self._folder is not None and self._folder.is_dir():
            for path in sorted(self._folder.glob("*.jsonl")):
                yield from self._rows(path)

    def _path(self, problem: Problem) -> Path | None:
        return self._folder / f"{problem_key(problem)}.jsonl" if self._folder else None

    @staticmethod
    def _rows(path: Path | None) -> Iterator[dict[str, Any]]:
        if path is not None:
            with suppress(StorageError):
                yield from read_whole_lines(path)
