"""Fuzzer: looks for an input on which a program that passed its tests differs from the canonical solution."""

from __future__ import annotations

from math import fsum

from pytest_codeeval.core.errors import SandboxError
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause, Verdict
from pytest_codeeval.execution.attempts.cases import Cases
from pytest_codeeval.scoring.fuzz.canonical import Canonical, Runs, Unsteady
from pytest_codeeval.scoring.fuzz.finding import FAILED, NONE, PASSED, Counterexample, Finding, said_of
from pytest_codeeval.scoring.fuzz.inputs import size
from pytest_codeeval.scoring.fuzz.own import own_inputs
from pytest_codeeval.scoring.fuzz.prepared import Prepared, prepare
from pytest_codeeval.scoring.fuzz.saved import SavedInputs
from pytest_codeeval.scoring.fuzz.simplify import simpler
from pytest_codeeval.scoring.fuzz.values import text_of

BUDGET = 30.0
"""CPU seconds of one program, beside those of its tests; what is then not tried is left."""
_LIMIT = 4.0
"""CPU seconds of one input at most; the canonical solution has an eighth of that."""
_WAITS = 4.0
"""Wall seconds that count as one of CPU time, for programs that wait; a machine that is as busy as that counts too."""
_VARIANTS, _ROUNDS = 60, 12
_EXACT = (Cause.WRONG_ANSWER, Cause.EXCEPTION)
"""How a program may fail so that it is known at which input."""
_SLOW = (Cause.CPU_TIME, Cause.WALL_TIME, Cause.MEMORY)
_ENDED = (Cause.CPU_TIME, Cause.WALL_TIME, Cause.MEMORY, Cause.OUTPUT, Cause.CRASHED, Cause.PROCESSES, Cause.TAMPERING)
_ITS_OWN = (*_EXACT, *_ENDED)


class Fuzzer:
    """Tries programs, problem by problem; each text of a problem once."""

    def __init__(self, runs: Runs, count: int, seed: int, folder: str, saved: SavedInputs) -> None:
        """Each problem has up to `count` inputs, the same for a `seed`; `folder` is where they are kept."""
        self._runs = runs
        self._count, self._seed, self._folder = count, seed, folder
        self._saved = saved
        self._problem: Problem | None = None
        self._prepared: Prepared | str = ""
        self._known: dict[str, Finding] = {}

    def try_program(self, problem: Problem, suite: str, code: str, cpu_seconds: float) -> Finding:
        """Return what came of a program that passed its tests; it may take `cpu_seconds` for one input."""
        try:
            if self._problem is not problem:
                first = self._saved.of(problem)
                self._prepared = prepare(self._runs, problem, self._count, self._seed, self._folder, first)
                self._problem, self._known = problem, {}
            if isinstance(self._prepared, str):
                return Finding(NONE, self._prepared)
            if code not in self._known:
                self._known[code] = self._tried(problem, suite, code, cpu_seconds, self._prepared)
            return self._known[code]
        except SandboxError as error:
            return Finding(NONE, f"the sandbox failed: {error}")
        except Exception as error:  # noqa: BLE001 - a program that has its verdict keeps it
            return Finding(NONE, f"it could not be tried ({type(error).__name__}: {error})")

    def _tried(self, problem: Problem, suite: str, code: str, cpu_seconds: float, prepared: Prepared) -> Finding:
        canonical = Canonical(self._runs, problem, prepared.rule)
        search = _Search(self._runs, problem.entry_point, code, min(cpu_seconds, _LIMIT), prepared)
        found = search.find()
        if search.unfit:
            return Finding(NONE, search.unfit)
        found = found or search.find_own(canonical)
        if found is None:
            return Finding(PASSED)
        found = search.shrink(found, canonical)
        rule = prepared.rule
        row = {"input": text_of(found.arguments), "expected": found.expected, "rule": rule.name, "atol": rule.tolerance}
        self._saved.add(problem, suite, row)
        return Finding(FAILED, said_of(found, problem.entry_point, rule.name))


