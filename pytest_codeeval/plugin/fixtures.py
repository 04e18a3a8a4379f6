"""The fixtures of a suite's test: problem -> completions -> solutions -> check."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.errors import CodeEvalError
from pytest_codeeval.core.result import Result, Sample
from pytest_codeeval.core.text import printable
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.plugin.case import Case
from pytest_codeeval.plugin.worker import RESULT, WORKER
from pytest_codeeval.scoring.code.extract import solution_of
from pytest_codeeval.scoring.code.solution import Method, Solution
from pytest_codeeval.scoring.code.verdicts import verdict_on

Check = Callable[[Sequence[Solution | str | None]], Result]


@pytest.fixture
def codeeval_case(request: pytest.FixtureRequest) -> Case | None:
    """The item's problem, model and requests; None for a test that is marked with no suite."""
    found: Case | None = getattr(request, "param", None)
    return found


@pytest.fixture
def case(request: pytest.FixtureRequest, codeeval_case: Case | None) -> Any:
    """The item's problem, model and requests."""
    return codeeval_case or _of_another(request)


@pytest.fixture
def problem(request: pytest.FixtureRequest, codeeval_case: Case | None) -> Any:
    """The problem of this item."""
    return codeeval_case.problem if codeeval_case else _of_another(request)


@pytest.fixture
def completions(request: pytest.FixtureRequest, codeeval_case: Case | None, pytestconfig: pytest.Config) -> Any:
    """What the model answered, one completion a sample; a model that cannot be asked is an error of the setup."""
    if codeeval_case is None:
        return _of_another(request)
    return _completions(codeeval_case, pytestconfig)


def _completions(case: Case, pytestconfig: pytest.Config) -> list[Completion]:
    try:
        return pytestconfig.stash[WORKER].complete(case.requests)
    except CodeEvalError as error:
        message = printable(str(error))
    # Outside of the handler: pytest would print the whole chain of exceptions behind the sentence.
    pytest.fail(message, pytrace=False)


@pytest.fixture
def solutions(request: pytest.FixtureRequest, codeeval_case: Case | None, pytestconfig: pytest.Config) -> Any:
    """The programs taken from the completions; override this fixture to take them in another way."""
    if codeeval_case is None:
        return _of_another(request)
    completions: list[Completion] = request.getfixturevalue("completions")
    marks = pytestconfig.stash[WORKER].settings.thinking_marks
    return [solution_of(completion, codeeval_case.problem, marks) for completion in completions]


@pytest.fixture
def check(request: pytest.FixtureRequest, codeeval_case: Case | None) -> Any:
    """Run solutions (or plain source texts) against the problem's tests, one for each completion."""
    if codeeval_case is None:
        return _of_another(request)
    return _check(codeeval_case, request.getfixturevalue("completions"), request)


def _of_another(request: pytest.FixtureRequest) -> Any:
    """Return the fixture of the same name that another plugin has, for a test that is none of ours."""
    name = request.fixturename
    try:
        return request.getfixturevalue(name or "")
    except pytest.FixtureLookupError:
        said = f"{name!r} is a fixture of tests that are marked with @pytest.mark.suite(SUITE); mark this one so"
    pytest.fail(said, pytrace=False)


def _check(case: Case, completions: list[Completion], request: pytest.FixtureRequest) -> Check:
    worker = request.config.stash[WORKER]

    def check(solutions: Sequence[Solution | str | None]) -> Result:
        cpu_seconds = worker.calibration(case).limit_of(case.problem)
        samples = []
        for index, (completion, found) in enumerate(zip(completions, solutions, strict=True)):
            solution = _solution(found)
            runner = worker.runner(case.problem.language) if case.problem.test else None
            try:
                verdict = verdict_on(runner, case.problem, completion, solution, cpu_seconds)
            except CodeEvalError:
                raise
            except BaseException:  # broken off in the midst, as by a timeout of pytest-timeout
                worker.drop_runner(case.problem.language)
                raise
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
