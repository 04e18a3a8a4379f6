"""The verdict on one sample: what the answer was like goes before what the program did."""

from collections.abc import Callable

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.ending import Ending, ending_of
from pytest_codeeval.core.errors import BrokenTests
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause, Verdict
from pytest_codeeval.scoring.code.solution import Solution
from pytest_codeeval.scoring.endings import ONLY_THOUGHT, THOUGHT, UNFINISHED

Run = Callable[[Problem, str], Verdict]
"""Runs a program against the tests of a problem."""

_WITHOUT_CODE = {
    Cause.NO_CODE: "the answer holds no code",
    Cause.REFUSAL: "the model declined to answer",
    Cause.THINKING_LEAKED: THOUGHT,
}


def verdict_on(run: Run, problem: Problem, completion: Completion, solution: Solution) -> Verdict:
    """Return how a sample ended; without a test there is nothing to grade with.

    Raises SandboxError where the machinery failed and nothing can be said of the sample.
    """
    if not problem.test:
        return Verdict(Cause.UNGRADED)
    unfinished = UNFINISHED.get(ending_of(completion.finish_reason) or Ending.COMPLETE)
    if unfinished and (solution.code is None or not completion.text.strip()):
        return Verdict(*unfinished)
    if solution.code is None:
        cause = solution.cause or Cause.NO_CODE
        only_thought = completion.reasoning.strip() and not completion.text.strip()
        return Verdict(cause, ONLY_THOUGHT if only_thought else _WITHOUT_CODE[cause])
    verdict = run(problem, solution.code)
    if not verdict.scored:
        # That nobody can be graded is known before a run; what comes of one is never out of the score.
        raise BrokenTests(f"no solution can be graded here: {verdict.detail}")
    if unfinished and not verdict.passed:
        return verdict.because(*unfinished)
    return verdict
