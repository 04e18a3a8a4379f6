"""The score table as text: pass@k with its interval, and how the samples ended."""

from collections.abc import Sequence

from pytest_codeeval.core.estimate import Estimate
from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.reports.scoreboard import Score
from pytest_codeeval.reports.usage import price_of

WIDTH = 100
_INDENT = 4


def score_table(scores: Sequence[Score], pass_at: Sequence[int]) -> tuple[list[str], list[list[str]]]:
    """Return headers and rows: model, suite, problems, then pass@k, then counts of every outcome that occurred.

    Errors that were not the model's stand behind them, and in no score; last, where they are known, tokens and cost.
    """
    estimates = [score.pass_at(pass_at) for score in scores]
    ks = sorted({k for found in estimates for k in found})
    outcomes = [outcome for outcome in Outcome if any(score.outcomes[outcome] for score in scores)]
    headers = ["model", "suite", "problems", *(f"pass@{k} (95 %)" for k in ks)]
    headers += [outcome.value.replace("_", " ") for outcome in outcomes]
    errors = any(score.errors for score in scores)
    asked = any(score.prompt_tokens.total() for score in scores)
    tokens = any(score.tokens.total() for score in scores)
    priced = any(score.cost for score in scores)
    headers += ["errors"] * errors + ["tokens in"] * asked + ["tokens out"] * tokens + ["cost"] * priced
    rows = []
    for score, found in zip(scores, estimates, strict=True):
        row = [score.model, score.suite, _problems(score), *(_estimate(found.get(k)) for k in ks)]
        row += [str(score.outcomes[outcome]) for outcome in outcomes]
        row += [str(len(score.errors))] * errors
        row += [f"{score.prompt_tokens.total():,}"] * asked + [f"{score.tokens.total():,}"] * tokens
        rows.append(row + [price_of([score])] * priced)
    return headers, rows


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
    for figures in _packed(widths, range(left, len(widths)), room):
        lines += [""] if lines else []
        for row in [headers, *rows]:
            lines += _names_above(row[:left], width) if above and row is not headers else []
            cells = [*(row[n].ljust(widths[n]) for n in names), *(row[n].rjust(widths[n]) for n in figures)]
            lines.append((" " * _INDENT * above + "  ".join(cells)).rstrip())
    return lines


def _packed(widths: Sequence[int], columns: Sequence[int], room: int) -> list[list[int]]:
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


def _problems(score: Score) -> str:
    done = len(score.problems)
    return str(done) if score.total in (None, done) else f"{done} of {score.total}"


def _estimate(estimate: Estimate | None) -> str:
    if estimate is None:
        return "–"
    return f"{estimate.value:.1%} ({estimate.low:.1%}–{estimate.high:.1%})"
