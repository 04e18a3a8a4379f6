"""PythonRunner: Python solutions against HumanEval's `check()` or plain asserts."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from pytest_codeeval.core.errors import BrokenTests
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause, StageResult, Verdict
from pytest_codeeval.execution.attempts.attempt import Attempt
from pytest_codeeval.execution.attempts.conclusive import run_until_conclusive
from pytest_codeeval.execution.attempts.job import Job, job_of
from pytest_codeeval.execution.attempts.needs import AWAITS, reaches
from pytest_codeeval.execution.attempts.objection import Objection, objection
from pytest_codeeval.execution.languages.pythonserver import QUICK_SECONDS, PythonServer
from pytest_codeeval.execution.reference import reference
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.limits import MIB, Limits
from pytest_codeeval.execution.sandbox.packages import installed
from pytest_codeeval.execution.sandbox.shared_exclusive_lock import SharedExclusiveLock
from pytest_codeeval.execution.standin import UNCALLED, is_uncalled, stand_in

if TYPE_CHECKING:
    from pytest_codeeval.execution.attempts.cases import Cases, Output
    from pytest_codeeval.execution.languages.pythoncases import PythonCases

LARGE = Limits(memory=4096 * MIB)
"""What EvalPlus gives to programs: some of its inputs make lists of a gigabyte."""
_NO_TESTS = Job("", "", "", call=False)
_NOT_ITS_OWN = (Cause.WRONG_ANSWER, Cause.EXCEPTION, Cause.WALL_TIME)
"""Failures that tests may see because the solution is in another process, where nothing goes on while they wait."""


class PythonRunner:
    """Runs solutions in the sandbox, and decides which run counts.

    Each is run apart from its tests. If these look at more than values, a pass has to hold in one process with them as
    well, as a user would run it; and if a problem is one that cannot be judged apart, which is found out from it alone,
    a pass in one process counts by itself, and is weak.
    """

    language = "python"

    def __init__(self, choice: SandboxChoice) -> None:
        """Nothing is started before the first solution; a `choice` that leaves the tier open is decided then."""
        self._grading = PythonServer(choice)
        self._alone = SharedExclusiveLock(choice.locks)
        self._large = PythonServer(choice, LARGE)
        self._kept = choice.kept
        self._problem: Problem | None = None
        self._job = _NO_TESTS
        self._canonical = b""
        self._of_canonical: dict[tuple[Job, bytes, str], Attempt] = {}
        self._uncalled: dict[tuple[Job, bytes], bool] = {}
        self._verdicts: dict[tuple[str, float], Verdict] = {}
        self._turn = threading.Lock()

    def check(self, problem: Problem, code: str, cpu_seconds: float) -> Verdict:
        """Run `code` against the problem's test; see Runner. One text is run once for a problem."""
        with self._turn:
            if self._problem is not problem:
                self._problem, self._job = problem, _NO_TESTS if problem.parts else job_of(problem)
                self._canonical, self._verdicts = _bytes(reference(problem)), {}
            run = code, cpu_seconds
            known = self._verdicts.get(run)
            if known is None:
                known = self._verdicts[run] = self._check(problem, _bytes(code), Limits(cpu_seconds))
            return known

    @property
    def is_strong(self) -> bool:
        """Whether solutions are isolated, as far as is known before the first one."""
        return self._grading.is_strong

    def objection(self, problem: Problem) -> Objection | None:
        """Return why no solution can be judged by a problem's tests, or nothing."""
        return objection(problem, lambda: {name.partition(".")[0] for name in installed(self._grading.choice.packages)})

    def wants_canonical(self, problem: Problem) -> list[str]:
        """Return what a problem's tests do that is judged strongly only with a canonical solution, which it lacks."""
        job = job_of(problem)
        return [] if problem.canonical_solution or job.values_only else reaches(job.test, job.function, job.preamble)

    def outputs(
        self, code: str, entry_point: str, inputs: Sequence[str], seconds: float, total: float = 600.0
    ) -> list[Output]:
        """Run a program's function on inputs (see `input_text`); return what came of each.

        An input may take `seconds` of CPU time, all together `total`. Raises SandboxError where the machinery failed.
        """
        with self._turn:
            return self._calls.outputs(_bytes(code), entry_point, inputs, seconds, total)

    def compare(self, code: str, cases: Cases, total: float = math.inf) -> tuple[Verdict, int]:
        """Run a program on inputs, and compare its outputs with those expected, up to the first that is wrong.

        Return the verdict, and how many outputs were known to be right by then: of a wrong one, its number from 0.
        All inputs together may take `total` CPU seconds, if that is less than what they may anyhow, but never less than
        `cases.least`. Raises SandboxError where the machinery failed.
        """
        with self._turn:
            attempt = self._calls.compare(_bytes(code), cases, min(cases.total, total))
            return self._verdict({attempt.stage: attempt}, ""), attempt.right

    def close(self) -> None:
        """End the server; a later check starts another."""
        self._grading.close()
        self._large.close()
        self._alone.close()

    def _check(self, problem: Problem, source: bytes, limits: Limits) -> Verdict:
        if problem.parts:
            return self._verdict(self._cases.attempts(problem, source, limits.cpu_seconds), "", self._large)
        attempt, weak = self._judged(source, limits)
        return self._verdict({attempt.stage: attempt}, weak)

    @cached_property
    def _calls(self) -> PythonCases:
        """What runs programs on inputs of anybody's."""
        return self._cases_on(self._grading)

    @cached_property
    def _cases(self) -> PythonCases:
        """What runs solutions on the inputs that are tests."""
        return self._cases_on(self._large)

    def _cases_on(self, grading: PythonServer) -> PythonCases:
        from pytest_codeeval.execution.languages.pythoncases import PythonCases  # few problems have inputs as tests

        return PythonCases(grading, self._alone, self._kept)

    def _verdict(self, attempts: Mapping[str, Attempt], weak: str, grading: PythonServer | None = None) -> Verdict:
        """Return the verdict that attempts come to, which are by the names of their stages; the last one decides."""
        if not (grading or self._grading).is_strong:
            weak = weak or "without isolation"
        last = list(attempts.values())[-1]
        detail = f"weak: {weak}" if weak and last.cause is Cause.PASSED else last.detail
        stages = tuple(
            StageResult(
                stage,
                attempt.cause is Cause.PASSED,
                round(attempt.cpu_seconds, 4),
                round(attempt.wall_seconds, 4),
                attempt.max_rss,
            )
            for stage, attempt in attempts.items()
        )
        return Verdict(last.cause, detail, stages, bool(weak))

    def _judged(self, source: bytes, limits: Limits) -> tuple[Attempt, str]:
        """Return the run that counts, and why the verdict is weak if it is."""
        attempt = self._run(source, limits, "apart")
        if attempt.cause is Cause.PASSED:
            if not self._job.values_only or "unlike" in attempt.uses:
                plain = self._run(source, limits, "together")
                if plain.cause is not Cause.PASSED and self._holds(limits):
                    return plain, ""
            return attempt, self._believed(attempt, limits)
        if attempt.uncalled:
            self._demand_calls(limits)
        if self._is_certain(attempt) or not self._cannot_be_apart(limits):
            return attempt, ""
        self._demand_calls(limits)
        plain = self._run(source, limits, "questioned")
        # What fails in both ways does so for certain; the reason is the one that plain Python gives.
        return plain, "it passes in one process with its tests only" if plain.cause is Cause.PASSED else ""

    def _is_certain(self, attempt: Attempt) -> bool:
        """Whether a failure is the solution's own, in whatever process its tests are.

        Tests that look at values only may meet objects all the same, or so many calls that these are what takes long.
        """
        if not self._may_be_of_tests(attempt.cause):
            return True
        if self._job.values_only:
            return not self._canonical or (attempt.cause is not Cause.CPU_TIME and "unlike" not in attempt.uses)
        return attempt.certain

    def _holds(self, limits: Limits) -> bool:
        """Whether a right solution of the problem passes in one process with the tests, as far as is known."""
        return not self._canonical or self._try_canonical("together", limits).cause is Cause.PASSED

    def _cannot_be_apart(self, limits: Limits) -> bool:
        """Whether the problem's tests are none that a proxy can serve; no solution has a say in that."""
        if not self._canonical:
            return bool(self._reasons())
        return self._may_be_of_tests(self._try_canonical("apart", limits).cause) and self._holds(limits)

    def _may_be_of_tests(self, cause: Cause) -> bool:
        """Whether tests may see such a failure because the solution is in another process.

        What is awaited over there lets nothing else go on meanwhile, so that it may be waited for in vain. Where many
        calls cross, that takes time, which only a right solution's run can tell from the solution's own.
        """
        if cause is Cause.CPU_TIME:
            return bool(self._canonical)
        return cause in _NOT_ITS_OWN or (cause is Cause.WALL_TIME and AWAITS in self._reasons())

    def _reasons(self) -> list[str]:
        return reaches(self._job.test, self._job.function, self._job.preamble)

    def _believed(self, attempt: Attempt, limits: Limits) -> str:
        """Return what the tests believed an object of the solution's to say, unless a right one's say the same."""
        uses = attempt.uses - {"unlike"}  # which a run in one process has settled
        if uses and self._canonical:
            uses -= self._try_canonical("apart", limits).uses - {"helper"}
        elif not self._canonical:
            uses -= {"some"}  # of what has no end, perhaps; nobody shows whether it should have
        lent = sorted(use.removeprefix("lent=") for use in uses if use.startswith("lent="))
        told = sorted({use.partition("=")[0] for use in uses} - {"lent"})
        if told:
            return f"its tests believe what its objects say ({', '.join(told)})"
        return f"it takes {', '.join(lent)} from its tests" if lent else ""

    def _try_canonical(self, how: str, limits: Limits) -> Attempt:
        asked = self._job, self._canonical, how
        if asked not in self._of_canonical:
            self._of_canonical[asked] = self._run(self._canonical, limits, how)
        return self._of_canonical[asked]

    def _demand_calls(self, limits: Limits) -> None:
        """Raise BrokenTests if tests in one process pass without a call of the solution; none are counted there."""
        asked, program = (self._job, self._canonical), stand_in(self._problem) if self._problem else ""
        if program and asked not in self._uncalled:
            self._uncalled[asked] = is_uncalled(self._run(_bytes(program), limits, "together").cause)
        if self._uncalled.get(asked):
            raise BrokenTests(UNCALLED)

    def _run(self, source: bytes, limits: Limits, how: str) -> Attempt:
        """Run as often as it takes for a run that counts."""
        run = partial(self._attempt, source, limits, how)
        return run_until_conclusive(self._alone, run, QUICK_SECONDS, limits.cpu_seconds)

    def _attempt(self, source: bytes, limits: Limits, how: str, cpu_seconds: float) -> Attempt:
        return self._grading.tried(lambda: self._grading.graded(self._job, source, limits, how, cpu_seconds))


def _bytes(code: str) -> bytes:
    return code.encode("utf-8", "surrogatepass")
