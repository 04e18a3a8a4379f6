"""PythonRunner: Python solutions against HumanEval's `check()` or plain asserts."""

from __future__ import annotations

import tempfile
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path

from pytest_codeeval.core.errors import BrokenTests, SandboxError
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause, StageResult, Verdict
from pytest_codeeval.execution.attempts.attempt import Attempt
from pytest_codeeval.execution.attempts.job import Job, job_of
from pytest_codeeval.execution.attempts.looks import is_plain
from pytest_codeeval.execution.attempts.objection import Objection, objection
from pytest_codeeval.execution.attempts.proxied import ProxiedGrader
from pytest_codeeval.execution.attempts.settled import settled
from pytest_codeeval.execution.attempts.shared import SharedGrader
from pytest_codeeval.execution.reference import reference
from pytest_codeeval.execution.sandbox.alone import Alone
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.client import SandboxServer
from pytest_codeeval.execution.sandbox.limits import Limits
from pytest_codeeval.execution.sandbox.packages import installed
from pytest_codeeval.execution.sandbox.probe import CHOOSING, STRONG, probe, start
from pytest_codeeval.execution.standin import UNCALLED, is_uncalled, stand_in

QUICK_SECONDS = 0.25
"""CPU time that a first run is given. Most programs need a hundredth; what needs more is run again with the whole."""


class PythonRunner:
    """Runs solutions in the sandbox, and decides which run counts."""

    language = "python"

    def __init__(self, choice: SandboxChoice) -> None:
        """Nothing is started before the first solution; a `choice` that leaves the tier open is decided then."""
        self._choice = choice
        self._alone = Alone(choice.locks)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._server: SandboxServer | None = None
        self._problem: Problem | None = None
        self._job = Job("", "", "", call=False)
        self._canonical = ""
        self._in_one_process: dict[tuple[Job, str], bool] = {}
        self._uncalled: dict[tuple[Job, str], bool] = {}
        self._verdicts: dict[tuple[str, float], Verdict] = {}
        self._turn = threading.Lock()

    def check(self, problem: Problem, code: str, cpu_seconds: float) -> Verdict:
        """Run `code` against the problem's test; see Runner. One text is run once for a problem."""
        with self._turn:
            if self._problem is not problem:
                self._problem, self._job = problem, job_of(problem)
                self._canonical, self._verdicts = reference(problem), {}
            run = code, cpu_seconds
            known = self._verdicts.get(run)
            if known is None:
                known = self._verdicts[run] = self._check(code.encode("utf-8", "surrogatepass"), Limits(cpu_seconds))
            return known

    def objection(self, problem: Problem) -> Objection | None:
        """Return why no solution can be judged by a problem's tests, or nothing."""
        return objection(problem, lambda: {name.partition(".")[0] for name in installed(self._choice.packages)})

    def close(self) -> None:
        """End the server; a later check starts another."""
        self._stop()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
        self._alone.close()

    def _check(self, source: bytes, limits: Limits) -> Verdict:
        if self._shares:
            self._demand_calls(limits)
        attempt = self._settled(source, limits)
        if not self._shares and self._is_to_share(attempt, limits):
            self._demand_calls(limits)
            attempt = self._settled(source, limits)
        stage = StageResult(
            attempt.stage,
            attempt.cause is Cause.PASSED,
            round(attempt.cpu_seconds, 4),
            round(attempt.wall_seconds, 4),
            attempt.max_rss,
        )
        return Verdict(attempt.cause, attempt.detail, (stage,), self._shares or self._choice.tier not in STRONG)

    @property
    def _shares(self) -> bool:
        """Whether solutions of the problem share a process with its tests."""
        return self._in_one_process.get((self._job, self._canonical), False)

    def _is_to_share(self, attempt: Attempt, limits: Limits) -> bool:
        """Decide whether a problem's tests are none that a proxy can serve, when one of its solutions has failed.

        No solution can bring that about where there is a canonical one: it must fail with a proxy, and pass without. It
        is asked once, and not at all where neither the tests nor the failure could have to do with the proxy.
        """
        asked, answers = (self._job, self._canonical), self._in_one_process
        if attempt.cause is Cause.PASSED or asked in answers:
            return False
        canonical = self._canonical.encode("utf-8", "surrogatepass")
        if not canonical:
            answers[asked] = attempt.unrepresentable
        elif attempt.unrepresentable or attempt.handles or not is_plain(self._job.test):
            try:
                answers[asked] = self._canonical_needs_it(asked, canonical, limits)
            except BaseException:
                del answers[asked]  # nothing was found out
                raise
        return self._shares

    def _canonical_needs_it(self, asked: tuple[Job, str], canonical: bytes, limits: Limits) -> bool:
        self._in_one_process[asked] = False
        proxied = self._settled(canonical, limits)
        if proxied.unrepresentable or proxied.cause not in (Cause.WRONG_ANSWER, Cause.EXCEPTION):
            return proxied.unrepresentable
        self._in_one_process[asked] = True
        return self._settled(canonical, limits).cause is Cause.PASSED

    def _demand_calls(self, limits: Limits) -> None:
        """Raise BrokenTests where tests in one process pass without a call of the solution; none are counted there."""
        asked, program = (self._job, self._canonical), stand_in(self._problem) if self._problem else ""
        if program and asked not in self._uncalled:
            self._uncalled[asked] = is_uncalled(self._settled(program.encode("utf-8", "surrogatepass"), limits).cause)
        if self._uncalled.get(asked):
            raise BrokenTests(UNCALLED)

    def _settled(self, source: bytes, limits: Limits) -> Attempt:
        """Run as often as it takes for a run that counts."""
        run = partial(self._attempt, source, limits)
        return settled(self._alone, run, QUICK_SECONDS, limits.cpu_seconds)

    def _attempt(self, source: bytes, limits: Limits, cpu_seconds: float) -> Attempt:
        """Run once; where the machinery fails, once more with a new server.

        Raises SandboxError where it fails again.
        """
        try:
            return self._graded(source, limits, cpu_seconds)
        except BrokenTests:
            raise
        except SandboxError:
            self._stop()
            return self._graded(source, limits, cpu_seconds)

    def _graded(self, source: bytes, limits: Limits, cpu_seconds: float) -> Attempt:
        if self._server is None:
            self._start()
        grader = self._shared if self._shares else self._proxied
        return grader.grade(self._job, source, limits, cpu_seconds)

    def _start(self) -> None:
        if self._choice.packages:  # none that is not needed: whoever is killed leaves it behind
            self._folder = self._folder or tempfile.TemporaryDirectory(prefix="codeeval-")
        if self._choice.tier in CHOOSING:
            self._choice = replace(self._choice, tier=probe(self._choice).name)
        self._server = start(self._choice, Path(self._folder.name if self._folder else ""))
        self._proxied = ProxiedGrader(self._server)
        self._shared = SharedGrader(self._server)

    def _stop(self) -> None:
        if self._server is not None:
            self._proxied.close()
            self._server.close()
            self._server = None
