"""CRUXEval as published: right answers in every form, wrong ones, and what a model is asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.benchmarks import CRUXEVAL_INPUT, CRUXEVAL_OUTPUT
from pytest_codeeval.benchmarks.cruxeval import _EXAMPLES
from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.scoring.answertest import SandboxTools, answer_test
from pytest_codeeval.scoring.prediction.scorer import PredictionScorer

SUITES = (CRUXEVAL_INPUT, CRUXEVAL_OUTPUT)
# Of each kind of value one row, and the odd ones: a global name, a lambda, bytes, keyword arguments, a float.
ROWS = (0, 1, 9, 51, 258, 344, 364, 389, 694, 712, 770)


def problems_of(suite: Suite, data: Path) -> tuple[Problem, ...]:
    return suite.load(DataRequest(str(data))).problems


def tools_of(runner: PythonRunner) -> SandboxTools:
    return SandboxTools(lambda problem, code: runner.check(problem, code, 3.0))


def prompt_of(suite: Suite, problem: Problem) -> Prompt:
    prompt = suite.prompt(problem)
    assert isinstance(prompt, Prompt)
    return prompt


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_right_answers_pass_in_every_form_and_wrong_ones_fail(suite: Suite, data: Path, runner: PythonRunner) -> None:
    problems = problems_of(suite, data)
    assert (len(problems), problems[0].task_id, problems[-1].task_id) == (800, "sample_0", "sample_799")
    tried = [problem for problem in problems if int(problem.task_id.removeprefix("sample_")) in ROWS]
    found = answer_test(lambda _: PredictionScorer(), tried, tools_of(runner), quick=False)
    assert (found.tried, found.failures, found.survivors) == (len(ROWS), (), ())
    assert all(len(PredictionScorer().right_answers(problem)) >= 16 for problem in tried)


def test_values_are_compared_as_python_does(data: Path, runner: PythonRunner) -> None:
    rows = {problem.task_id: problem for problem in problems_of(CRUXEVAL_OUTPUT, data)}
    tools = tools_of(runner)
    for task_id, text, passed in [
        ("sample_9", "0", True),  # False
        ("sample_9", "'False'", False),
        ("sample_1", "{2: None, 1: None}", True),
        ("sample_1", "{1: None}", False),
        ("sample_1", "float('nan')", False),
        ("sample_0", "((4, 1), (4, 1), (4, 1), (4, 1), (2, 3), (2, 3))", False),  # a list
        ("sample_0", "[(4, 1)] * 4 + [(2, 3)] * 2", True),
    ]:
        for form in (Form.CHAT, Form.PROGRAM):
            score = PredictionScorer().score(rows[task_id], [Completion(text, form=form)], tools)
            assert (score.passed, score.measures, score.weak) == (passed, {"published": float(passed)}, False), text


def test_what_takes_for_ever_or_breaks_is_the_models_fault(data: Path, runner: PythonRunner) -> None:
    rows = {problem.task_id: problem for problem in problems_of(CRUXEVAL_OUTPUT, data)}
    tools = SandboxTools(lambda problem, code: runner.check(problem, code, 0.5))
    for text, causes in [
        ("9**9**9**9", {Cause.CPU_TIME, Cause.MEMORY}),
        ("[0] * 10**12", {Cause.MEMORY, Cause.EXCEPTION}),
        ("1 / 0", {Cause.EXCEPTION}),
        ("(" * 80 + "1" + ",)" * 80, {Cause.WRONG_ANSWER, Cause.EXCEPTION}),
    ]:
        score = PredictionScorer().score(rows["sample_0"], [Completion(f"ANSWER: {text}")], tools)
        assert score.cause in {cause.value for cause in causes}, (text, score)


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_a_model_is_shown_no_more_than_it_may_know(suite: Suite, data: Path) -> None:
    for problem in problems_of(suite, data)[::50]:
        prompt, about = prompt_of(suite, problem), problem.extra
        hidden = f"f({about['input']})" if suite is CRUXEVAL_INPUT else f"== {about['output']}"
        shown = f"f(????) == {about['output']}" if suite is CRUXEVAL_INPUT else f"f({about['input']}) == ????"
        assert shown in prompt.turns[0]
        for text in (prompt.turns[0], prompt.text):
            assert about["code"] in text
            assert hidden not in text
        assert (prompt.stop, prompt.sampling) == (("\n",), {"temperature": 0.2})


def test_the_examples_of_a_base_model_are_right_and_none_of_the_problems(data: Path, runner: PythonRunner) -> None:
    problems = problems_of(CRUXEVAL_OUTPUT, data)
    for code, given, value in _EXAMPLES:
        test = f"def check(candidate):\n    assert candidate({given}) == {value}\n"
        assert runner.check(Problem("T/0", "", test, "f"), code, 3.0).passed
        assert not any(problem.extra["code"] == code for problem in problems)
    text = prompt_of(CRUXEVAL_OUTPUT, problems[0]).text
    assert text.count("\nassert f(") == len(_EXAMPLES) + 1
    assert text.endswith(f"assert {problems[0].extra['output'] and 'f(' + problems[0].extra['input']}) ==")
    call = prompt_of(CRUXEVAL_INPUT, problems[0]).text
    assert "assert ['birch'] == f(['oak', 'birch', 'elm'], 3)\n" in call
    assert call.endswith(f"assert {problems[0].extra['output']} ==")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"id": "a", "code": "def g(): 1", "input": "1", "output": "2"}, "field 'code' is not a Python function f"),
        ({"id": "a", "code": "def f(x): 1", "input": "1)", "output": "2"}, "field 'input' is not Python's source"),
        ({"id": "a", "code": "def f(x): 1", "input": "1", "output": "x = 2"}, "field 'output' is not Python's source"),
        ({"code": "def f(x): 1", "input": "1", "output": "2"}, "field 'id' is missing"),
    ],
)
def test_a_malformed_row_is_named(tmp_path: Path, row: dict[str, Any], said: str) -> None:
    (tmp_path / "cruxeval").mkdir()
    (tmp_path / "cruxeval/cruxeval.jsonl").write_text(json.dumps(row) + "\n")
    with pytest.raises(DatasetError, match=f"line 1: {said}"):
        CRUXEVAL_INPUT.load(DataRequest(str(tmp_path)))


def test_without_data_the_ways_to_it_are_told(no_datasets: None, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"codeeval data fetch cruxeval --data .*cruxeval/cruxeval\.jsonl"):
        CRUXEVAL_OUTPUT.load(DataRequest(str(tmp_path)))
