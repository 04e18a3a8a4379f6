"""Standing: one cell on one suite, its figure and what is to be known of it, in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median

from pytest_codeeval.core.text import counted
from pytest_codeeval.reports.suitescore import SuiteScore
from pytest_codeeval.reports.unanswered import NOTHING, ONE_IN, REMEDIES
from pytest_codeeval.results.run import Run
from pytest_codeeval.results.tracker.answers import Answers

NOT_TESTED = "not tested"
_MOST = 1 << 31


@dataclass(frozen=True)
class Standing:
    """The figures as text; `status` is a sentence, `figure` the score with its metric and interval."""

    score: str
    metric: str
    interval: str
    problems: str
    samples: str
    seconds: str
    status: str

    @property
    def figure(self) -> str:
        """The score as the changelog has it."""
        return f"{self.metric} {self.score} ({self.interval})" if self.metric else self.score


def standing_of(run: Run, suite: str, answers: Answers) -> Standing:
    """Return how a run stands on a suite that it has."""
    score = run.scores[suite]
    name, (metric, estimate) = next(iter(score.estimates(run.pass_at).items()), ("", (None, None)))
    ends = [metric.written(end) for end in (estimate.low, estimate.high)] if metric and estimate else []
    seconds = answers.seconds.get(suite)
    return Standing(
        metric.written(estimate.value) if metric and estimate else "no figure",
        name,
        " – ".join(ends) or "–",
        f"{len(score.graded):,} of {_whole(score):,}",
        f"{score.outcomes.total():,}",
        f"{median(seconds):.2f}" if seconds else "–",
        "; ".join(_status(run, score, answers)),
    )


def _status(run: Run, score: SuiteScore, answers: Answers) -> list[str]:
    found = [] if run.finished else ["the run did not come to its end"]
    planned = run.datasets.get(score.suite, {}).get("planned")
    missing = _missing(planned, score) if isinstance(planned, dict) else 0
    if missing:
        found.append(f"{counted(missing, 'planned sample')} missing")
    if score.errors:
        found.append(f"{counted(len(score.errors), 'problem')} could not be evaluated")
    if not found:
        found.append("tested" if len(score.problems) >= _whole(score) else "tested in part")
    if ungraded := score.outcomes["ungraded"]:
        found.append(f"{counted(ungraded, 'sample')} without a score")
    nothing = sum(score.outcomes[outcome] for outcome in NOTHING)
    total = score.outcomes.total()
    if nothing and nothing * ONE_IN >= total:
        reasons = answers.nothing.get(score.suite, Counter())
        why = f": {REMEDIES[max(REMEDIES, key=reasons.__getitem__)]}" if reasons else ""
        found.append(f"no answer found in {nothing:,} of {total:,}{why}")
    if weak := sum(score.weak.values()):
        found.append(f"{counted(weak, 'verdict is', 'verdicts are')} weak")
    return found


def _missing(planned: dict[str, object], score: SuiteScore) -> int:
    """Return how many samples were to be evaluated and are not there; what ended in an error is said apart."""
    wanted = {task_id: count for task_id, count in planned.items() if type(count) is int and 0 < count < _MOST}
    there = {task_id: found.total() for task_id, found in score.problems.items()}
    return sum(max(0, n - there.get(task_id, 0)) for task_id, n in wanted.items() if task_id not in score.errors)


def _whole(score: SuiteScore) -> int:
    return max(score.total or 0, len({*score.problems, *score.errors}))
