"""keep: writes runs down to what a later comparison takes, small enough for a repository."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pytest_codeeval.reports.folder import RUN, SAMPLES
from pytest_codeeval.results.newfolder import new_folder
from pytest_codeeval.results.results import Results
from pytest_codeeval.results.run import Run

_ABOUT = ("versions", "settings", "started", "finished", "datasets", "errors_of_last_run", "exit_status_of_pytest")
_ROW = ("task_id", "model", "suite", "sample_index", "passed", "outcome", "cause", "value", "measures")


def keep(results: Results, folder: Path) -> None:
    """Write a folder of results with verdicts and without answers, which is read as any other.

    Raises UsageError for a folder that holds something, or cannot be written; then none is made.
    """
    with new_folder(folder) as part:
        for number, run in enumerate(results.runs):
            own = part / f"{number}-{_plain(run.model)}" if len(results.runs) > 1 else part / _plain(run.model)
            own.mkdir()
            (own / RUN).write_text(json.dumps(_about(run), indent=1) + "\n", "ascii")
            with (own / SAMPLES).open("w", encoding="ascii") as lines:
                lines.writelines(json.dumps(row) + "\n" for row in _rows(run))


def _about(run: Run) -> Mapping[str, Any]:
    kept = {name: run.about[name] for name in _ABOUT if name in run.about}
    return {**kept, "options": {"models": [{"label": run.model}], "pass_at": list(run.pass_at)}} if kept else {}


def _rows(run: Run) -> Iterator[dict[str, Any]]:
    for row in run.samples():
        yield {name: row[name] for name in _ROW if row.get(name) not in (None, {})}


def _plain(name: str) -> str:
    return "".join(char if char.isascii() and (char.isalnum() or char in "._-") else "-" for char in name)[:80] or "run"
