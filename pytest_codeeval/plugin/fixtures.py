"""The fixtures of a suite's test: problem -> completions -> solutions -> check."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.errors import CodeEvalError
from pytest_codeeval.core.extract import solution_of
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.result import Result, Sample
from pytest_codeeval.core.solution import Method, Solution
from pytest_codeeval.core.text import printable
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.verdicts import verdict_on
from pytest_codeeval.plugin.case import Case
from pytest_codeeval.plugin.worker import RESULT, WORKER

Check = Callable[[Sequence[Solution | str | None]], Result]


@pytest.fixture
def case(request: pytest.FixtureRequest) -> Case:
    """The item's problem, model and requests."""
    found: Case = request.param
    return found


@pytest.fixture
def problem(case: Case) -> Problem:
    """The problem of this item."""
    return case.problem


@pytest.fixture
def completions(case: Case, pytestconfig: pytest.Config) -> list[Completion]:
    """What the model answered, one completion a sample; a model that cannot be asked is an error of the setup."""
    try:
        return pytestconfig.stash[WORKER].complete(case.requests)
    except CodeEvalError as error:
        message = printable(str(error))
    # Outside of the handler: pytest would print the whole chain of exceptions behind the sentence.
    pytest.fail(message, pytrace=False)


@pytest.fixture
def solutions(problem: Problem, completions: list[Completion], pytestconfig: pytest.Config) -> list[Solution]:
    """The programs taken from the completions; override this fixture to take them in another way."""
    marks = pytestconfig.stash[WORKER].settings.thinking_marks
    return [solution_of(completion, problem, marks) for completion in completions]


@pytest.fixture
def check(case: Case, completions: list[Completion], request: pytest.FixtureRequest) -> Check:
    """Run solutions (or plain source texts) against the problem's tests, one for each completion."""
    worker = request.config.stash[WORKER]

    def check(solutions: Sequence[Solution | str | None]) -> Result:
        cpu_seconds = worker.calibration(case).limit_of(case.problem)
        samples = []
        for index, (completion, found) in enumerate(zip(completions, solutions, strict=True)):
            solution = _solution(found)
            runner = worker.runner(case.problem.language) if case.problem.test else None
            verdict = verdict_on(runner, case.problem, completion, solution, cpu_seconds)
            samples.append(Sample(index, completion, solution, verdict))
        prompt = case.asked(completions)
        result = Result(
            case.spec.label, case.suite_name, case.problem.task_id, prompt, tuple(samples), worker.settings.pass_if
        )
        request.node.stash[RESULT] = result
        return result

    return check


def _solution(found: Solution | str | None) -> Solution:
    if isinstance(found, Solution):
        return found
    return Solution(found, Method.VERBATIM) if found else Solution(None, Method.NONE, Cause.NO_CODE)
