"""PythonCases: problems whose tests are inputs, and the outputs of the canonical solution on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pytest_codeeval.core.problem import CASES, Problem
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts.attempt import Attempt
from pytest_codeeval.execution.attempts.cases import Cases, Output, cases_from, together
from pytest_codeeval.execution.attempts.conclusive import run_until_conclusive
from pytest_codeeval.execution.expected import ExpectedOutputs
from pytest_codeeval.execution.languages.pythonserver import PythonServer
from pytest_codeeval.execution.reference import reference
from pytest_codeeval.execution.sandbox.shared_exclusive_lock import SharedExclusiveLock

_SECONDS, _TOTAL = 120.0, 1200.0  # that the canonical solution may take for one input, and for all


class PythonCases:
    """Runs programs on inputs, and judges solutions by the cases of a problem; those of the last problem are kept."""

    def __init__(self, grading: PythonServer, alone: SharedExclusiveLock, kept: str) -> None:
        """`grading` runs programs, `alone` is the lock of all runs, `kept` the folder of what is found out once."""
        self.grading = grading
        self._alone = alone
        self._expected = ExpectedOutputs(kept)
        self._problem: Problem | None = None
        self._cases: dict[str, Cases] = {}
        self._whole = Cases("", (), (), ())

    def outputs(
        self,
        source: bytes,
        entry_point: str,
        inputs: Sequence[str],
        seconds: float,
        total: float,
        *,
        digests: bool = False,
    ) -> list[Output]:
        """Return what came of each input; see OutputReader."""
        with self._alone.beside():
            return self.grading.outputs(source, entry_point, inputs, seconds, total, digests=digests)

    def compare(self, source: bytes, cases: Cases, cpu_seconds: float) -> Attempt:
        """Return the run that counts; it has the whole time at once, which many inputs may well take."""
        limit = cases.within(cpu_seconds)

        def run(_: float) -> Attempt:
            return self.grading.tried(lambda: self.grading.compared(cases, source, limit))

        return run_until_conclusive(self._alone, run, limit, limit)

    def attempts(self, problem: Problem, source: bytes, cpu_seconds: float) -> dict[str, Attempt]:
        """Return how a solution did in each part, up to the first that it fails.

        All are run in one process. What fails in a part behind the first is run in this part alone, so that no state
        from before it decides; and so is each if together they took longer than one of them may. Raises BrokenTests if
        nobody can be judged by the problem, SandboxError where the machinery failed.
        """
        if self._problem is not problem:
            self._problem, self._cases = problem, {}
            self._whole = together([self._of(problem, part) for part in problem.parts])
        parts = {part: self._of(problem, part) for part in problem.parts}
        limits = {part: cases.within(cpu_seconds) for part, cases in parts.items()}
        whole = self.compare(source, self._whole, sum(limits.values()))
        counted = replace(whole, cpu_seconds=0.0, wall_seconds=0.0)  # what it has used is the last part's
        found: dict[str, Attempt] = {}
        begin = 0
        for part, cases in parts.items():
            end = begin + len(cases.inputs)
            # What failed though all outputs were right, failed in its last part.
            held = whole.cause is Cause.PASSED or (whole.right >= end > begin and end < len(self._whole.inputs))
            if held and whole.cpu_seconds <= limits[part]:
                found[part] = replace(counted, cause=Cause.PASSED, detail="")
            else:
                alone = self.compare(source, cases, cpu_seconds) if held or begin else counted
                found[part] = replace(alone, detail=f"{part}: {alone.detail}" if alone.detail else "")
            if found[part].cause is not Cause.PASSED:
                break
            begin = end
        return {**found, part: whole.and_then(found[part])}

    def _of(self, problem: Problem, part: str) -> Cases:
        if part not in self._cases:
            about = problem.extra[CASES]
            inputs = about["parts"][part].split("\n") if about["parts"][part] else []
            program, name = reference(problem), problem.entry_point
            source = program.encode("utf-8", "surrogatepass")
            exact = about["rule"] == "equal" and not about["atol"]

            def find() -> list[Output]:
                return self.outputs(source, name, inputs, _SECONDS, _TOTAL, digests=exact)

            known = self._expected.of(program, name, inputs, find)
            self._cases[part] = cases_from(name, inputs, known, about["rule"], about["atol"])
        return self._cases[part]
