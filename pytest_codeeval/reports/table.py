"""The score table as text: pass@k with its interval, and how the samples ended."""

from collections.abc import Sequence

from pytest_codeeval.core.metrics import Estimate
from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.reports.scoreboard import Score


def score_table(scores: Sequence[Score], pass_at: Sequence[int]) -> tuple[list[str], list[list[str]]]:
    """Return headers and rows: model, suite, problems, then pass@k, then counts of every outcome that occurred.

    Errors that were not the model's stand last, and in no score.
    """
    estimates = [score.pass_at(pass_at) for score in scores]
    ks = sorted({k for found in estimates for k in found})
    outcomes = [outcome for outcome in Outcome if any(score.outcomes[outcome] for score in scores)]
    headers = ["model", "suite", "problems", *(f"pass@{k} (95 %)" for k in ks)]
    headers += [outcome.value.replace("_", " ") for outcome in outcomes]
    errors = any(score.errors for score in scores)
    rows = []
    for score, found in zip(scores, estimates, strict=True):
        row = [score.model, score.suite, _problems(score), *(_estimate(found.get(k)) for k in ks)]
        row += [str(score.outcomes[outcome]) for outcome in outcomes]
        rows.append(row + ([str(len(score.errors))] if errors else []))
    return headers + (["errors"] if errors else []), rows


def as_text(headers: Sequence[str], rows: Sequence[Sequence[str]], left: int = 2) -> list[str]:
    """Return the lines of a table with aligned columns, the first `left` of them to the left."""
    columns = list(zip(headers, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    lines = []
    for row in [headers, *rows]:
        cells = [
            cell.ljust(width) if number < left else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return lines


def _problems(score: Score) -> str:
    done = len(score.problems)
    return str(done) if score.total in (None, done) else f"{done} of {score.total}"


def _estimate(estimate: Estimate | None) -> str:
    if estimate is None:
        return "–"
    return f"{estimate.value:.1%} ({estimate.low:.1%}–{estimate.high:.1%})"
