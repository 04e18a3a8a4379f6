"""RustRunner: Rust solutions, built, linted by clippy, and tested by tests in crates of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause, StageResult, Verdict
from pytest_codeeval.execution.attempts.attempt import Attempt
from pytest_codeeval.execution.attempts.objection import Objection
from pytest_codeeval.execution.commands.command import Built
from pytest_codeeval.execution.languages.once import Once
from pytest_codeeval.execution.languages.proof import Proof
from pytest_codeeval.execution.languages.rustbench import RustBench, encoded, why
from pytest_codeeval.execution.languages.rustlinked import LinkedTests
from pytest_codeeval.execution.languages.rustserved import Ready, ServedTests, TooMuchToServeError
from pytest_codeeval.execution.rust.commands import Step
from pytest_codeeval.execution.rust.diagnostics import Diagnostics, read_diagnostics
from pytest_codeeval.execution.rust.layout import Layout, layout, named
from pytest_codeeval.execution.rust.loading import SOLUTION_LIBRARY
from pytest_codeeval.execution.rust.served import SERVER
from pytest_codeeval.execution.rust.toolchain import NO_RUSTC, Toolchain, find_toolchain
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.probe import STRONG

BUILD_SECONDS = 60.0
"""CPU time that the compilers of one solution may take."""

_OF_IMPORTS = ("unused_imports", "deprecated")
_TRIAL_TEST = "use trial::*;\n\n#[test]\nfn answers() {\n    assert_eq!(answer(), 42);\n}\n"
_ANSWER = "pub fn answer() -> u32 {\n    42\n}\n"
_TRIAL = Problem(
    "trial",
    "",
    _TRIAL_TEST,
    language="rust",
    canonical_solution=_ANSWER,
    extra={"crate": {"name": "trial", "edition": "2021", "tests": {"tests/trial.rs": _TRIAL_TEST}, "files": {}}},
)


class RustRunner:
    """Builds, lints and tests one solution after the other, each in empty folders."""

    language = "rust"

    def __init__(self, choice: SandboxChoice) -> None:
        """Nothing is started before the first solution. Raises UsageError where there is no toolchain."""
        found = toolchain()
        if found is None:
            raise UsageError(f"Rust solutions cannot be run here: {NO_RUSTC}.")
        self._toolchain: Toolchain = found
        self._bench = RustBench(choice, found)
        self._linked = LinkedTests(self._bench)
        self._served = ServedTests(self._bench)
        self._once = Once()
        self._proof = Proof("Rust", lambda: self._verdict(_TRIAL, _ANSWER, BUILD_SECONDS))

    def check(self, problem: Problem, code: str, cpu_seconds: float) -> Verdict:
        """Build, lint and test `code`, its tests allowed `cpu_seconds`; see Runner.

        One text is run once for a problem.
        """

        def check() -> Verdict:
            if not named(problem):
                return Verdict(Cause.UNGRADED, "the tests do not name what they are to test")
            return self._proof.weighed(self._verdict(problem, code, cpu_seconds))

        return self._once.verdict(problem, code, cpu_seconds, check)

    def objection(self, problem: Problem) -> Objection | None:
        """Return why no solution can be judged by a problem's tests, or nothing."""
        return None if named(problem) else Objection("its tests never name what they are to test")

    def close(self) -> None:
        """End the server; a later check starts another."""
        self._bench.close()

    def _verdict(self, problem: Problem, code: str, cpu_seconds: float) -> Verdict:
        plan = layout(problem, code, self._toolchain)
        ready = self._served.ready(problem)
        try:
            if ready is not None and (verdict := self._at_once(ready, problem, plan, cpu_seconds)):
                return verdict
        except TooMuchToServeError:
            ready = None  # tested in one process with its tests
        steps, files, keep = [plan.build], encoded(plan.files), [plan.library]
        if ready is not None:
            steps.append(ready.plan.link)
            files.update(self._served.files(ready))
            keep.append(SERVER)
        steps += [plan.lint] if plan.lint else []
        built = self._bench.build(files, steps, keep, BUILD_SECONDS)
        said = _said(plan, built, steps)
        if plan.library not in built.files:
            return _not_built(built, said)
        attempt, weak = None, ""
        if ready is not None:
            attempt = self._served.tested(ready, problem, plan, code, built, cpu_seconds)
        if attempt is None:
            attempt, weak = self._linked.tested(plan, said, built.files[plan.library], cpu_seconds)
        return self._judged(problem, plan, built, said, attempt, weak)

    def _at_once(self, ready: Ready, problem: Problem, plan: Layout, cpu_seconds: float) -> Verdict | None:
        """Return the verdict on a solution that is compiled and served by one process, without a linker.

        None where it has to be built apart from what serves it, so above all where it does not compile so. Raises
        TooMuchToServeError.
        """
        job = self._served.library(ready, problem, plan)
        if job is None:
            return None
        files, steps = job
        built = self._bench.build(files, steps, [SOLUTION_LIBRARY], BUILD_SECONDS)
        said = _said(plan, built, steps)
        if built.overrun is not None:
            return _not_built(built, said)
        library = built.files.get(SOLUTION_LIBRARY)
        attempt = self._served.loaded(ready, problem, plan, library, cpu_seconds) if library else None
        return self._judged(problem, plan, built, said, attempt, "") if attempt else None

    def _judged(
        self, problem: Problem, plan: Layout, built: Built, said: Diagnostics, attempt: Attempt, weak: str
    ) -> Verdict:
        stages = [_stage("build", built, passed=True)]
        if plan.lint is not None or self._toolchain.clippy is not None:
            lints = _lints(problem, said)
            stages.append(StageResult("clippy", not lints and said.readable, counts=lints))
        stages.append(_stage("test", attempt, passed=attempt.cause is Cause.PASSED))
        detail = attempt.detail or (weak and f"weak: {weak}")
        return Verdict(attempt.cause, detail, tuple(stages), bool(weak) or self._bench.tier not in STRONG)


