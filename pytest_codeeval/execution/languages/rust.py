"""RustRunner: Rust solutions, built, linted by clippy, and tested by tests in crates of their own."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from pytest_codeeval.core.errors import SandboxError, UsageError
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause, StageResult, Verdict
from pytest_codeeval.execution.attempts.attempt import Attempt
from pytest_codeeval.execution.attempts.settled import settled
from pytest_codeeval.execution.commands.bench import Bench
from pytest_codeeval.execution.commands.command import Built, Command
from pytest_codeeval.execution.commands.workshop import limits_for
from pytest_codeeval.execution.languages.kept import Kept
from pytest_codeeval.execution.languages.once import Once
from pytest_codeeval.execution.languages.proof import Proof
from pytest_codeeval.execution.rust.commands import HARNESS, NONCE, Step, harness
from pytest_codeeval.execution.rust.conclusion import outcome, wants_doubts, weakness
from pytest_codeeval.execution.rust.diagnostics import Diagnostics, read_diagnostics
from pytest_codeeval.execution.rust.layout import PROGRAM, Layout, TestCrate, layout
from pytest_codeeval.execution.rust.report import Report, read_report
from pytest_codeeval.execution.rust.toolchain import NO_RUSTC, Toolchain, find_toolchain
from pytest_codeeval.execution.sandbox.alone import Alone
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.interpreter import third_party
from pytest_codeeval.execution.sandbox.probe import STRONG
from pytest_codeeval.execution.sandbox.runtime import Runtime

BUILD_SECONDS = 60.0
"""CPU time that the compilers of one solution may take."""

_COMPILING, _RUNNING = 0, 1  # workshops
_QUICK = 0.5
_OF_IMPORTS = ("unused_imports", "deprecated")
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/alternatives", "/etc/ld.so.cache")
_TRIAL_TEST = "use trial::*;\n\n#[test]\nfn answers() {\n    assert_eq!(answer(), 42);\n}\n"
_TRIAL = Problem(
    "trial",
    "",
    _TRIAL_TEST,
    language="rust",
    extra={"crate": {"name": "trial", "edition": "2021", "tests": {"tests/trial.rs": _TRIAL_TEST}, "files": {}}},
)
_ANSWER = "pub fn answer() -> u32 {\n    42\n}\n"


class RustRunner:
    """Builds, lints and tests one solution after the other, each in empty folders."""

    language = "rust"

    def __init__(self, choice: SandboxChoice) -> None:
        """Nothing is started before the first solution. Raises UsageError where there is no toolchain."""
        found = toolchain()
        if found is None:
            raise UsageError(f"Rust solutions cannot be run here: {NO_RUSTC}.")
        self._toolchain: Toolchain = found
        hidden = tuple(third_party([*_SYSTEM, "/usr/local"]))
        # Compilers find their libraries by /proc. A program could find its own memory there, and in it the nonce.
        compilers = Runtime((*_SYSTEM, str(found.sysroot)), hidden, processes=True)
        self._bench = Bench(choice, compilers, Runtime(_SYSTEM, hidden))
        self._choice = choice
        self._alone = Alone(choice.locks)
        self._harness = b""
        self._once = Once()
        self._proof = Proof("Rust", lambda: self._verdict(_TRIAL, _ANSWER, BUILD_SECONDS))

    def check(self, problem: Problem, code: str, cpu_seconds: float) -> Verdict:
        """Build, lint and test `code`, its tests allowed `cpu_seconds`; see Runner.

        One text is run once for a problem.
        """

        def check() -> Verdict:
            return self._proof.weighed(self._verdict(problem, code, cpu_seconds))

        return self._once.verdict(problem, code, cpu_seconds, check)

    def close(self) -> None:
        """End the server; a later check starts another."""
        self._bench.close()
        self._alone.close()

    def _verdict(self, problem: Problem, code: str, cpu_seconds: float) -> Verdict:
        plan = layout(problem, code, self._toolchain)
        built = self._build(_encoded(plan.files), [plan.build, *filter(None, [plan.lint])], plan.library)
        said = _said(plan, built)
        stages = [_stage("build", built, passed=plan.library in built.files)]
        if not stages[0].passed:
            return Verdict(Cause.BUILD_ERROR, _why(built, said), tuple(stages))
        if plan.lint is not None or self._toolchain.clippy is not None:
            lints = _lints(problem, said)
            stages.append(StageResult("clippy", not lints, counts=lints))
        library = built.files[plan.library]
        attempt, reports = self._tested(plan, plan.tests, library, cpu_seconds)
        weak = ""
        if attempt.cause is Cause.PASSED:
            doubts: Sequence[Report] | None = None
            if wants_doubts(plan, reports):
                _, doubts = self._tested(plan, plan.doubts, library, cpu_seconds, doubting=True)
            if doubts and any(report.fooled for report in doubts):
                attempt = replace(attempt, cause=Cause.TAMPERING, detail="its values are equal to wrong ones as well")
            weak = weakness(plan, said, reports, doubts)
        stages.append(
            StageResult(
                "test",
                attempt.cause is Cause.PASSED,
                round(attempt.cpu_seconds, 4),
                round(attempt.wall_seconds, 4),
                attempt.max_rss,
            )
        )
        detail = attempt.detail or (weak and f"weak: {weak}")
        return Verdict(attempt.cause, detail, tuple(stages), bool(weak) or self._bench.tier not in STRONG)

    def _tested(
        self, plan: Layout, crates: Sequence[TestCrate], library: bytes, cpu_seconds: float, *, doubting: bool = False
    ) -> tuple[Attempt, list[Report]]:
        """Return how the tests went, those of the first crate that failed, and the reports of all that ran."""
        reports: list[Report] = []
        whole = Attempt(Cause.UNGRADED, "the problem has no tests", "test", 0.0, 0.0, 0)
        for crate in crates:
            attempt, report = self._ran(plan, crate, library, cpu_seconds)
            reports += [report] if report else []
            whole = replace(
                attempt,
                cpu_seconds=whole.cpu_seconds + attempt.cpu_seconds,
                wall_seconds=whole.wall_seconds + attempt.wall_seconds,
                max_rss=max(whole.max_rss, attempt.max_rss),
            )
            if attempt.cause is not Cause.PASSED and not doubting:
                break
        return whole, reports

    def _ran(self, plan: Layout, crate: TestCrate, library: bytes, cpu_seconds: float) -> tuple[Attempt, Report | None]:
        files = {crate.path: crate.text.encode("utf-8", "replace"), plan.library: library, HARNESS: self._rlib()}
        built = self._build(files, [crate.link], PROGRAM)
        program = built.files.get(PROGRAM)
        if program is None:
            said = read_diagnostics(built.steps[-1].errors if built.steps else b"")
            cause = Cause.BUILD_ERROR if plan.defines_entry_point else Cause.NO_ENTRY_POINT
            detail = f"does not build with its tests: {_why(built, said)}"
            return Attempt(cause, detail, "test", 0.0, 0.0, built.max_rss), None
        limits = limits_for(cpu_seconds)
        nonce = secrets.token_hex(16)
        command = _command(crate.run, {NONCE: nonce})
        inputs = {PROGRAM: program, **_encoded(plan.run_files)}
        reports: list[Report] = []

        def run(seconds: float) -> Attempt:
            ran = self._bench.attempt(lambda shop: shop.execute(inputs, command, limits, seconds), _RUNNING)
            report = read_report(ran.report, nonce, crate.decoys)
            reports.append(report)
            cause, detail, doubtful = ran.cut_off(seconds) or (*outcome(report), False)
            return Attempt(cause, detail, "test", ran.cpu_seconds, ran.wall_seconds, ran.ended.max_rss, doubtful)

        attempt = settled(self._alone, run, _QUICK * cpu_seconds, cpu_seconds)
        return attempt, reports[-1]

    def _build(self, files: Mapping[str, bytes], steps: Sequence[Step], result: str) -> Built:
        commands = [_command(step) for step in steps]
        with self._alone.beside():
            return self._bench.attempt(lambda shop: shop.build(files, commands, [result], BUILD_SECONDS), _COMPILING)

    def _rlib(self) -> bytes:
        """Return the harness as a library, compiled once on a machine."""
        if not self._harness:
            source, step = harness(self._toolchain)
            kept = Kept(self._choice.locks, "rust-harness", [source, step.argv, self._toolchain.version])
            self._harness = kept.content() or self._compiled(source, step)
            kept.keep(self._harness)
        return self._harness

    def _compiled(self, source: str, step: Step) -> bytes:
        built = self._build({"harness.rs": source.encode()}, [step], HARNESS)
        if HARNESS not in built.files:
            said = read_diagnostics(built.steps[-1].errors if built.steps else b"")
            raise SandboxError(f"the tools for Rust do not work in the sandbox: {_why(built, said)}")
        return built.files[HARNESS]


@cache
def toolchain() -> Toolchain | None:
    """Return the toolchain of this machine, looked for once; None where there is none."""
    return find_toolchain()


def lacks() -> str:
    """Return what this machine lacks, in a sentence that says what to install, else nothing."""
    found = toolchain()
    missing = (NO_RUSTC,) if found is None else found.missing
    return f"Rust solutions cannot be run here: {'; '.join(missing)}" if missing else ""


def _command(step: Step, further: Mapping[str, str] | None = None) -> Command:
    program = "{here}" + step.argv[0][1:] if step.argv[0].startswith("./") else step.argv[0]
    return Command((program, *step.argv[1:]), {**step.environment, **(further or {})})


def _encoded(files: Mapping[str, str]) -> dict[str, bytes]:
    return {path: text.encode("utf-8", "replace") for path, text in files.items()}


def _said(plan: Layout, built: Built) -> Diagnostics:
    """Return what the compilers said, the lints by the one that was asked for them."""
    if not built.steps:
        return Diagnostics()
    first, *others = (read_diagnostics(step.errors, asked_for_unsafe=plan.asks_for_unsafe) for step in built.steps)
    return replace(first, lints=others[0].lints) if others else first


def _lints(problem: Problem, said: Diagnostics) -> Mapping[str, int]:
    """Return the lints that are the solution's own: what the prompt imports for it, needed or not, is none."""
    if "crate" in problem.extra or not re.search(r"^use ", problem.prompt, re.MULTILINE):
        return said.lints
    return {name: count for name, count in said.lints.items() if name not in _OF_IMPORTS}


def _why(built: Built, said: Diagnostics) -> str:
    if built.overrun is not None:
        return f"while it was built: {built.overrun[1]}"
    if said.first_error:
        return said.first_error
    return f"the compiler ended with status {built.steps[-1].code}" if built.steps else "the compiler did not start"


def _stage(name: str, built: Built, *, passed: bool) -> StageResult:
    return StageResult(name, passed, round(built.cpu_seconds, 4), round(built.wall_seconds, 4), built.max_rss)
