"""What was compared and whether it may be: the runs, the data of each suite, and the settings that differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pytest_codeeval.core.text import counted
from pytest_codeeval.results.agreement import (
    Difference,
    dataset_differences,
    model_differences,
    sampling_differences,
    version_differences,
)
from pytest_codeeval.results.results import Results
from pytest_codeeval.results.run import Run

_HASH = 12
_WHOLE_HASH = re.compile(r"\b[0-9a-f]{64}\b")


@dataclass(frozen=True)
class Asked:
    """One run as the head of the page tells it."""

    name: str
    model: str
    when: str
    what: str
    warning: str


@dataclass(frozen=True)
class Data:
    """The data of one suite: the hashes that runs have of it, and how those differ."""

    suite: str
    runs: Sequence[str]
    hashes: Sequence[str]
    differences: Sequence[Difference]

    @property
    def verdict(self) -> str:
        """Whether the runs may be compared on it."""
        if self.differences:
            return f"not the same: {', '.join(one.name for one in self.differences)} differ; do not compare"
        if not self.hashes:
            return "not known: no run says which data it had"
        if len(self.runs) == 1:
            return "one run only"
        return "the same for all that say so"


@dataclass(frozen=True)
class Compared:
    """All of it."""

    runs: Sequence[Asked]
    data: Sequence[Data]
    sampling: Sequence[Difference]
    models: Sequence[Difference]
    versions: Sequence[Difference]

    @classmethod
    def of(cls, results: Results) -> Compared:
        """Look the runs through."""
        runs = results.runs
        return cls(
            [_asked(run) for run in runs],
            [_data(runs, suite) for suite in results.suites],
            sampling_differences(runs),
            model_differences(runs),
            version_differences(runs),
        )


def _asked(run: Run) -> Asked:
    scores = run.board.by_model().get(run.model, ())
    samples = sum(score.outcomes.total() for score in scores)
    problems = sum(len(score.problems) for score in scores)
    weak, errors = (
        (sum(found) for found in zip(*((sum(s.weak.values()), len(s.errors)) for s in scores), strict=True))
        if scores
        else (0, 0)
    )
    warnings = [
        "" if run.finished else "this run did not come to its end",
        f"{counted(errors, 'problem')} could not be evaluated" if errors else "",
        f"{counted(weak, 'verdict is', 'verdicts are')} weak" if weak else "",
    ]
    what = f"{counted(problems, 'problem')} of {counted(len(scores), 'suite')}, {counted(samples, 'sample')}"
    asked = ":".join(filter(None, (_text(run.settings.get("backend")), _text(run.settings.get("model")))))
    when = " to ".join(filter(None, (_text(run.about.get(name)) for name in ("started", "finished"))))
    asked = _WHOLE_HASH.sub(lambda found: f"{found[0][:_HASH]}…", asked)  # of a recording; the settings have all of it
    return Asked(run.name, asked, when, what, "; ".join(filter(None, warnings)))


def _data(runs: Sequence[Run], suite: str) -> Data:
    having = [run for run in runs if suite in run.suites]
    known = dict.fromkeys(_text(run.datasets.get(suite, {}).get("sha256"))[:_HASH] for run in having)
    return Data(suite, [run.name for run in having], list(filter(None, known)), dataset_differences(having, suite))


def _text(value: Any) -> str:
    return "" if value is None else str(value)
