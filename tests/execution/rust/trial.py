"""A layout's steps run by plain subprocesses, without any sandbox: for trusted code and the attacks of these tests."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.execution.rust.commands import HARNESS, NONCE, Step, prebuilt
from pytest_codeeval.execution.rust.conclusion import outcome, wants_doubts, weakness
from pytest_codeeval.execution.rust.diagnostics import Diagnostics, read_diagnostics
from pytest_codeeval.execution.rust.layout import Layout, TestCrate, layout
from pytest_codeeval.execution.rust.report import Report, read_report
from pytest_codeeval.execution.rust.toolchain import Toolchain

_REPORT = 3  # the descriptor that a tests program writes its report to, as harness.rs has it


@dataclass(frozen=True, slots=True)
class Ended:
    """How a trial ended: `how` is a cause, or the name of the step that failed; `weak` says why a pass is no proof."""

    how: str
    detail: str
    diagnostics: Diagnostics
    lints: dict[str, int]
    ran: int = 0
    weak: str = ""

    @property
    def passed(self) -> bool:
        """Whether the solution passed, weakly or not."""
        return self.how == "passed"


class Trial:
    """Tries solutions in folders below one of its own."""

    def __init__(self, toolchain: Toolchain, folder: Path) -> None:
        self.toolchain = toolchain
        self._folder = folder
        self._count = 0
        sources, step = prebuilt(toolchain, HARNESS)
        home = self._fresh(sources)
        code, _, error = _process(step, home)
        assert code == 0, error.decode()
        self._harness = home / HARNESS

    def diagnose(self, problem: Problem, code: str) -> Diagnostics:
        """Build a solution only."""
        laid = layout(problem, code, self.toolchain)
        error = _process(laid.build, self._fresh(laid.files))[2]
        return read_diagnostics(error, asked_for_unsafe=laid.asks_for_unsafe)

    def __call__(self, problem: Problem, code: str, seconds: float = 10) -> Ended:
        """Build, lint and test a whole solution."""
        laid = layout(problem, code, self.toolchain)
        home = self._fresh(laid.files)
        built, _, error = _process(laid.build, home)
        diagnostics = read_diagnostics(error, asked_for_unsafe=laid.asks_for_unsafe)
        linted = read_diagnostics(_process(laid.lint, home)[2]) if laid.lint else diagnostics
        lints = dict(linted.lints)
        if built != 0:
            return Ended("build", diagnostics.first_error or error.decode(), diagnostics, lints)
        library = home / laid.library
        how, detail, reports = self._tests(laid, library, laid.tests, seconds)
        ran = sum(report.ran for report in reports)
        doubts = None
        if how == "passed" and wants_doubts(laid, reports):
            *_, doubts = self._tests(laid, library, laid.doubts, seconds)
            if any(report.fooled for report in doubts):
                return Ended("tampering", "fooled", diagnostics, lints, ran)
        weak = weakness(laid, diagnostics, reports, doubts) if how == "passed" else ""
        return Ended(how, detail, diagnostics, lints, ran, weak)

    def _tests(
        self, laid: Layout, library: Path, crates: Sequence[TestCrate], seconds: float
    ) -> tuple[str, str, list[Report]]:
        reports: list[Report] = []
        for crate in crates:
            home = self._fresh({crate.path: crate.text})
            for needed in (library, self._harness):
                shutil.copy(needed, home)
            linked, _, error = _process(crate.link, home)
            if linked != 0:
                return "link", read_diagnostics(error).first_error or error.decode(), reports
            run = self._fresh(laid.run_files)
            shutil.copy(home / crate.link.gives[0], run)
            code, report = _report(crate, run, seconds)
            reports.append(report)
            if code is None or (code < 0 and not report.complete):
                return "timeout" if code is None else "crashed", str(code), reports
            cause, detail = outcome(report, crate.marked)
            if cause.value != "passed":
                return cause.value, detail, reports
        return "passed", "", reports

    def _fresh(self, texts: Mapping[str, str]) -> Path:
        self._count += 1
        home = self._folder / str(self._count)
        home.mkdir(parents=True)
        for path, text in texts.items():
            (home / path).parent.mkdir(parents=True, exist_ok=True)
            (home / path).write_text(text, "utf-8")
        return home


def _process(step: Step, home: Path) -> tuple[int, bytes, bytes]:
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "TMPDIR": str(home), **step.environment}
    ended = subprocess.run(step.argv, cwd=home, env=environment, capture_output=True, timeout=120, check=False)
    return ended.returncode, ended.stdout, ended.stderr


def _report(crate: TestCrate, home: Path, seconds: float) -> tuple[int | None, Report]:
    nonce = secrets.token_hex(16)
    with (home / "report").open("w+b") as report:
        process = subprocess.Popen(
            crate.run.argv,
            cwd=home,
            env={**crate.run.environment, NONCE: nonce},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[_REPORT],
            preexec_fn=lambda: os.dup2(report.fileno(), _REPORT),
        )
        code: int | None
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            code = None
        report.seek(0)
        return code, read_report(report.read(), nonce, crate.decoys)
