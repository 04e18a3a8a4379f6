"""Plan: what a sweep is to run, kept beside its results so that what is missing can be named."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.jsonl import replace_file
from pytest_codeeval.reports.folder import SAMPLES

FILE_NAME = "sweep.json"


@dataclass(frozen=True, slots=True)
class Planned:
    """A model by its label, with a preset (empty if no run serves it), and its suites.

    `asked` tells what it was last run to the end with from anything else, and is empty before that.
    """

    model: str
    preset: str
    suites: tuple[str, ...]
    asked: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {name: getattr(self, name) for name in self.__slots__} | {"suites": list(self.suites)}


def read_plan(folder: Path) -> tuple[Planned, ...]:
    """Return what a sweep planned for its results folder, nothing for another folder.

    Raises UsageError for a file that cannot be read.
    """
    path = folder / FILE_NAME
    try:
        found = json.loads(path.read_bytes())["cells"]
        return tuple(_planned(one) for one in found)
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise UsageError(f"{str(path)!r} is no plan of `codeeval sweep`; name another folder, or remove it.") from None


def write_plan(folder: Path, cells: Sequence[Planned]) -> None:
    """Keep a plan. Raises StorageError where the disk does not take it."""
    replace_file(folder / FILE_NAME, json.dumps({"cells": [one.to_json() for one in cells]}, indent=1).encode() + b"\n")


def expanded(paths: Sequence[str]) -> tuple[list[Path], tuple[Planned, ...]]:
    """Return the results folders that paths stand for, those within a sweep's, and what sweeps have planned.

    Raises UsageError for a plan that cannot be read.
    """
    found: list[Path] = []
    cells: list[Planned] = []
    for path in map(Path, paths):
        planned = read_plan(path)
        cells += planned
        found += sorted({run.parent.parent for run in path.glob(f"*/*/{SAMPLES}")}) if planned else [path]
    return found, tuple(cells)


def _planned(one: Mapping[str, Any]) -> Planned:
    found = Planned(one["model"], one["preset"], tuple(one["suites"]), one["asked"])
    if not all(isinstance(name, str) for name in (found.model, found.preset, found.asked, *found.suites)):
        raise ValueError("a plan is made of texts")
    return found
