"""Fuzzing: programs that passed are tried on other inputs, as `--fuzz` asks."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_codeeval.core.score import PROGRAM, Score
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.plugin.case import Case
from pytest_codeeval.plugin.runners import Runners
from pytest_codeeval.plugin.settings import Settings

if TYPE_CHECKING:
    from pytest_codeeval.scoring.fuzz.fuzzer import Fuzzer

_OTHER_LANGUAGE = "only programs in Python are tried"
_OTHER_RUNNER = "what runs the programs cannot run them on inputs"


class Fuzzing:
    """Tries the programs of a process; `run` is the id of the run, empty for one of a single process."""

    def __init__(self, settings: Settings, runners: Runners, run: str) -> None:
        self._settings = settings
        self._runners = runners
        self._run = run or uuid.uuid4().hex
        self._runner: object = None
        self._fuzzer: Fuzzer | None = None

    def tried(self, case: Case, score: Score, cpu_seconds: float) -> Score:
        """Return a score with what came of trying its program, which it may take for one input `cpu_seconds`."""
        if not self._settings.fuzz or score.kind != PROGRAM or score.passed is not True or score.program is None:
            return score
        if case.problem.language != "python":
            return replace(score, fuzz="none", counterexample=_OTHER_LANGUAGE)
        runner = self._runners.of("python")
        if not hasattr(runner, "outputs") or not hasattr(runner, "compare"):
            return replace(score, fuzz="none", counterexample=_OTHER_RUNNER)
        if self._fuzzer is None or self._runner is not runner:  # one that broke off has been replaced
            self._runner, self._fuzzer = runner, self._made(runner)
        found = self._fuzzer.try_program(case.problem, case.suite_name, score.program, cpu_seconds)
        score = replace(score, fuzz=found.status, counterexample=found.said)
        if found.status != "failed" or not self._settings.fuzz_decides:
            return score
        cause = Cause.WRONG_ANSWER
        return replace(score, passed=False, outcome=cause.outcome, cause=cause, detail=found.said, value=0.0)

    def _made(self, runner: Any) -> Fuzzer:
        # Here, as most runs try nothing.
        from pytest_codeeval.scoring.fuzz.fuzzer import Fuzzer
        from pytest_codeeval.scoring.fuzz.saved import SavedInputs

        settings = self._settings
        folder = str(Path(settings.cache, "fuzz")) if settings.cache else ""
        return Fuzzer(runner, settings.fuzz, settings.params.seed or 0, folder, SavedInputs(folder, self._run))
