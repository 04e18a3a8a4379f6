"""WholePrograms: solutions that are built once, and run for each input in an empty folder by themselves."""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pytest_codeeval.core.verdict import Cause, StageResult
from pytest_codeeval.execution.attempts.attempt import Attempt
from pytest_codeeval.execution.attempts.conclusive import run_until_conclusive
from pytest_codeeval.execution.commands.command import Command, Execution
from pytest_codeeval.execution.commands.command_sandbox import MOST_WRITTEN, limits_for
from pytest_codeeval.execution.commands.sandbox_pool import SandboxPool
from pytest_codeeval.execution.inputoutput.ran import Made, Ran
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.interpreter import third_party
from pytest_codeeval.execution.sandbox.probe import STRONG
from pytest_codeeval.execution.sandbox.runtime import Runtime
from pytest_codeeval.execution.sandbox.shared_exclusive_lock import SharedExclusiveLock
from pytest_codeeval.execution.toolchains.failure import breakdown, build_failure
from pytest_codeeval.execution.toolchains.language import Language
from pytest_codeeval.execution.toolchains.prepared import prepared
from pytest_codeeval.execution.toolchains.toolbox import Toolbox
from pytest_codeeval.execution.toolchains.whole import program_of

_INPUT = ".input"
_QUICK = 0.5


@dataclass(frozen=True, slots=True)
class Program:
    """A program that is ready: its language as it is run, its source for messages, and the files that it needs."""

    language: Language
    source: Mapping[str, str]
    files: Mapping[str, bytes]


class WholePrograms:
    """Builds and runs programs in one language; nothing is started before the first one."""

    def __init__(self, language: Language, toolbox: Toolbox, choice: SandboxChoice) -> None:
        self._language = language
        self._toolbox = toolbox
        self._choice = choice
        self._alone = SharedExclusiveLock(choice.locks)
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._folder = ""
        self._pool: SandboxPool | None = None

    @property
    def is_strong(self) -> bool:
        """Whether programs are isolated, as is known once one was run."""
        return self._pool is not None and self._pool.tier in STRONG

    def made(self, code: str) -> Made:
        """Build a program, if that is done in its language."""
        language, source = program_of(self._language, code)
        files: Mapping[str, bytes] = {path: text.encode("utf-8", "replace") for path, text in source.items()}
        if not language.build:
            return Made(Program(language, source, files))
        steps = [self._command(argv) for argv in language.build]
        with self._alone.beside():
            built = self._working.attempt(
                lambda shop: shop.build(files, steps, language.outputs, language.build_seconds)
            )
        fault = ""
        if built.overrun is not None:
            fault = f"while it was built: {built.overrun[1]}"
        elif built.steps[-1].code != 0:
            fault = build_failure(language, built.steps[-1].output, built.steps[-1].errors)
        used = round(built.cpu_seconds, 4), round(built.wall_seconds, 4), built.max_rss
        stage = StageResult("build", not fault, *used)
        if fault:
            return Made(None, stage, (Cause.BUILD_ERROR, fault))
        return Made(Program(language, source, built.files), stage)

    def runs(self, made: Made, inputs: Sequence[str], cpu_seconds: float) -> Iterator[Ran]:
        """Yield what comes of each input."""
        for given in inputs:
            yield self.run(made, {}, (), given, cpu_seconds)

    def run(
        self, made: Made, beside: Mapping[str, bytes], arguments: Sequence[str], given: str, cpu_seconds: float
    ) -> Ran:
        """Run a program as often as it takes for a run that counts, with files beside it and arguments."""
        program = made.solution
        if not isinstance(program, Program):
            raise TypeError("no program that was made here")
        command = self._command((*program.language.run, *arguments), _INPUT)
        files = {**program.files, **beside, _INPUT: given.encode("utf-8", "surrogatepass")}
        limits, last = limits_for(cpu_seconds), Ran()

        def once(seconds: float) -> Attempt:
            nonlocal last
            ran = self._working.attempt(lambda shop: shop.execute(files, command, limits, seconds, MOST_WRITTEN // 2))
            cause, detail, doubtful = _outcome(program, ran, seconds)
            texts = [stream.decode("utf-8", "replace") for stream in (ran.output, ran.errors)]
            used = ran.cpu_seconds, ran.wall_seconds, ran.ended.max_rss
            status = ran.ended.code if ran.overrun is None and ran.ended.code >= 0 else -1
            last = Ran(texts[0], cause, detail, *used, doubtful, status, texts[1])
            return Attempt(cause, detail, "test", *used, doubtful)

        run_until_conclusive(self._alone, once, _QUICK * cpu_seconds, cpu_seconds)
        return last

    def close(self) -> None:
        """End the server; a later run starts another."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary, self._folder = None, ""
        self._alone.close()

    def _command(self, argv: tuple[str, ...], reads: str = "") -> Command:
        environment = self._toolbox.environment(self._ready)
        if argv[0].startswith("./"):
            return Command(("{here}" + argv[0][1:], *argv[1:]), environment, reads=reads)
        return Command(self._toolbox.command(argv, self._ready), environment, reads=reads)

    @property
    def _ready(self) -> str:
        """The folder for {prepared}."""
        if self._language.prepare and not self._folder:
            if not self._choice.locks and self._temporary is None:
                self._temporary = tempfile.TemporaryDirectory(prefix="codeeval-")
            cache = self._choice.locks or (self._temporary and self._temporary.name) or ""
            self._folder = prepared(self._toolbox, cache)
        return self._folder

    @property
    def _working(self) -> SandboxPool:
        if self._pool is None:
            readable = [*self._toolbox.readable(), *filter(None, [self._ready])]
            runtime = Runtime(tuple(readable), tuple(third_party([*readable, "/usr/local"])), processes=True)
            self._pool = SandboxPool(self._choice, runtime)
        return self._pool


def _outcome(program: Program, ran: Execution, seconds: float) -> tuple[Cause, str, bool]:
    """Return how a run ended: a cause, a sentence, and whether it is to be done again before it counts."""
    cut_off = ran.cut_off(seconds)
    # By SIGABRT an exception of C++ ends a program that nobody catches.
    if cut_off is not None and not (ran.overrun is None and ran.ended.code == -signal.SIGABRT and ran.errors):
        return cut_off
    if ran.ended.code != 0:
        return *breakdown(program.language, program.source, ran.errors, ran.ended.code), False
    return Cause.PASSED, "", False
