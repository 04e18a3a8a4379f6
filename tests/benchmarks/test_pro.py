"""HumanEval Pro and MBPP Pro: two problems each, of which the second is solved by calls of the first."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.benchmarks import HUMANEVAL_PRO, MBPP_PRO
from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.errors import DataAbsent, DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.scoring.code.extract import solution_of

SUITES = {"humaneval-pro": (HUMANEVAL_PRO, 164), "mbpp-pro": (MBPP_PRO, 378)}
ROW: dict[str, Any] = {
    "id": 7,
    "raw_problem": "# Add one.\ndef one(n):\n",
    "raw_solution": "    return n + 1\n",
    "new_problem": "# Add two.\ndef two(n):\n",
    "new_solution": "    return one(one(n))\n",
    "test_code": "assert two(1) == 3\n",
}


def load(folder: Path, *rows: Any) -> Dataset:
    """Write rows where they are looked for, and load them."""
    path = folder / "pro" / "humaneval_pro.json"
    path.parent.mkdir()
    path.write_text(json.dumps(rows))
    return HUMANEVAL_PRO.load(DataRequest(str(folder)))


def asked(suite: Suite, problem: Any) -> Prompt:
    """Return how a problem is put to a model."""
    prompt = suite.prompt(problem)
    assert isinstance(prompt, Prompt)
    return prompt


@pytest.mark.parametrize("name", SUITES)
def test_canonical_solutions_pass_and_those_of_other_problems_fail(name: str, data: Path, runner: PythonRunner) -> None:
    suite, size = SUITES[name]
    problems = suite.load(DataRequest(str(data))).problems
    assert len(problems) == size
    for number in range(3, size, size // 8):
        problem, other = problems[number], problems[number - 1]
        verdict = runner.check(problem, problem.canonical_solution, 3.0)
        assert (verdict.passed, verdict.weak) == (True, False), problem.task_id
        swapped = re.sub(rf"\b{other.entry_point}\b", problem.entry_point, other.canonical_solution)
        assert not runner.check(problem, swapped, 3.0).passed, problem.task_id


@pytest.mark.parametrize("name", SUITES)
def test_whoever_is_asked_is_told_the_name_that_the_tests_call(name: str, data: Path) -> None:
    suite, _ = SUITES[name]
    for problem in suite.load(DataRequest(str(data))).problems:
        prompt = asked(suite, problem)
        for text in (prompt.turns[0], prompt.text):
            assert re.search(rf"(?:\bdef |`){problem.entry_point}\b", text), problem.task_id
        assert not problem.stub and all(line.startswith("#") for line in prompt.text.split("\n") if line)


def test_a_row_becomes_a_problem_that_asks_for_both_functions(tmp_path: Path, runner: PythonRunner) -> None:
    (problem,) = load(tmp_path, ROW).problems
    assert (problem.task_id, problem.entry_point) == ("HumanEvalPro/7", "two")
    prompt = asked(HUMANEVAL_PRO, problem)
    assert "```python\n# Add one.\ndef one(n):\n\n\n# Add two.\ndef two(n):\n```" in prompt.turns[0]
    assert prompt.text.endswith("# # Add two.\n# def two(n):\n\n")
    apart = "First\n```python\ndef one(n): return n + 1\n```\nthen\n```python\ndef two(n): return one(one(n))\n```\n"
    alone = "```python\ndef two(n): return one(one(n))\n```"
    said = [Completion(apart), Completion(problem.canonical_solution, form=Form.CONTINUATION), Completion(alone)]
    codes = [solution_of(completion, problem).code or "" for completion in said]
    assert [runner.check(problem, code, 3.0).passed for code in codes] == [True, True, False]


def test_a_name_that_the_row_keeps_to_itself_is_told(tmp_path: Path) -> None:
    hidden = {**ROW, "new_problem": "# Add two.\n", "new_solution": "def two(n):\n    return one(one(n))\n"}
    (problem,) = load(tmp_path, hidden).problems
    assert "is to be called `two`" in asked(HUMANEVAL_PRO, problem).turns[0]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({**ROW, "test_code": "assert three(1)\n"}, "entry 1: field 'test_code' calls nothing that the solutions"),
        ({**ROW, "id": None}, "entry 1: field 'id' is no number"),
        ({**ROW, "new_problem": ""}, "entry 1: field 'new_problem' is empty"),
    ],
)
def test_a_row_that_cannot_be_is_named(row: Any, said: str, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=said):
        load(tmp_path, row)


def test_without_data_the_suite_says_how_to_have_it(tmp_path: Path, no_datasets: None) -> None:
    with pytest.raises(DataAbsent, match="HumanEval Pro was not found: run `codeeval data fetch humaneval-pro"):
        HUMANEVAL_PRO.load(DataRequest(str(tmp_path)))
