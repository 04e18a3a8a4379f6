"""The columns that a result adds to pytest-html's table."""

from __future__ import annotations

from pytest_codeeval.core.result import Result, in_words
from pytest_codeeval.reports.markup import WEAK, WEAK_MEANS, one_line
from pytest_codeeval.reports.stage_html import failed_stages

REPEAT = "run again"
"""What stands for the outcome where a result does not count."""

_LONG = 100

COLUMNS = {
    "model": "Model",
    "suite": "Suite",
    "passRate": "Pass rate",
    "outcome": "Outcome",
    "tokens": "Tokens",
    "seconds": "Seconds",
}


def header_cells() -> list[str]:
    """Return the `<th>` of each column."""
    return [f'<th class="sortable" data-column-type="{name}">{title}</th>' for name, title in COLUMNS.items()]


def row_cells(result: Result) -> list[str]:
    """Return the `<td>` of each column for a result."""
    total, done = len(result.samples), result.correct
    generated = sum(completion.seconds for sample in result.samples for completion in sample.completions)
    run = sum(stage.cpu_seconds for sample in result.samples for stage in sample.score.stages)
    rate = f"{done}/{total}" if result.scored and total else "–"
    mark, title = (f" {WEAK}", f' title="{WEAK_MEANS}"') if result.weak else ("", "")
    said = [completion for sample in result.samples for completion in sample.completions]
    known = [n for completion in said if (n := completion.completion_tokens) is not None]
    tokens = ("" if len(known) == len(said) else "≥ ") + f"{sum(known)}" if known else "–"
    return [
        _cell("model", one_line(result.model, 80)),
        _cell("suite", one_line(result.suite, 80)),
        _cell("passRate", rate + mark, f"{done / total:.6f}" if rate != "–" else " ", title),
        _cell("outcome", ending_of(result)),
        _cell("tokens", tokens, f"{sum(known):015d}" if known else " "),
        _cell("seconds", f"gen {_seconds(generated)} / run {_seconds(run)}", f"{generated + run:015.4f}"),
    ]


def repeat_cells(result: Result) -> list[str]:
    """Return the `<td>` of each column for a result that does not count, as its problem was evaluated before."""
    names = {"model": one_line(result.model, 80), "suite": one_line(result.suite, 80)}
    shown = {**names, "outcome": f"{REPEAT} ({outcome_of(result)})"}
    return [_cell(name, shown.get(name, "")) for name in COLUMNS]


def empty_cells(model: str = "", suite: str = "") -> list[str]:
    """Return the `<td>` of each column for a row without a result, of this model and suite if it is of a suite."""
    shown = {"model": one_line(model, 80), "suite": one_line(suite, 80)}
    return [_cell(name, shown.get(name, "")) for name in COLUMNS]


def outcome_of(result: Result) -> str:
    """Return the one outcome that tells most of a result: passed, or how most of the failing samples ended."""
    if not result.scored or not result.samples:
        return "ungraded"
    if result.passed:
        return "passed"
    failed = [(count, outcome) for outcome, count in result.outcomes.most_common() if outcome != "passed"]
    return in_words(failed[0][1])


def ending_of(result: Result) -> str:
    """Return the outcome that tells most of a result, with its cause in brackets where that says more.

    Where the tests held and another stage failed, that stage stands there.
    """
    outcome = outcome_of(result)
    if outcome == "passed" and (failed := failed_stages(result)):
        return f"{outcome} ({failed} failed)"
    if outcome in ("passed", "ungraded"):
        return outcome
    cause = in_words(result.cause)
    return outcome if cause == outcome else f"{outcome} ({cause})"


def _cell(name: str, text: str, key: str = "", attributes: str = "") -> str:
    # pytest-html sorts a column by the HTML inside its cells, compared as text: a comment in front carries a key of
    # fixed width. An element that follows must not take clicks, as one on it would not open the row.
    return f'<td class="col-{name}"{attributes}>{f"<!--{key}-->" if key else ""}{text}</td>'


def _seconds(seconds: float) -> str:
    digits = 2 if seconds < 1 else 1 if seconds < _LONG else 0
    return f"{seconds:.{digits}f}"
