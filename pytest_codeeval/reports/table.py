"""The score table as text: metrics with their intervals, and how the samples ended."""

import re
from collections.abc import Sequence

from pytest_codeeval.core.column import Column
from pytest_codeeval.core.columns import TOTALS
from pytest_codeeval.core.estimate import Estimate
from pytest_codeeval.core.metric import Metric
from pytest_codeeval.core.result import in_words
from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.reports.suitescore import SuiteScore

WIDTH = 100
_INDENT = 4
_FAMILY = re.compile(r"(?P<passed>.+)[@^](?P<k>[0-9]+)")


def score_table(scores: Sequence[SuiteScore], pass_at: Sequence[int]) -> tuple[list[str], list[list[str]]]:
    """Return headers and rows: model, suite, problems, then metrics, then counts of every outcome that occurred.

    Of the problems it says how many were graded, and of how many of the dataset if these are not all.

    Errors that were not the model's stand behind them, and in no score; last what is added up, as far as it is known.
    """
    estimates = [score.estimates(pass_at) for score in scores]
    metrics = sorted(dict.fromkeys(name for found in estimates for name in found), key=_rank)
    seen = {outcome for score in scores for outcome in score.outcomes}
    outcomes = [*(str(known) for known in Outcome if known in seen), *sorted(seen - set(Outcome))]
    errors = any(score.errors for score in scores)
    totals = [column for column in TOTALS if any(_is_known(column, score) for score in scores)]
    headers = ["model", "suite", "problems", *(f"{name} (95 %)" for name in metrics), *map(in_words, outcomes)]
    headers += ["errors"] * errors + [column.title for column in totals]
    rows = []
    for score, found in zip(scores, estimates, strict=True):
        row = [score.model, score.suite, _problems(score), *(_estimate(found.get(name)) for name in metrics)]
        row += [str(score.outcomes[outcome]) for outcome in outcomes]
        row += [str(len(score.errors))] * errors
        rows.append(row + [column.figure(score.total_of(column.name)) for column in totals])
    return headers, rows


def _rank(metric: str) -> tuple[bool, bool, int]:
    """Return the place of a metric: those without a k first, then pass@k and pass^k, then their like."""
    found = _FAMILY.fullmatch(metric)
    return (True, found["passed"] != "pass", int(found["k"])) if found else (False, False, 0)


def as_text(headers: Sequence[str], rows: Sequence[Sequence[str]], left: int = 2, width: int = WIDTH) -> list[str]:
    """Return the lines of a table with aligned columns, the first `left` of them, which are names, to the left.

    Columns that would go beyond `width` stand in a further table below, under the same names. Names that leave no room
    have a line of their own above their figures.
    """
    widths = [max(map(len, column)) for column in zip(headers, *rows, strict=True)]
    above = sum(widths[:left]) + 2 * left > width // 2 and sum(widths) + 2 * len(widths) > width
    names = range(0 if above else left)
    room = width - (_INDENT if above else sum(widths[:left]) + 2 * left)
    lines: list[str] = []
    for figures in packed(widths, range(left, len(widths)), room):
        lines += [""] if lines else []
        for row in [headers, *rows]:
            lines += _names_above(row[:left], width) if above and row is not headers else []
            cells = [*(row[n].ljust(widths[n]) for n in names), *(row[n].rjust(widths[n]) for n in figures)]
            lines.append((" " * _INDENT * above + "  ".join(cells)).rstrip())
    return lines


def packed(widths: Sequence[int], columns: Sequence[int], room: int) -> list[list[int]]:
    """Deal columns out to tables that are as full as `room` lets them be."""
    tables: list[list[int]] = [[]]
    for column in columns:
        if tables[-1] and sum(widths[n] + 2 for n in [*tables[-1], column]) - 2 > room:
            tables.append([])
        tables[-1].append(column)
    return tables


def _names_above(names: Sequence[str], width: int) -> list[str]:
    line = "  ".join(names)
    return [line] if len(line) <= width else list(names)


def _problems(score: SuiteScore) -> str:
    graded = len(score.graded)
    whole = max(score.total or 0, len({*score.problems, *score.errors}))
    return str(graded) if graded == whole else f"{graded} of {whole}"


def _estimate(found: tuple[Metric, Estimate] | None) -> str:
    if found is None:
        return "–"
    metric, estimate = found
    return f"{metric.written(estimate.value)} ({metric.written(estimate.low)}–{metric.written(estimate.high)})"


def _is_known(column: Column, score: SuiteScore) -> bool:
    total = score.total_of(column.name)
    return bool(total.known and (total.sum or column.type is float))
