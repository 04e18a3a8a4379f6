"""Results and sample rows for the tests of reports."""

from __future__ import annotations

from typing import Any

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.result import Result, Sample
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.verdict import Cause, StageResult, Verdict
from pytest_codeeval.scoring.code.scorer import score_of
from pytest_codeeval.scoring.code.solution import Method, Solution

PASS, WRONG, TIMEOUT, UNGRADED = Cause.PASSED, Cause.WRONG_ANSWER, Cause.CPU_TIME, Cause.UNGRADED


def score(verdict: Verdict, code: str) -> Score:
    """Make the score of a program that was found in a fence."""
    return score_of(verdict, Solution(code, Method.FENCED))


def result(
    task: int | str, *causes: Cause, model: str = "m", suite: str = "s", text: str = "text", weak: bool = False
) -> Result:
    """Make a result whose samples ended so; each cost half a dollar and ten tokens."""
    samples = tuple(
        Sample(
            index,
            (Completion(text, completion_tokens=10, cost=0.5),),
            score(Verdict(cause, "", (StageResult("test", cause is PASS, 0.25, 0.5, 1000),), weak), text),
        )
        for index, cause in enumerate(causes)
    )
    return Result(model, suite, f"T/{task}", "do it", samples)


def dataset(suite: str = "s", problems: int = 3, sha256: str = "a" * 64, **more: Any) -> dict[str, Any]:
    """Make what is known of a suite's dataset."""
    known = {"suite": suite, "language": "python", "sha256": sha256, "source": "test", "problems": problems}
    return {**known, "faults": {}, "scored_name": "", "scored_ids": [], **more}


def staged(cause: Cause, *stages: StageResult, index: int = 0, detail: str = "") -> Sample:
    """Make a sample that went through these stages."""
    return Sample(index, (Completion("text"),), score(Verdict(cause, detail, stages), "text"))


def rust(task: int | str, *samples: Sample, model: str = "m", suite: str = "rust") -> Result:
    """Make a result of such samples."""
    return Result(model, suite, f"R/{task}", "do it", samples)


def built(*, passed: bool = True) -> StageResult:
    """Make a build of half a second."""
    return StageResult("build", passed, 0.5, 0.6, 2**20)


def linted(**counts: int) -> StageResult:
    """Make a run of the linter that found so many of each lint."""
    return StageResult("clippy", not counts, 0.25, 0.3, 2**20, counts)


def ran(*, passed: bool = True) -> StageResult:
    """Make a run of the tests."""
    return StageResult("test", passed, 0.125, 0.2, 2**20)


CLEAN = staged(PASS, built(), linted(), ran())
UNTIDY = staged(PASS, built(), linted(needless_return=2, unused=1), ran())
FAILING = staged(WRONG, built(), linted(unused=3), ran(passed=False))
BROKEN = staged(Cause.BUILD_ERROR, built(passed=False), detail="error[E0382]: moved\n --> src/lib.rs:7:20\n  |")
SILENT = staged(Cause.NO_CODE)
