"""CodeContests' sample: problems that scripts solve."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.benchmarks import CODE_CONTESTS
from pytest_codeeval.core.errors import DataAbsent, DatasetError
from pytest_codeeval.core.inputoutput import has_input_output
from pytest_codeeval.core.problem import DataRequest, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.execution.factory import make_runner
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.execution.problemrunner import ProblemRunner
from pytest_codeeval.execution.runner import Runner
from pytest_codeeval.execution.sandbox.choice import SandboxChoice

KILL_THEM_ALL = """\
import sys

def main():
    data = list(map(int, sys.stdin.read().split()))
    at = 1
    for _ in range(data[0]):
        count, r = data[at : at + 2]
        there = sorted(set(data[at + 2 : at + 2 + count]), reverse=True)
        at += 2 + count
        shots = 0
        while shots < len(there) and there[shots] > shots * r:
            shots += 1
        print(shots)

main()
"""
EDGY_TREES = """\
n, k = map(int, input().split())
parent = list(range(n + 1))

def find(x):
    while parent[x] != x:
        parent[x] = parent[parent[x]]
        x = parent[x]
    return x

for _ in range(n - 1):
    u, v, black = map(int, input().split())
    if not black:
        parent[find(u)] = find(v)
size = [0] * (n + 1)
for x in range(1, n + 1):
    size[find(x)] += 1
print((n**k - sum(s**k for s in size)) % (10**9 + 7))
"""
CORRECT_SOLUTION = """\
digits, said = input(), input()
first, *rest = sorted(digits)
if first == "0":
    at = next((n for n, digit in enumerate(rest) if digit != "0"), None)
    if at is not None:
        first, rest[at] = rest[at], first
print("OK" if first + "".join(rest) == said else "WRONG_ANSWER")
"""


@pytest.fixture(scope="module", name="runner")
def made_runner(runner: PythonRunner) -> Iterator[Runner]:
    """What a run checks Python with."""
    made = make_runner("python", SandboxChoice(runner._grading.choice.tier))
    yield made
    assert isinstance(made, ProblemRunner)
    made.close()


SOLVED = {9: EDGY_TREES, 14: KILL_THEM_ALL, 17: CORRECT_SOLUTION}


def load(folder: Path, row: Any) -> tuple[Problem, ...]:
    """Write a row where it is looked for, and load it."""
    (folder / "sandboxfusion_samples").mkdir()
    (folder / "sandboxfusion_samples" / "code_eval_code_contests.jsonl").write_text(json.dumps(row))
    return CODE_CONTESTS.load(DataRequest(str(folder))).problems


def row(*outputs: str) -> dict[str, Any]:
    """Make a row in which these are the outputs."""
    cases = [{"input": {"stdin": f"{n}\n"}, "output": {"stdout": text}} for n, text in enumerate(outputs)]
    return {"id": 1, "content": "Do it.", "labels": "{}", "test": cases}


@pytest.mark.parametrize("number", SOLVED)
def test_a_right_solution_passes_and_those_of_others_fail(number: int, data: Path, runner: Runner) -> None:
    problem = CODE_CONTESTS.load(DataRequest(str(data))).problems[number]
    verdict = runner.check(problem, SOLVED[number], 20.0)
    assert (verdict.passed, verdict.weak) == (True, False), verdict
    for other, code in SOLVED.items():
        assert other == number or not runner.check(problem, code, 20.0).passed


def test_the_sample_is_loaded_whole(data: Path) -> None:
    problems = CODE_CONTESTS.load(DataRequest(str(data))).problems
    assert [problem.task_id for problem in problems] == [f"CodeContests/{number}" for number in range(20)]
    assert all(map(has_input_output, problems))
    prompt = CODE_CONTESTS.prompt(problems[9])
    assert isinstance(prompt, Prompt)
    assert problems[9].prompt.strip() in prompt.turns[0] and "standard input" in prompt.turns[0]


@pytest.mark.parametrize(
    ("printed", "passes"),
    [
        ("1.50000 x 7", True),
        ("1.5 x 7", True),
        ("1.500001 x 7", True),
        ("1.51 x 7", False),
        ("1.5 x 7.0", False),
        ("1.5 y 7", False),
        ("1.5 x", False),
        ("1.5 x 7 7", False),
        ("nan x 7", False),
        ("one x 7", False),
    ],
)
def test_numbers_with_a_point_are_compared_by_their_value(
    printed: str, passes: bool, tmp_path: Path, runner: Runner
) -> None:
    (problem,) = load(tmp_path, row("1.50000 x\n7\n"))
    verdict = runner.check(problem, f"print({printed!r})\n", 3.0)
    assert (verdict.passed, verdict.weak) == (passes, False), verdict


@pytest.mark.parametrize(
    "test", ["", "[]", [], [{"input": {}}], "[{", [{"input": {"stdin": 1}, "output": {"stdout": ""}}]]
)
def test_cases_that_cannot_be_are_named(test: Any, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"line 1: field 'test' is no list of inputs and outputs"):
        load(tmp_path, {**row(), "test": test})


def test_without_data_the_suite_says_how_to_have_it(tmp_path: Path) -> None:
    with pytest.raises(DataAbsent, match="CodeContests' sample was not found: run `codeeval data fetch code-contests"):
        CODE_CONTESTS.load(DataRequest(str(tmp_path)))
