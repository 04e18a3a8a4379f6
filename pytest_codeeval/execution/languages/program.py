"""ProgramRunner: solutions in a language of the catalogue, each in one program with its tests."""

from __future__ import annotations

import re
import secrets
import signal
import tempfile
from collections.abc import Mapping
from dataclasses import replace

from pytest_codeeval.core.errors import DatasetError, SandboxError
from pytest_codeeval.core.language import title
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause, StageResult, Verdict
from pytest_codeeval.execution.attempts.attempt import Attempt
from pytest_codeeval.execution.attempts.conclusive import run_until_conclusive
from pytest_codeeval.execution.attempts.objection import Objection
from pytest_codeeval.execution.commands.command import Command, Execution
from pytest_codeeval.execution.commands.command_sandbox import CommandSandbox, limits_for
from pytest_codeeval.execution.commands.sandbox_pool import SandboxPool
from pytest_codeeval.execution.languages.once import Once
from pytest_codeeval.execution.languages.proof import Proof
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.interpreter import third_party
from pytest_codeeval.execution.sandbox.runtime import Runtime
from pytest_codeeval.execution.sandbox.shared_exclusive_lock import SharedExclusiveLock
from pytest_codeeval.execution.toolchains.decoy import decoy
from pytest_codeeval.execution.toolchains.failure import build_failure, failure
from pytest_codeeval.execution.toolchains.language import Language
from pytest_codeeval.execution.toolchains.missing import Missing
from pytest_codeeval.execution.toolchains.package import Package, package_of
from pytest_codeeval.execution.toolchains.prepared import prepared
from pytest_codeeval.execution.toolchains.program import reached_the_end
from pytest_codeeval.execution.toolchains.toolbox import Toolbox

_QUICK = 0.5
"""The part of a limit that a first run is given; what needs more is run again with the whole."""
_TRIAL_SECONDS = 30.0
_LONGEST = 300


