"""compare: lays runs side by side, pair by pair and suite by suite."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from pytest_codeeval.core.errors import UsageError, nearest
from pytest_codeeval.core.metric import Metric
from pytest_codeeval.reports.suitescore import SuiteScore
from pytest_codeeval.results.agreement import (
    Difference,
    asking_differences,
    dataset_differences,
    sampling_differences,
    version_differences,
)
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
_INTERRUPTED = 2  # as pytest says it

Pair = tuple[Run, Run]


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
) -> Comparison:
    """Compare runs on the problems that both of a pair evaluated.

    With a `baseline`, the name of a run, each other run is compared with it; `pairs` names pairs of runs, the baseline
    of each first; without either, all are compared with all. `suites` are all that both have, but for their parts, by
    the headline of each or the `metric` that is named. `margin` is how many points make no difference that matters.
    p-values are adjusted by Holm, with `fdr` by Benjamini and Hochberg.

    Raises UsageError for runs that may not be compared: on other data, or, unless `force`, asked otherwise.
    """
    chosen = _pairs(results, baseline, pairs)
    named = {run.name for pair in chosen for run in pair}
    runs = [run for run in results.runs if run.name in named]
    scores = {run.name: run.scores for run in runs}
    _demand_known(suites, scores)
    notes: list[str] = []
    rows: list[Row] = []
    overall: list[Overall] = []
    for pair in chosen:
        a, b = (scores[run.name] for run in pair)
        names = [name for name in (suites or pair[0].suites) if name in a and name in b]
        _demand_alike(pair, names, force=force)
        pairings = [(name, _pairing(name, pair, (a[name], b[name]), metric)) for name in names]
        found = [(name, pairing) for name, pairing in pairings if pairing and pairing.common]
        notes += _apart(pair, suites, metric, set(names) - {name for name, _ in found})
        together = Together()
        for name, pairing in found:
            row, draws = measured(name, pairing, margin)
            rows.append(row)
            together.add(row, draws)
        overall += together.result()
    if not rows:
        raise UsageError(_nothing(chosen, metric, notes))
    return Comparison(
        tuple(run.name for run in runs),
        tuple(_judged(rows, fdr=fdr)),
        tuple(overall),
        (*sampling_differences(runs), *version_differences(runs)),
        tuple(notes),
        tuple(run.name for run in runs if not run.finished or run.about.get("exit_status_of_pytest") == _INTERRUPTED),
        baseline or "",
        margin,
        "fdr" if fdr else "holm",
    )


def _pairs(results: Results, baseline: str | None, pairs: Sequence[tuple[str, str]] | None) -> list[Pair]:
    runs = {run.name: run for run in results.runs}
    for name in (baseline, *(name for pair in pairs or () for name in pair)):
        if name is not None and name not in runs:
            raise UsageError(f"there is no run {name!r}{nearest(name, runs)}; the runs are {', '.join(runs)}.")
    if pairs is not None:
        return [(runs[a], runs[b]) for a, b in pairs]
    if len(runs) < 2:
        raise UsageError("one run alone has nothing to be compared with; name another results folder beside it.")
    if baseline is not None:
        return [(runs[baseline], run) for run in results.runs if run.name != baseline]
    return list(combinations(results.runs, 2))


def _demand_known(suites: Sequence[str], scores: Mapping[str, Mapping[str, SuiteScore]]) -> None:
    known = dict.fromkeys(name for found in scores.values() for name in found)
    for name in suites:
        if name not in known:
            raise UsageError(f"no run has {name}{nearest(name, known)}, only {', '.join(known) or 'nothing'}.")


def _demand_alike(pair: Pair, suites: Sequence[str], *, force: bool) -> None:
    """Refuse runs that were not asked the same."""
    for suite in suites:
        whole = next((name for run in pair for name in run.datasets if suite in _parts(name, run)), suite)
        if found := dataset_differences(pair, whole):
            raise UsageError(
                f"{suite} is not the same in {_named(pair)} ({_said(found)}), so that their scores cannot be compared; "
                "run both on the same data, or name other suites by --suite."
            )
    if not force and (found := asking_differences(pair)):
        raise UsageError(
            f"{_named(pair)} were not asked in the same way ({_said(found)}); --force compares them all the same."
        )


def _parts(suite: str, run: Run) -> set[str]:
    """Return the names of a suite's parts, which have its dataset."""
    about = run.datasets[suite]
    inner = {f"{suite}-{part}" for name in ("languages", "parts") for part in about.get(name) or ()}
    return inner | {str(about.get("scored_name") or suite)}


def _named(pair: Pair) -> str:
    return f"{pair[0].name} and {pair[1].name}"


def _said(found: Sequence[Difference]) -> str:
    return "; ".join(f"{one.name}: {' and '.join(value[:40] for value in one.values)}" for one in found)


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


def _apart(pair: Pair, suites: Sequence[str], metric: str, empty: set[str]) -> list[str]:
    """Say which suites are not compared."""
    what = f"a {metric} of the same problem" if metric else "a problem that both evaluated"
    notes = [f"{suite}: {_named(pair)} do not have {what}." for suite in sorted(empty)]
    if suites:
        lacking = ((suite, run) for suite in suites for run in pair if suite not in run.scores)
        return notes + [f"{suite}: {run.name} does not have it." for suite, run in lacking]
    a, b = (set(run.suites) for run in pair)
    for run, own in ((pair[0], a - b), (pair[1], b - a)):
        notes += [f"{suite}: {run.name} alone has it." for suite in run.suites if suite in own]
    return notes


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
