"""Verdicts on recorded solutions in other languages, against those that came with the recordings."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.benchmarks import (
    HUMANEVAL_CPP,
    HUMANEVAL_JAVA,
    HUMANEVAL_JS,
    HUMANEVAL_PHP,
    HUMANEVAL_SH,
    HUMANEVAL_TS,
)
from pytest_codeeval.core.problem import DataRequest, Problem
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.execution.factory import lacking, make_runner
from pytest_codeeval.execution.sandbox.choice import SandboxChoice

BASE = "recorded/multipl_e/qwen2.5-coder-1.5b-base"
# Recorded as failed for what the recorder's machine lacked: `bc`; and PHP 8, whose str_split("") is empty.
DIFFERENT = {"sh": {"HumanEval_92_any_int", "HumanEval_47_median"}, "php": {"HumanEval_16_count_distinct_characters"}}
# A part of each language, the smaller the longer its builds take; each has passes and failures.
PARTS: list[tuple[Suite, int, int]] = [
    (HUMANEVAL_JS, 0, 16),
    (HUMANEVAL_SH, 1, 12),
    (HUMANEVAL_PHP, 0, 4),
    (HUMANEVAL_CPP, 3, 48),
    (HUMANEVAL_JAVA, 3, 48),
    (HUMANEVAL_TS, 0, 64),
]


def rows(data: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a gzipped JSONL file."""
    with gzip.open(data / name, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


@pytest.mark.parametrize(("suite", "part", "parts"), PARTS, ids=lambda value: getattr(value, "name", str(value)))
def test_multipl_e(data: Path, suite: Suite, part: int, parts: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    if reason := lacking(suite.language):
        pytest.skip(reason)
    ending = suite.name.rpartition("-")[2]
    with gzip.open(data / BASE / f"humaneval-{ending}-details.json.gz", "rt", encoding="utf-8") as file:
        recorded = {task: rows[0][1] for task, rows in json.load(file).items()}
    cache = tmp_path_factory.getbasetemp().parent / "toolchains"
    runner = make_runner(suite.language, SandboxChoice("auto", (), str(cache)))
    problems = [problem for problem in suite.load(DataRequest(str(data))).problems if problem.task_id in recorded]
    chosen = problems[part::parts]
    assert len(chosen) > 1
    try:
        passed = {
            problem.task_id: runner.check(problem, solution(recorded[problem.task_id]["code"], problem), 3.0).passed
            for problem in chosen
        }
    finally:
        getattr(runner, "close", lambda: None)()
    differ = {task for task in passed if passed[task] != recorded[task]["passed"]}
    assert differ == DIFFERENT.get(ending, set()) & passed.keys()


def solution(program: str, problem: Problem) -> str:
    """Return what stands before the tests in a recorded program."""
    start = program.rfind(problem.test.strip()[:100])
    assert start > 0, problem.task_id
    return program[:start]


def test_gpt_4_on_mbpp_in_rust(data: Path) -> None:
    if reason := lacking("rust"):
        pytest.skip(reason)
    runner = make_runner("rust", SandboxChoice())
    recorded = list(rows(data, "recorded/rust/gpt-4_mbpp-rs.jsonl.gz"))
    assert len(recorded) == 354
    try:
        for row in recorded[::96]:
            problem = Problem(
                row["name"], row["prompt"], row["test"], row["entry_point"], language="rust", extra={"closing": ""}
            )
            verdict = runner.check(problem, row["solution"], 10.0)
            assert verdict.passed == row["is_solved"] or row["name"] == "mbpp_130_max_occurrences", verdict
    finally:
        getattr(runner, "close", lambda: None)()
