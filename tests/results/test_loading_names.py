"""Names of runs that were loaded together, and whose samples they have."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.results import load
from tests.results.chartruns import HOSTILE, results, rows, write


def test_runs_have_names_that_stay_apart_as_they_are_shown(tmp_path: Path) -> None:
    names = [run.name for run in results(tmp_path, *(rows("1", model=name) for name in HOSTILE)).runs]
    assert len(set(names)) == len(HOSTILE)


def test_a_file_of_several_models_is_nobodys(tmp_path: Path) -> None:
    both = tmp_path / "both.jsonl"
    folders = [write(tmp_path / name, rows("1 0", model=name)) for name in ("a", "b")]
    both.write_text("".join((folder / "samples.jsonl").read_text() for folder in folders))
    with pytest.raises(UsageError, match="has samples of a and of b; give each model a file of its own"):
        _ = load(both).runs[0].scores


def test_a_folder_is_of_one_model_whatever_its_label_was(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", [*rows("1", model="A"), *rows("0", model="a")])
    assert load(folder).runs[0].scores["s"].outcomes.total() == 1


def test_a_sweep_has_the_runs_of_all_its_presets(tmp_path: Path) -> None:
    for place in ("memory/m", "balanced/m", "alone"):
        write(tmp_path / place, rows("1", model=place[-1]))
    (tmp_path / "judges").mkdir()
    with pytest.raises(UsageError, match="holds no results"):
        load(tmp_path / "judges")
    assert [run.name for run in load(tmp_path).runs] == ["e"]
    (tmp_path / "sweep.json").write_text('{"cells": []}')
    assert [run.name for run in load(tmp_path).runs] == ["e", "m (balanced)", "m (memory)"]
