"""Plan: what a sweep is to run, kept beside its results so that what is missing can be named."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.jsonl import replace_file
from pytest_codeeval.reports.folder import SAMPLES, SWEEP


@dataclass(frozen=True, slots=True)
class Planned:
    """A model by its label, with a preset (empty if no run serves it), and its suites.

    `asked` tells what it was last run to the end with from anything else, and is empty before that. `file` is the
    config file that has it, as it is found from the results folder.
    """

    model: str
    preset: str
    suites: tuple[str, ...]
    asked: str = ""
    file: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {name: getattr(self, name) for name in self.__slots__} | {"suites": list(self.suites)}


def read_plan(folder: Path) -> tuple[Planned, ...]:
    """Return what a sweep planned for its results folder, nothing for another folder.

    Raises UsageError for a file that cannot be read.
    """
    path = folder / SWEEP
    try:
        found = json.loads(path.read_bytes())["cells"]
        return tuple(_planned(one) for one in found)
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise UsageError(f"{str(path)!r} is no plan of `codeeval sweep`; name another folder, or remove it.") from None


def write_plan(folder: Path, cells: Sequence[Planned]) -> None:
    """Keep the plan of one config file, beside what others have planned or run to the end for that folder.

    Raises UsageError for a plan that cannot be read, StorageError where the disk does not take it.
    """
    kept = (_beside(one, cells, folder) for one in read_plan(folder))
    cells = [*filter(None, kept), *cells]
    replace_file(folder / SWEEP, json.dumps({"cells": [one.to_json() for one in cells]}, indent=1).encode() + b"\n")


def planned_in(paths: Sequence[str]) -> tuple[list[Path], Mapping[Path, Sequence[Planned]]]:
    """Return the folders among these that have results, or should have, and what sweeps have planned for which.

    Raises UsageError for a plan that cannot be read.
    """
    plans = {path: read_plan(path) for path in map(Path, paths)}
    found = [path for path, planned in plans.items() if not planned or _has_results(path)]
    return found, plans


def _has_results(path: Path) -> bool:
    return any(next(path.glob(f"{deep}/{SAMPLES}"), None) for deep in ("*", "*/*"))


def _beside(earlier: Planned, cells: Sequence[Planned], folder: Path) -> Planned | None:
    """Return what stays of an earlier plan beside the cells of a config file."""
    own = next((one for one in cells if (one.model, one.preset) == (earlier.model, earlier.preset)), None)
    if earlier.file in ("", *(one.file for one in cells)) or _is_gone(folder / earlier.file):
        # What this file does not name any more, or one that is gone has named, and was never run is planned by nobody.
        return earlier if own is None and earlier.asked else None
    # Two files may have one cell, whose results are those of the run that was the last.
    replaced = own is not None and own.asked not in ("", earlier.asked)
    return replace(earlier, asked="") if replaced else earlier


def _is_gone(file: Path) -> bool:
    try:
        return not file.is_file()
    except OSError:  # what we may not look at may be there
        return False


def _planned(one: Mapping[str, Any]) -> Planned:
    found = Planned(one["model"], one["preset"], tuple(one["suites"]), one["asked"], one.get("file", ""))
    if not all(isinstance(name, str) for name in (found.model, found.preset, found.asked, found.file, *found.suites)):
        raise ValueError("a plan is made of texts")
    return found
