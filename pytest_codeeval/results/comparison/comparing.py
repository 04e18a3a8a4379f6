"""compare: lays runs side by side, pair by pair and suite by suite."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pytest_codeeval.core.errors import UsageError, nearest
from pytest_codeeval.core.metric import Metric
from pytest_codeeval.reports.suitescore import SuiteScore
from pytest_codeeval.results.agreement import sampling_differences, version_differences
from pytest_codeeval.results.comparison.admission import Pair, demand_known, named, pairs_of, refused
from pytest_codeeval.results.comparison.comparison import Comparison, Overall
from pytest_codeeval.results.comparison.measuring import measured
from pytest_codeeval.results.comparison.pairing import Pairing
from pytest_codeeval.results.comparison.row import Finding, Row
from pytest_codeeval.results.comparison.together import Together
from pytest_codeeval.results.results import Results
from pytest_codeeval.results.run import Run
from pytest_codeeval.results.statistics.adjustment import benjamini_hochberg, holm

LEVEL = 0.05
_OF_K = re.compile(r".*[@^]([1-9][0-9]{0,8})")


def compare(
    results: Results,
    baseline: str | None = None,
    *,
    pairs: Sequence[tuple[str, str]] | None = None,
    suites: Sequence[str] = (),
    metric: str = "",
    margin: float | None = None,
    fdr: bool = False,
    force: bool = False,
    strict: bool = True,
) -> Comparison:
    """Compare runs on the problems that both of a pair evaluated.

    With a `baseline`, the name of a run, each other run is compared with it; `pairs` names pairs of runs, the baseline
    of each first; without either, all are compared with all. `suites` are all that both have, but for their parts, by
    the headline of each or the `metric` that is named. `margin` is how many points make no difference that matters.
    p-values are adjusted by Holm, with `fdr` by Benjamini and Hochberg.

    Raises UsageError for runs that may not be compared: on other data, or, unless `force`, asked otherwise; and if
    nothing is left. If not `strict`, these are left out and said in `refused`, and there may be no rows.
    """
    chosen = pairs_of(results, baseline, pairs)
    known = {run.name for pair in chosen for run in pair}
    runs = [run for run in results.runs if run.name in known]
    work = _Work({run.name: run.scores for run in runs}, metric, margin)
    demand_known(suites, work.scores)
    work.notes += _lacking(work.scores, suites or dict.fromkeys(name for run in runs for name in run.suites))
    for pair in chosen:
        work.compare(pair, suites, force=force, strict=strict)
    if strict and not work.rows:
        raise UsageError(_nothing(chosen, metric, work.notes))
    return work.comparison(runs, chosen, baseline or "", fdr=fdr)


@dataclass
class _Work:
    """What has come of the pairs so far; `scores` are those of each run by suite."""

    scores: Mapping[str, Mapping[str, SuiteScore]]
    metric: str
    margin: float | None
    rows: list[Row] = field(default_factory=list)
    overall: list[Overall] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    lost: list[tuple[str, str, str]] = field(default_factory=list)

    def compare(self, pair: Pair, suites: Sequence[str], *, force: bool, strict: bool) -> None:
        """Compare two runs on each suite; raise UsageError if `strict` and they may not be compared."""
        a, b = (self.scores[run.name] for run in pair)
        names = [name for name in (suites or pair[0].suites) if name in a and name in b]
        refusals = refused(pair, names, force=force)
        if refusals and strict:
            raise UsageError(next(iter(refusals.values())))
        self.refused += refusals.values()
        together, empty = Together(), []
        for name in names:
            pairing = None if name in refusals else _pairing(name, pair, (a[name], b[name]), self.metric)
            if pairing and pairing.common:
                row, draws = measured(name, pairing, self.margin)
                self.rows.append(row)
                together.add(row, draws)
            elif name not in refusals:
                empty.append(name)
                self.lost += [(name, pair[0].name, pair[1].name)] if pairing and pairing.is_lost else []
        self.overall += together.result()
        what = f"a {self.metric} of the same problem" if self.metric else "a problem that both evaluated"
        self.notes += [f"{suite}: {named(pair)} do not have {what}." for suite in empty]

    def comparison(self, runs: Sequence[Run], pairs: Sequence[Pair], baseline: str, *, fdr: bool) -> Comparison:
        """Return what has come of all pairs, adjusted for each other."""
        return Comparison(
            tuple(run.name for run in runs),
            tuple((a.name, b.name) for a, b in pairs),
            tuple(_judged(self.rows, fdr=fdr)),
            tuple(self.overall),
            (*sampling_differences(runs), *version_differences(runs)),
            tuple(self.notes),
            tuple(dict.fromkeys(self.refused)),
            tuple(self.lost),
            tuple(run.name for run in runs if not run.finished),
            baseline,
            self.margin,
            "fdr" if fdr else "holm",
        )


def _pairing(suite: str, pair: Pair, scores: tuple[SuiteScore, SuiteScore], metric: str) -> Pairing | None:
    """Pair the runs up by the headline of the suite or the metric that is named, None if the suite has not that."""
    found = _metric(scores, metric)
    return Pairing(suite, pair, scores, found) if found else None


def _metric(scores: tuple[SuiteScore, SuiteScore], name: str) -> Metric | None:
    # A file of samples alone does not say what the metrics are.
    describing = next((score for score in scores if score.described), scores[0])
    return next((one for one in _known(describing, name) if one.name == name or not name), None)


def _known(score: SuiteScore, name: str) -> list[Metric]:
    """Return the metrics of a suite, of a family the member that is named."""
    k = _OF_K.fullmatch(name)
    return score.metrics((int(k[1]),) if k else ())


def _lacking(scores: Mapping[str, Mapping[str, SuiteScore]], suites: Iterable[str]) -> list[str]:
    """Say of each suite which runs have none of it."""
    found = ((suite, [name for name, own in scores.items() if suite not in own]) for suite in suites)
    return [f"{suite}: not in {', '.join(names)}." for suite, names in found if names]


def _nothing(pairs: Sequence[Pair], metric: str, notes: Sequence[str]) -> str:
    if metric:
        names = dict.fromkeys(
            one.name for pair in pairs for score in pair[0].scores.values() for one in _known(score, metric)
        )
        if metric in names:
            return f"no problem that both runs evaluated has a figure of {metric}; name another --metric."
        return f"no suite that both runs have has a {metric!r}{nearest(metric, names)}; known are {', '.join(names)}."
    return f"the runs have nothing in common that could be compared. {' '.join(notes)}".strip()


def _judged(rows: Sequence[Row], *, fdr: bool) -> list[Row]:
    """Adjust the p-values of all comparisons, and say what is found."""
    adjust = benjamini_hochberg if fdr else holm
    adjusted = adjust([row.p for row in rows])
    within = adjust([row.p_equivalent for row in rows if row.p_equivalent is not None])
    alike: Sequence[float | None] = within or [None] * len(rows)
    return [
        replace(row, p_adjusted=p, p_equivalent=equivalent, verdict=_verdict(row, p, equivalent))
        for row, p, equivalent in zip(rows, adjusted, alike, strict=True)
    ]


def _verdict(row: Row, p: float, p_equivalent: float | None) -> Finding:
    if p < LEVEL:
        return Finding.BETTER if row.difference.value > 0 else Finding.WORSE
    if p_equivalent is not None and p_equivalent < LEVEL:
        return Finding.EQUIVALENT
    return Finding.NOT_SHOWN
