"""Wording: a comparison as text for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from pytest_codeeval.core.estimate import Estimate
from pytest_codeeval.core.result import in_words
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.reports.table import WIDTH, as_text
from pytest_codeeval.results.comparison.comparison import Comparison
from pytest_codeeval.results.comparison.row import Finding, Flip, Row

_SHOWN = 6
_TESTS = {
    "mcnemar": "McNemar's test (p: mid-p) for",
    "sign flip": "sign flips of the differences for",
}
_ADJUSTED = {"holm": "Holm", "fdr": "Benjamini-Hochberg"}


def in_text(comparison: Comparison, flips: int) -> Iterator[str]:
    """Yield the lines; of each row so many problems are named that went either way."""
    yield from _table(comparison)
    yield ""
    yield from _methods(comparison)
    for one in comparison.overall:
        yield f"{one.b} against {one.a} over {len(one.suites)} suites: {_points(one.difference, 0.01)}"
    for row in comparison.rows:
        yield from _flips(row, flips)
        yield from _left_out(row)
    yield from _differing(comparison)
    yield from (printable(note) for note in comparison.notes)
    yield from (f"{name}: the run did not come to its end." for name in comparison.unfinished)


def verdict_of(row: Row, margin: float | None) -> str:
    """Return the verdict as it is said: with the margin, if that is what it depends on."""
    return f"equivalent within {margin:g}" if row.verdict is Finding.EQUIVALENT else str(row.verdict)


def p_of(value: float | None) -> str:
    """Return a p-value as it is written."""
    if value is None:
        return "–"
    return "<0.0001" if value < 0.0001 else f"{value:.4f}"


def _table(comparison: Comparison) -> list[str]:
    rows, pairs = comparison.rows, {(row.a, row.b) for row in comparison.rows}
    exact, many = any(row.p_exact is not None for row in rows), len(rows) > 1
    columns: list[tuple[str, Callable[[Row], str]]] = [
        ("suite", lambda row: row.suite),
        ("run", lambda row: row.b),
        ("against", lambda row: row.a),
        ("problems", lambda row: str(row.n)),
        ("score", lambda row: row.metric.written(row.value_b)),
        ("against", lambda row: row.metric.written(row.value_a)),
        ("difference (95 %)", lambda row: _points(row.difference, row.unit)),
        ("p", lambda row: p_of(row.p)),
        *([("exact", lambda row: p_of(row.p_exact))] if exact else []),
        *([("adjusted", lambda row: p_of(row.p_adjusted))] if many else []),
        ("could see", lambda row: "–" if row.seen is None else f"≥ {row.seen / row.unit:.1f}"),
        ("verdict", lambda row: verdict_of(row, comparison.margin)),
    ]
    lines = []
    if len(pairs) == 1:
        ((a, b),) = pairs
        lines = [f"{b} against {a}{' (baseline)' if a == comparison.baseline else ''}", ""]
        del columns[1:3]
    headers = [head for head, _ in columns]
    cells = [[cell(row) for _, cell in columns] for row in rows]
    return lines + as_text(headers, cells, left=1 if len(pairs) == 1 else 3)


def _methods(comparison: Comparison) -> Iterator[str]:
    """Say how it was found, once."""
    for test, words in _TESTS.items():
        suites = dict.fromkeys(row.suite for row in comparison.rows if row.test == test)
        if suites:
            yield f"{words} {', '.join(suites)}; interval: paired bootstrap over problems."
    if len(comparison.rows) > 1:
        yield f"Adjusted for {len(comparison.rows)} comparisons by {_ADJUSTED[comparison.adjustment]}; verdicts go by that."
    yield "Could see: the true difference, in points, that four of five such comparisons would find."
    for row in comparison.rows:
        if row.score_interval:
            low, high = (f"{end / row.unit:+.1f}" for end in row.score_interval)
            yield f"{_of(row)}: few problems differ; Tango's score interval is {low} to {high}."


def _flips(row: Row, shown: int) -> Iterator[str]:
    better = [flip for flip in row.flips if flip.passed_b > flip.passed_a]
    worse = [flip for flip in row.flips if flip.passed_b < flip.passed_a]
    for sign, which, found in (("−", "worse", worse), ("+", "better", better[::-1])):
        if found:
            yield ""
            yield f"{_of(row)}: {counted(len(found), 'problem')} {which} ({_causes(found)})"
        for flip in found[:shown]:
            yield f"  {sign} {printable(flip.task_id, limit=60)}  {_share(flip, row)}"
        if len(found) > shown:
            yield f"    and {len(found) - shown} more (--flips, --json)"


def _causes(flips: Sequence[Flip]) -> str:
    """Count the causes of the side that failed."""
    causes = Counter((flip.cause_b if flip.passed_b < flip.passed_a else flip.cause_a) or "unknown" for flip in flips)
    return ", ".join(f"{count} {in_words(printable(cause))}" for cause, count in causes.most_common())


def _share(flip: Flip, row: Row) -> str:
    a, b = (_side(share, cause) for share, cause in ((flip.passed_a, flip.cause_a), (flip.passed_b, flip.cause_b)))
    return f"{a} → {b}"


def _side(share: float, cause: str) -> str:
    if share in (0.0, 1.0):
        return "passed" if share else in_words(printable(cause)) or "failed"
    return f"{share:.0%} passed" + (f" ({in_words(printable(cause))})" if cause else "")


def _left_out(row: Row) -> Iterator[str]:
    found: dict[tuple[str, str], list[str]] = {}
    for one in row.left_out:
        found.setdefault((one.run, one.reason), []).append(printable(one.task_id, limit=60))
    for (run, reason), ids in found.items():
        more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
        yield f"{row.suite}: left out: {counted(len(ids), 'problem')} that {reason} with {run}: {', '.join(ids[:_SHOWN])}{more}"


def _differing(comparison: Comparison) -> Iterator[str]:
    for one in comparison.differing:
        values = dict(zip(comparison.runs, one.values, strict=True))
        said = "; ".join(f"{printable(value, limit=40)} ({name})" for name, value in values.items())
        yield f"differs: {one.name}: {said}" if len(said) < 2 * WIDTH else f"differs: {one.name}"


def _points(difference: Estimate, unit: float) -> str:
    value, low, high = (
        f"{one / unit:+.1f}".replace("-", "−") for one in (difference.value, difference.low, difference.high)
    )
    return f"{value} ({low} to {high})"


def _of(row: Row) -> str:
    return f"{row.suite}, {row.b} against {row.a}"
