"""Admission: which runs are compared with which, and what forbids it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from pytest_codeeval.core.errors import UsageError, nearest
from pytest_codeeval.reports.suitescore import SuiteScore
from pytest_codeeval.results.agreement import Difference, asking_differences, dataset_differences
from pytest_codeeval.results.results import Results
from pytest_codeeval.results.run import Run

Pair = tuple[Run, Run]


def pairs_of(results: Results, baseline: str | None, pairs: Sequence[tuple[str, str]] | None) -> list[Pair]:
    """Return the pairs of runs by their names: those that are named, else each with the baseline, else all.

    Raises UsageError for a name that is none, or if there is but one run.
    """
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


def demand_known(suites: Sequence[str], scores: Mapping[str, Mapping[str, SuiteScore]]) -> None:
    """Raise UsageError for a suite that no run has."""
    known = dict.fromkeys(name for found in scores.values() for name in found)
    for name in suites:
        if name not in known:
            raise UsageError(f"no run has {name}{nearest(name, known)}, only {', '.join(known) or 'nothing'}.")


def refused(pair: Pair, suites: Sequence[str], *, force: bool) -> dict[str, str]:
    """Return by suite why runs may not be compared: on other data, or, unless `force`, asked otherwise."""
    found = {}
    for suite in suites:
        whole = next((name for run in pair for name in run.datasets if suite in _parts(name, run)), suite)
        if differing := dataset_differences(pair, whole):
            found[suite] = (
                f"{suite} is not the same in {named(pair)} ({_said(differing)}), so that their scores cannot be "
                "compared; run both on the same data, or name other suites by --suite."
            )
        elif asked := "" if force else _asked(pair, whole):
            found[suite] = asked
    return found


def _asked(pair: Pair, suite: str) -> str:
    differing = asking_differences(pair, suite)
    how = f"{named(pair)} were not asked in the same way ({_said(differing)}); --force compares them all the same."
    return how if differing else ""


def _parts(suite: str, run: Run) -> set[str]:
    """Return the names of a suite's parts, which have its dataset."""
    about = run.datasets[suite]
    inner = {f"{suite}-{part}" for name in ("languages", "parts") for part in about.get(name) or ()}
    return inner | {str(about.get("scored_name") or suite)}


def named(pair: Pair) -> str:
    """Return the names of both."""
    return f"{pair[0].name} and {pair[1].name}"


def _said(found: Sequence[Difference]) -> str:
    return "; ".join(f"{one.name}: {' and '.join(value[:40] for value in one.values)}" for one in found)
