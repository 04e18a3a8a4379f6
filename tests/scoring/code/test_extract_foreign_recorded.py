"""Extraction on recorded answers in other languages; needs CODEEVAL_DATA, the folder that holds them."""

from __future__ import annotations

import gzip
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.language import canonical
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.scoring.code.extract import solution_of

Row = dict[str, Any]

CLOSINGS = {"rs": "}", "cpp": "}", "sh": "}", "java": "    }\n"}
BASE = "recorded/multipl_e/qwen2.5-coder-1.5b-base"
NAME = {"r": r"(\w+) <- function", "sh": r"(\w+)\(\) \{", "pl": r"(?m)^sub (\w+)"}
ALL = ["cpp", "go", "java", "js", "lua", "php", "pl", "r", "rb", "rs", "sh", "ts"]
RECORDED = ["cpp", "java", "js", "php", "sh", "ts"]


def read(name: str) -> Any:
    """Read a data file, or skip the test with the reason."""
    folder = os.environ.get("CODEEVAL_DATA")
    if not folder:
        pytest.skip("CODEEVAL_DATA is not set: it names the folder of benchmark data")
    path = Path(folder) / name
    if not path.exists():
        pytest.skip(f"{path} is missing")
    text = gzip.decompress(path.read_bytes()).decode()
    return json.loads(text) if ".json.gz" in name else [json.loads(line) for line in text.splitlines()]


def problem_of(row: Row, language: str) -> Problem:
    """Read a row of MultiPL-E in program form."""
    closing = CLOSINGS.get(language, "")
    pattern = NAME.get(language, r"(\w+)\s*\(")
    last = row["prompt"].rstrip().rpartition("\n")[2]
    name = re.search(pattern, row["prompt"] if language == "pl" else last)
    assert name
    return Problem(
        row["task_id"],
        row["prompt"],
        row["tests"].removeprefix(closing),
        name[1],
        language=canonical(language),
        extra={"closing": closing, "stop": row["stop_tokens"]},
    )


def rows_of(language: str) -> list[Row]:
    rows: list[Row] = read(f"multipl_e/humaneval-{language}.jsonl.gz")
    return rows


@pytest.mark.parametrize("language", RECORDED)
def test_a_recorded_continuation_makes_the_program_that_was_run(language: str) -> None:
    problems = {row["task_id"]: problem_of(row, language) for row in rows_of(language)}
    details = read(f"{BASE}/humaneval-{language}-details.json.gz")
    for row in read(f"{BASE}/pred_{language}_output.jsonl.gz"):
        problem = problems[row["task_id"]]
        ran = details[row["task_id"]][0][1]["code"]
        for text in (row["generation"], row["generation"].removeprefix(row["prompt"])):
            code = solution_of(Completion(text, form=Form.CONTINUATION), problem).code
            program = f"{code}\n{problem.test}"
            assert (
                program.split() == ran[ran.index(problem.prompt) :].removesuffix("?>").split()[: len(program.split())]
            )


@pytest.mark.parametrize("language", ALL)
def test_every_recorded_answer_gives_a_program_that_is_found_again(language: str) -> None:
    for row in rows_of(language):
        problem = problem_of(row, language)
        first = solution_of(Completion(row["gpt_solution"]), problem)
        assert first.code is not None
        assert solution_of(Completion(f"```\n{first.code}```"), problem).code == first.code
