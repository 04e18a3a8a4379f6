"""Wording: a comparison as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence

from pytest_codeeval.core.estimate import Estimate
from pytest_codeeval.core.result import in_words
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.reports.table import WIDTH, as_text
from pytest_codeeval.results.comparison.comparison import Comparison
from pytest_codeeval.results.comparison.row import Finding, Flip, Row

_Column = tuple[str, Callable[[Row], str]]
_SHOWN = 6
_SMALLEST = 0.0001
_ADJUSTED = {"holm": "Holm", "fdr": "BH"}
_TESTS = {
    ("mcnemar",): "p: McNemar's test (mid-p).",
    ("sign flip",): "p: sign flips of the differences (mid-p).",
    ("mcnemar", "sign flip"): "p: McNemar's test (mid-p) of one sample a problem, sign flips of other differences.",
}


def in_text(comparison: Comparison, flips: int) -> Iterator[str]:
    """Yield the lines; `flips` is how many problems are named of those that changed with the same cause."""
    yield from _table(comparison)
    yield ""
    yield from _methods(comparison)
    for one in comparison.overall:
        yield from _wrapped(f"{one.b} against {one.a} over {len(one.suites)} suites: {_points(one.difference, 0.01)}")
    for row in comparison.rows:
        yield from _flips(row, flips)
        yield from _left_out(row)
    yield from _differing(comparison)
    for note in comparison.notes:
        yield from _wrapped(printable(note))
    yield from (f"{name}: the run did not come to its end." for name in comparison.unfinished)


def verdict_of(row: Row, margin: float | None) -> str:
    """Return the verdict as it is said: with the margin, if that is what it depends on."""
    return f"equivalent within {margin:g}" if row.verdict is Finding.EQUIVALENT else str(row.verdict)


def p_of(value: float) -> str:
    """Return a p-value as it is written."""
    return f"<{_SMALLEST}" if value < _SMALLEST else f"{value:.4f}"


def _table(comparison: Comparison) -> list[str]:
    """Return the rows in one table, or under a heading for each pair of runs if their names leave no room."""
    pairs: dict[tuple[str, str], list[Row]] = {}
    for row in comparison.rows:
        pairs.setdefault((row.a, row.b), []).append(row)
    together = _columns(comparison, comparison.rows, named=True) if len(pairs) > 1 else []
    if together and len(together) <= 2 * len(comparison.rows) + 3:  # one line a row in each of two tables
        return together
    lines: list[str] = []
    for (a, b), rows in pairs.items():
        heading = f"{b} against {a}"
        headings = [heading] if len(heading) <= WIDTH else [b, f"  against {a}"]
        lines += [*[""] * bool(lines), *headings, "", *_columns(comparison, rows, named=False)]
    return lines


def _columns(comparison: Comparison, rows: Sequence[Row], *, named: bool) -> list[str]:
    """Return rows as a table, or as two where one would be too wide: the verdict, and what else is known of it."""
    many = len(comparison.rows) > 1
    names: list[_Column] = [("suite", lambda row: printable(row.suite, limit=80))]
    if named:
        names += [("run", lambda row: row.b), ("against", lambda row: row.a)]
    first: list[_Column] = [
        ("n", lambda row: str(row.n)),
        ("score", lambda row: row.metric.written(row.value_b)),
        ("against", lambda row: row.metric.written(row.value_a)),
        ("difference (95 %)", lambda row: _points(row.difference, row.unit)),
        ("verdict", lambda row: verdict_of(row, comparison.margin)),
        (f"p ({_ADJUSTED[comparison.adjustment]})" if many else "p", lambda row: p_of(row.p_adjusted)),
    ]
    further: list[_Column] = [
        ("seen ≥", lambda row: "–" if row.seen is None else f"{row.seen / row.unit:.1f}"),
        *([("p alone", lambda row: p_of(row.p))] if many else []),
        ("exact", lambda row: p_of(row.p_exact)),
    ]
    whole = _lines(rows, names, [*first, *further])
    if len(whole) == len(rows) + 1:  # one line a row
        return whole
    return [*_lines(rows, names, first), "", *_lines(rows, names, further)]


def _lines(rows: Sequence[Row], names: Sequence[_Column], figures: Sequence[_Column]) -> list[str]:
    columns = [*names, *figures]
    return as_text([head for head, _ in columns], [[cell(row) for _, cell in columns] for row in rows], len(names))


def _methods(comparison: Comparison) -> Iterator[str]:
    """Say how it was found, once."""
    said = _TESTS[tuple(sorted({row.test for row in comparison.rows}))]
    many = f" Adjusted for {len(comparison.rows)} comparisons." if len(comparison.rows) > 1 else ""
    yield from _wrapped(f"{said}{many} Interval: paired bootstrap over problems.")
    yield from _wrapped(
        "n: problems that both evaluated. Seen: could have been seen; four of five such comparisons find a true "
        "difference of so many points."
    )


def _flips(row: Row, shown: int) -> Iterator[str]:
    worse = [flip for flip in row.flips if flip.figure_b < flip.figure_a]
    better = sorted(row.flips[len(worse) :], key=lambda flip: flip.figure_a - flip.figure_b)
    for which, found in (("worse", worse), ("better", better)):
        if not found or shown <= 0:
            continue
        yield ""
        yield f"{_of(row)}: {counted(len(found), 'problem')} {which}"
        causes: dict[str, list[Flip]] = {}
        for flip in found:
            causes.setdefault(flip.cause_b if which == "worse" else flip.cause_a, []).append(flip)
        for cause, flips in sorted(causes.items(), key=lambda one: (-len(one[1]), one[0])):
            was = "" if which == "worse" else "was "
            named = ", ".join(_named(flip, row) for flip in flips[:shown])
            more = f" and {len(flips) - shown} more" if len(flips) > shown else ""
            yield from _wrapped(f"  {was}{in_words(printable(cause)) or 'passed'} ({len(flips)}): {named}{more}")


def _named(flip: Flip, row: Row) -> str:
    """Name a problem, with its figures if they are not those of a pass and a failure."""
    name = printable(flip.task_id, limit=60)
    if row.test == "mcnemar":
        return name
    return f"{name} ({row.metric.written(flip.figure_a)} → {row.metric.written(flip.figure_b)})"


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(line, WIDTH, subsequent_indent="    ", break_on_hyphens=False) or [line]


def _left_out(row: Row) -> Iterator[str]:
    found: dict[tuple[str, str], list[str]] = {}
    for one in row.left_out:
        found.setdefault((one.run, one.reason), []).append(printable(one.task_id, limit=60))
    for (run, reason), ids in found.items():
        named = ", ".join(ids[:_SHOWN]) + (f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else "")
        head = f"{printable(row.suite, limit=80)}: {counted(len(ids), 'problem')} left out"
        yield from _wrapped(f"{head}, which {reason} with {run}: {named}")


def _differing(comparison: Comparison) -> Iterator[str]:
    for one in comparison.differing:
        values = dict(zip(comparison.runs, one.values, strict=True))
        said = "; ".join(f"{printable(value, limit=40)} ({name})" for name, value in values.items())
        yield from _wrapped(f"differs: {one.name}: {said}" if len(said) < 4 * WIDTH else f"differs: {one.name}")


def _points(difference: Estimate, unit: float) -> str:
    value, low, high = (_signed(one / unit) for one in (difference.value, difference.low, difference.high))
    return f"{value} ({low} to {high})"


def _signed(points: float) -> str:
    return f"{points:+.1f}".replace("-", "−").replace("−0.0", "0.0").replace("+0.0", "0.0")


def _of(row: Row) -> str:
    return f"{printable(row.suite, limit=80)}, {row.b} against {row.a}"