@cache
def toolchain() -> Toolchain | None:
    """Return the toolchain of this machine, looked for once; None where there is none."""
    return find_toolchain()


def lacks() -> str:
    """Return what this machine lacks, in a sentence that says what to install, else nothing."""
    found = toolchain()
    missing = (NO_RUSTC,) if found is None else found.missing
    return f"Rust solutions cannot be run here: {'; '.join(missing)}" if missing else ""


def _said(plan: Layout, built: Built, steps: Sequence[Step]) -> Diagnostics:
    """Return what the compilers said of the solution, the lints by the one that was asked for them."""
    said = {
        step.name: read_diagnostics(ran.errors, asked_for_unsafe=plan.asks_for_unsafe)
        for step, ran in zip(steps, built.steps, strict=False)
        if step.name != "serve"
    }
    if "build" not in said:
        return Diagnostics()
    first, last = said["build"], said.get("lint", said["build"])
    return replace(first, lints=last.lints, readable=first.readable and last.readable)


def _lints(problem: Problem, said: Diagnostics) -> Mapping[str, int]:
    """Return the lints that are the solution's own: what the prompt imports for it, needed or not, is none."""
    if "crate" in problem.extra or not re.search(r"^use ", problem.prompt, re.MULTILINE):
        return said.lints
    return {name: count for name, count in said.lints.items() if name not in _OF_IMPORTS}


def _not_built(built: Built, said: Diagnostics) -> Verdict:
    return Verdict(Cause.BUILD_ERROR, why(built, said), (_stage("build", built, passed=False),))


def _stage(name: str, used: Built | Attempt, *, passed: bool) -> StageResult:
    return StageResult(name, passed, round(used.cpu_seconds, 4), round(used.wall_seconds, 4), used.max_rss)