class ProgramRunner:
    """Builds and runs a solution with its tests, and once more with tests that no right solution passes.

    Solution and tests share a process, so that every verdict is weak.
    """

    def __init__(self, language: Language, choice: SandboxChoice, trial: Problem | None = None) -> None:
        """Nothing is started before the first solution; `trial` is one that is right, by default the language's."""
        self.language = language.name
        self._language = language
        self._choice = choice
        self._own_trial = trial
        self._toolbox = Toolbox(language)
        self._alone = SharedExclusiveLock(choice.locks)
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._prepared = ""
        self._bench: SandboxPool | None = None
        self._once = Once()
        self._proof = Proof(title(language.name), self._trial)

    def check(self, problem: Problem, code: str, cpu_seconds: float) -> Verdict:
        """Run `code` with the problem's tests; see Runner. One text is run once for a problem."""
        return self._once.verdict(problem, code, cpu_seconds, lambda: self._check(problem, code, cpu_seconds))

    def close(self) -> None:
        """End the server; a later check starts another."""
        if self._bench is not None:
            self._bench.close()
            self._bench = None
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary, self._prepared = None, ""
        self._alone.close()

    def objection(self, problem: Problem) -> Objection | None:
        """Return why no solution can be judged by a problem's tests, or nothing."""
        return None if _named(problem) else Objection("its tests never name what they are to test")

    def _check(self, problem: Problem, code: str, cpu_seconds: float) -> Verdict:
        if not _named(problem):
            return Verdict(Cause.UNGRADED, "the tests do not name what they are to test", weak=True)
        package = package_of(problem, self._language)
        return self._proof.weighed(self._verdict(package, code, problem.test, cpu_seconds, problem.entry_point))

    def _trial(self) -> Verdict:
        own, language = self._own_trial, self._language
        if own is not None:
            return self._verdict(package_of(own, language), own.canonical_solution, own.test, _TRIAL_SECONDS)
        return self._verdict(Package(language, {}), language.trial.solution, language.trial.test, _TRIAL_SECONDS)

    def _verdict(self, package: Package, code: str, test: str, cpu_seconds: float, entry_point: str = "") -> Verdict:
        missing = Missing(self._language, entry_point, code)
        attempt, stages = self._graded(package, code, test, cpu_seconds, missing)
        if attempt.cause is Cause.PASSED and (changed := decoy(test, self._language)) is not None:
            fooled, _ = self._graded(package, code, changed, cpu_seconds, missing)
            if fooled.cause is Cause.PASSED:
                said = "it passes as well where the tests expect other values"
                return Verdict(Cause.TAMPERING, said, stages, weak=True)
        return Verdict(attempt.cause, attempt.detail, stages, weak=True)

    def _graded(
        self, package: Package, code: str, test: str, cpu_seconds: float, missing: Missing
    ) -> tuple[Attempt, tuple[StageResult, ...]]:
        nonce, language = secrets.token_hex(16), package.language
        try:
            source = package.sources(code, test, nonce)
        except DatasetError as error:
            raise SandboxError(str(error)) from None  # nothing can be said of any solution
        files: Mapping[str, bytes] = {path: text.encode("utf-8", "replace") for path, text in source.items()}
        stages: list[StageResult] = []
        if language.build:
            attempt, files = self._built(package, files, missing)
            stages.append(_stage(attempt))
            if attempt.cause is not Cause.PASSED:
                return attempt, tuple(stages)
        limits = limits_for(cpu_seconds)
        command = self._command(language.run)

        def run(seconds: float) -> Attempt:
            ran = self._working.attempt(lambda shop: shop.execute(files, command, limits, seconds))
            return self._judged(ran, package, source, nonce, seconds, missing)

        attempt = run_until_conclusive(self._alone, run, _QUICK * cpu_seconds, cpu_seconds)
        if attempt.cause is Cause.TAMPERING and (said := self._unread(code)):
            attempt = replace(attempt, cause=Cause.SYNTAX_ERROR, detail=said)
        return attempt, (*stages, _stage(attempt))

    def _unread(self, code: str) -> str:
        """Return what is wrong with a solution that a tool did not read to its end, and said nothing by its status."""
        parse = self._language.parse
        if parse is None:
            return ""
        text = parse.template.replace("{solution}", code)
        files = {parse.file: text.encode("utf-8", "replace")}
        command = self._command(parse.run)
        with self._alone.beside():
            built = self._working.attempt(lambda shop: shop.build(files, [command], [], _TRIAL_SECONDS))
        if built.overrun is not None or not built.steps:
            return ""
        said = built.steps[-1].errors.decode("utf-8", "replace")
        if re.search(parse.mark.replace("{line}", str(text.rstrip().count("\n") + 1)), said):
            return ""
        first = next(filter(None, said.splitlines()), "what follows a syntax error is not read")
        return re.sub(r"^[^:]*: line \d+: ", "", first)[:_LONGEST]

    def _built(
        self, package: Package, files: Mapping[str, bytes], missing: Missing
    ) -> tuple[Attempt, Mapping[str, bytes]]:
        language = package.language
        commands = [self._command(argv) for argv in language.build]

        def build(shop: CommandSandbox) -> tuple[Attempt, Mapping[str, bytes]]:
            built = shop.build(files, commands, language.outputs, language.build_seconds)
            cause, detail = Cause.PASSED, ""
            if built.overrun is not None:
                cause, detail = Cause.BUILD_ERROR, f"while it was built: {built.overrun[1]}"
            elif built.steps[-1].code != 0:
                last = built.steps[-1]
                cause, detail = Cause.BUILD_ERROR, build_failure(language, last.output, last.errors)
                detail = package.told(detail, last.output, last.errors)
                if absent := missing.told(cause, last.output, last.errors):
                    cause, detail = Cause.NO_ENTRY_POINT, absent
            used = built.cpu_seconds, built.wall_seconds, built.max_rss
            return Attempt(cause, detail, "build", *used), built.files

        with self._alone.beside():
            return self._working.attempt(build)

    def _judged(
        self,
        ran: Execution,
        package: Package,
        source: Mapping[str, str],
        nonce: str,
        seconds: float,
        missing: Missing,
    ) -> Attempt:
        cut_off = ran.cut_off(seconds)
        # By SIGABRT a failed assertion of C ends a program.
        if cut_off is not None and not (ran.ended.code == -signal.SIGABRT and ran.errors):
            cause, detail, doubtful = cut_off
        elif ran.ended.code == 0 and reached_the_end(ran.output, nonce):
            cause, detail, doubtful = Cause.PASSED, "", False
        else:
            cause, detail = failure(package.language, source, ran.output, ran.errors, ran.ended.code)
            detail, doubtful = package.told(detail, ran.output, ran.errors), False
            if absent := missing.told(cause, ran.output, ran.errors):
                cause, detail = Cause.NO_ENTRY_POINT, absent
        return Attempt(cause, detail, "test", ran.cpu_seconds, ran.wall_seconds, ran.ended.max_rss, doubtful)

    def _command(self, argv: tuple[str, ...]) -> Command:
        environment = self._toolbox.environment(self._ready)
        if argv[0].startswith("./"):
            return Command(("{here}" + argv[0][1:], *argv[1:]), environment)
        return Command(self._toolbox.command(argv, self._ready), environment)

    @property
    def _ready(self) -> str:
        """The folder for {prepared}."""
        if self._language.prepare and not self._prepared:
            if not self._choice.locks and self._temporary is None:
                self._temporary = tempfile.TemporaryDirectory(prefix="codeeval-")
            self._prepared = prepared(
                self._toolbox, self._choice.locks or (self._temporary and self._temporary.name) or ""
            )
        return self._prepared

    @property
    def _working(self) -> SandboxPool:
        if self._bench is None:
            readable = [*self._toolbox.readable(), *filter(None, [self._ready])]
            runtime = Runtime(tuple(readable), tuple(third_party([*readable, "/usr/local"])), processes=True)
            self._bench = SandboxPool(self._choice, runtime)
        return self._bench


def _stage(attempt: Attempt) -> StageResult:
    return StageResult(
        attempt.stage,
        attempt.cause is Cause.PASSED,
        round(attempt.cpu_seconds, 4),
        round(attempt.wall_seconds, 4),
        attempt.max_rss,
    )


def _named(problem: Problem) -> bool:
    """Whether the tests name the entry point; without that they cannot have to do with it."""
    return re.search(rf"(?<!\w){re.escape(problem.entry_point)}(?!\w)", problem.test) is not None
