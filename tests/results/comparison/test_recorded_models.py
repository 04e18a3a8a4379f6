"""Figures of recorded models, by the verdicts that their recordings came with."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from pytest_codeeval.results import load
from pytest_codeeval.results.comparison import Row, compare
from tests.results.writing import write

Ends = Mapping[str, str]


def of_rows(path: Path, passed: str, samples: int) -> Ends:
    """Read a letter a sample from rows, as many of each task."""
    ends: dict[str, str] = {}
    with gzip.open(path, "rt") as lines:
        for row in map(json.loads, lines):
            ends[row["task_id"]] = ends.get(row["task_id"], "") + "-+"[bool(row[passed])]
    return {task_id: letters[:samples] for task_id, letters in ends.items()}


def of_evalplus(path: Path) -> Ends:
    """Read them from results of EvalPlus."""
    with gzip.open(path, "rt") as file:
        found = json.load(file)["eval"]
    return {task_id: "+" if rows[0]["base_status"] == "pass" else "-" for task_id, rows in found.items()}


def compared(folder: Path, a: Ends, b: Ends) -> Row:
    write(folder, "a", {"humaneval": a})
    write(folder, "b", {"humaneval": b})
    (row,) = compare(load(folder)).rows
    return row


@pytest.fixture
def gpt_4(data: Path) -> Ends:
    return of_rows(data / "recorded/human_eval/gpt-4_reflexion_simple.jsonl.gz", "is_solved", 1)


@pytest.fixture
def llama3(data: Path) -> Ends:
    return of_evalplus(data / "recorded/evalplus/llama3-8b-instruct/humaneval/samples_eval_results.json.gz")


def test_gpt_4_and_llama3(gpt_4: Ends, llama3: Ends, tmp_path: Path) -> None:
    row = compared(tmp_path, llama3, gpt_4)
    assert (row.n, round(164 * row.value_a), round(164 * row.value_b)) == (164, 98, 134)
    assert [sum(flip.passed_b > flip.passed_a for flip in row.flips), len(row.flips)] == [41, 46]
    assert (round(100 * row.difference.value, 2), round(100 * (row.standard_error or 0), 2)) == (21.95, 3.78)
    assert row.p_exact == pytest.approx(4.41e-8, rel=2e-3)


def test_llama3_and_qwen(llama3: Ends, data: Path, tmp_path: Path) -> None:
    name = "recorded/evalplus/qwen2.5-coder-1.5b-base/humaneval/generated_eval_results.json.gz"
    row = compared(tmp_path, of_evalplus(data / name), llama3)
    assert [sum(flip.passed_b > flip.passed_a for flip in row.flips), len(row.flips)] == [40, 54]
    assert (round(100 * row.difference.value, 2), round(100 * (row.standard_error or 0), 2)) == (15.85, 4.32)
    assert row.p_exact == pytest.approx(5.35e-4, rel=2e-3)


def test_llama3_and_gpt_35(llama3: Ends, data: Path, tmp_path: Path) -> None:
    recording = data / "recorded/human_eval/gpt-3.5-turbo-instruct_x10_results.jsonl.gz"
    row = compared(tmp_path / "one", of_rows(recording, "passed", 1), llama3)
    assert [sum(flip.passed_b > flip.passed_a for flip in row.flips), len(row.flips)] == [20, 49]
    assert (row.test, round(row.p_exact or 0, 3), round(row.p, 3)) == ("mcnemar", 0.253, 0.203)
    ten = compared(tmp_path / "ten", of_rows(recording, "passed", 10), llama3)
    assert (ten.test, round(ten.value_a, 4)) == ("sign flip", 0.6573)
    # Ten samples are no ten problems: over problems the standard error of the one is .0369.
    (estimate,) = (load(tmp_path / "ten/a").runs[0].scores["humaneval"].estimates([1])["pass@1"][1],)
    assert (estimate.high - estimate.low) / 2 / 1.96 == pytest.approx(0.0369, abs=0.0006)
