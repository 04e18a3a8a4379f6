"""The fixtures of a suite's test: problem -> completions -> score, for programs by way of solutions and check."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.errors import CodeEvalError, ScorerError
from pytest_codeeval.core.result import Result, Sample
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.soundscore import sound
from pytest_codeeval.core.text import printable, where_raised
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.plugin.case import Case
from pytest_codeeval.plugin.itemreport import BY, RESULT
from pytest_codeeval.plugin.tools import ItemTools
from pytest_codeeval.plugin.worker import WORKER, Worker
from pytest_codeeval.scoring.code.scorer import CODE, CodeScorer
from pytest_codeeval.scoring.code.solution import Method, Solution

Check = Callable[[Sequence[Solution | str | None]], Result]
ScoreAll = Callable[[], Result]
Turns = tuple[Completion, ...]


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
def codeeval_turns(codeeval_case: Case, pytestconfig: pytest.Config) -> list[Turns]:
    """What the model answered, sample by sample, one completion a turn; one that cannot be asked is an error."""
    try:
        return pytestconfig.stash[WORKER].converse(codeeval_case)
    except CodeEvalError as error:
        message = printable(str(error))
    # Outside of the handler: pytest would print the whole chain of exceptions behind the sentence.
    pytest.fail(message, pytrace=False)


@pytest.fixture
def completions(request: pytest.FixtureRequest, codeeval_case: Case | None) -> Any:
    """What the model answered in the last turn, one completion a sample."""
    if codeeval_case is None:
        return _of_another(request)
    return [turns[-1] for turns in request.getfixturevalue("codeeval_turns")]


@pytest.fixture
def solutions(request: pytest.FixtureRequest, codeeval_case: Case | None, pytestconfig: pytest.Config) -> Any:
    """The programs taken from the completions; override this fixture to take them in another way."""
    if codeeval_case is None:
        return _of_another(request)
    completions: list[Completion] = request.getfixturevalue("completions")
    marks = pytestconfig.stash[WORKER].settings.thinking_marks
    scorer = codeeval_case.scorer if isinstance(codeeval_case.scorer, CodeScorer) else CODE
    return [scorer.solution(completion, codeeval_case.problem, marks) for completion in completions]


@pytest.fixture
def score(request: pytest.FixtureRequest, codeeval_case: Case | None) -> Any:
    """Score all samples with the suite's scorer."""
    if codeeval_case is None:
        return _of_another(request)
    case = codeeval_case

    def score_all(turns: Turns, tools: ItemTools, _: int) -> Score:
        return case.scorer.score(case.problem, turns, tools)

    said = _said(case, request)
    return lambda: _result(case, said, request, score_all)


@pytest.fixture
def check(request: pytest.FixtureRequest, codeeval_case: Case | None) -> Any:
    """Run solutions (or plain source texts) against the problem's tests, one for each completion."""
    if codeeval_case is None:
        return _of_another(request)
    case = codeeval_case
    said = _said(case, request)

    def check(solutions: Sequence[Solution | str | None]) -> Result:
        found = [_solution(one) for one in solutions]
        if len(found) != len(said):
            raise ValueError(f"{len(said)} completions, and {len(found)} solutions to check")

        def score_one(turns: Turns, tools: ItemTools, index: int) -> Score:
            return CODE.score_solution(case.problem, turns[-1], found[index], tools)

        return _result(case, said, request, score_one)

    return check


def _of_another(request: pytest.FixtureRequest) -> Any:
    """Return the fixture of the same name that another plugin has, for a test that is none of ours."""
    name = request.fixturename
    try:
        return request.getfixturevalue(name or "")
    except pytest.FixtureLookupError:
        said = f"{name!r} is a fixture of tests that are marked with @pytest.mark.suite(SUITE); mark this one so"
    pytest.fail(said, pytrace=False)


def _said(case: Case, request: pytest.FixtureRequest) -> list[Turns]:
    """Return what was answered; of a single turn what the fixture `completions` says, which a test may override."""
    if case.requests[0].later or case.scorer.replies or case.scorer.toolbox(case.problem):
        turns: list[Turns] = request.getfixturevalue("codeeval_turns")
        return turns
    return [(completion,) for completion in request.getfixturevalue("completions")]


def _result(
    case: Case, said: list[Turns], request: pytest.FixtureRequest, score: Callable[[Turns, ItemTools, int], Score]
) -> Result:
    worker = request.config.stash[WORKER]
    prompt = case.asked([turns[-1] for turns in said])
    known = worker.kept.result(case, said, prompt)
    result = known or _scored(case, said, worker, prompt, score)
    request.node.stash[BY] = worker.kept.by(case.suite_name), known is not None
    request.node.stash[RESULT] = result
    return result


def _scored(
    case: Case, said: list[Turns], worker: Worker, prompt: str, score: Callable[[Turns, ItemTools, int], Score]
) -> Result:
    tools = worker.tools(case)
    samples = tuple(Sample(index, turns, _score(case, score, turns, tools, index)) for index, turns in enumerate(said))
    names = case.spec.label, case.suite_name, case.problem.task_id
    return Result(*names, prompt, samples, worker.settings.pass_if, case.problem.difficulty)


def _score(
    case: Case, score: Callable[[Turns, ItemTools, int], Score], turns: Turns, tools: ItemTools, index: int
) -> Score:
    """Return the score of one sample; a scorer that breaks, or says what is none, is an error of the item."""
    who = f"the scorer of {case.suite_name} ({type(case.scorer).__name__})"
    try:
        return tools.fuzzed(case, sound(score(turns, tools, index)))
    except ScorerError as error:
        message = f"{who} {error}"
    except CodeEvalError:
        raise
    except Exception as error:  # noqa: BLE001 - a scorer from outside may raise anything
        message = f"{who} raised {where_raised(error)}"
    raise ScorerError(f"{message}; mend the scorer.")


def _solution(found: Solution | str | None) -> Solution:
    if isinstance(found, Solution):
        return found
    return Solution(found, Method.VERBATIM) if found else Solution(None, Method.NONE, Cause.NO_CODE)
