"""Which suite the errors of a run belong to, in folders of this version and of earlier ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.results import load


def errors(folder: Path, suites: list[str], kept: Any) -> dict[str, dict[str, str]]:
    (folder / "samples.jsonl").touch()
    datasets = {suite: {"problems": 1} for suite in suites}
    about = {"options": {"models": [{"label": "m"}]}, "datasets": datasets, "errors_of_last_run": kept}
    (folder / "run.json").write_text(json.dumps(about))
    (run,) = load(folder).runs
    return {suite: dict(score.errors) for suite, score in run.scores.items()}


@pytest.mark.parametrize(
    ("suites", "kept", "found"),
    [
        (["s", "t"], [["T/1", "down", "t"], ["T/1", "full", "s"]], {"s": {"T/1": "full"}, "t": {"T/1": "down"}}),
        (["s", "t"], [["T/1", "down"], ["gone[x]", "died", ""]], {}),
        (["s"], [["T/1", "down"], ["gone[x]", "died", ""]], {"s": {"T/1": "down", "gone[x]": "died"}}),
        (["s"], [["T/1"], "T/2", None, ["T/3", "down", ["s"]]], {"s": {"T/3": "down"}}),
    ],
    ids=["named", "of several, unnamed", "of one, unnamed", "edited"],
)
def test_an_error_is_its_suites(tmp_path: Path, suites: list[str], kept: Any, found: dict[str, dict[str, str]]) -> None:
    assert errors(tmp_path, suites, kept) == found