class _Search:
    """One program, and the CPU seconds that are left to look for an input and a simple one."""

    def __init__(self, runs: Runs, entry_point: str, code: str, cpu_seconds: float, prepared: Prepared) -> None:
        self._runs = runs
        self._name, self._code, self._limit = entry_point, code, cpu_seconds
        self._prepared = prepared
        self._left = BUDGET
        self.unfit = ""
        """Why the program cannot be called by itself; its tests then had something that it lacks."""

    def find(self) -> Counterexample | None:
        """Return the first input that tells the program from the canonical solution, also if it is the only one."""
        verdict, right = self._compare(0, len(self._prepared.inputs))
        if verdict.cause in _ITS_OWN:
            found = self._alone(right)
            if found is None or not self._is_merely_slow(found):
                return found
            self._prepared = self._prepared.without(self._prepared.model.is_far)
            return self.find()
        if not verdict.passed:
            self.unfit = f"it cannot be called by itself: {verdict.detail}"
        return None

    def _is_merely_slow(self, found: Counterexample) -> bool:
        """Whether all that is known is that a program takes long for numbers far beyond those of the examples."""
        return found.verdict.cause in _SLOW and self._prepared.model.is_far(found.arguments)

    def find_own(self, canonical: Canonical) -> Counterexample | None:
        """Return the first input of those made for this program that tells it from the canonical solution."""
        made = own_inputs(self._code, self._prepared.model)
        try:
            known = canonical.defined(made, self._prepared.model.seen) if made and self._left > 0 else []
        except Unsteady:
            return None
        self._left -= canonical.spent
        if not known:
            return None
        self._prepared = self._prepared.of(known)
        return self.find()

    def _alone(self, begin: int) -> Counterexample | None:
        """Return the first input from one on that fails by itself: what comes of the calls before is not its doing.

        When a limit is passed not all that were right are known, so that the first ones may be of these.
        """
        step, count = 1, len(self._prepared.inputs)
        while begin < count and self._left > 0:
            verdict, right = self._compare(begin, min(begin + step, count))
            if verdict.passed:
                begin, step = begin + step, 2 * step
            elif step > 1:
                begin, step = begin + right, 1 if verdict.cause in _EXACT else max(step // 4, 1)
            elif verdict.cause in _ITS_OWN:
                return Counterexample(self._prepared.arguments(begin), self._prepared.expected[begin], verdict)
            else:
                break
        return None

    def shrink(self, found: Counterexample, canonical: Canonical) -> Counterexample:
        """Return the simplest input that tells both apart, as far as time allows."""
        for _ in range(_ROUNDS):
            if found.verdict.cause not in _EXACT or self._left <= 0:
                break
            simple = size(found.arguments)
            others = {repr(one): one for one in simpler(found.arguments) if size(one) < simple}
            fitting = [one for one in others.values() if self._prepared.model.has(one)]
            before = canonical.spent
            try:
                known = canonical.expected(sorted(fitting, key=size)[:_VARIANTS], self._left)
                self._left -= canonical.spent - before
                smaller = self._first_of(known)
            except (SandboxError, Unsteady):  # what was found stays so
                break
            if smaller is None:
                break
            found = smaller
        return found

    def _first_of(self, known: list[tuple[str, str]]) -> Counterexample | None:
        if not known:
            return None
        tried = self._prepared.of(known)
        verdict, at = self._run(tried.cases(self._name, self._limit))
        if verdict.cause not in _EXACT:
            return None
        verdict, _ = self._run(tried.cases(self._name, self._limit, at, at + 1))
        found = Counterexample(tried.arguments(at), tried.expected[at], verdict)
        return found if verdict.cause in _EXACT else None

    def _compare(self, begin: int, end: int) -> tuple[Verdict, int]:
        return self._run(self._prepared.cases(self._name, self._limit, begin, end))

    def _run(self, cases: Cases) -> tuple[Verdict, int]:
        """Run on some inputs; one has its time in any case, so that what ends it is the input's and not this."""
        verdict, right = self._runs.compare(self._code, cases, max(self._left, self._limit + 1))
        self._left -= fsum(max(stage.cpu_seconds, stage.wall_seconds / _WAITS) for stage in verdict.stages)
        return verdict, right
