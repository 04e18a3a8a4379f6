"""Outcomes: how the samples of each model ended, as parts of a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.results.charts.chart import Absent, Chart
from pytest_codeeval.results.charts.grid import Grid
from pytest_codeeval.results.charts.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    YELLOW,
    Row,
    Spec,
    figure,
    names,
    panels,
    within,
    written_within,
)

_WIDTH = 260
_ROOM = 0.085  # the share of the width that a figure needs

_GROUPS: tuple[tuple[str, str, tuple[Outcome, ...]], ...] = (
    ("passed", GREEN, (Outcome.PASSED,)),
    ("wrong answer", VERMILION, (Outcome.WRONG_ANSWER, Outcome.LOW_RATING)),
    ("exception or crash", ORANGE, (Outcome.EXCEPTION, Outcome.CRASHED)),
    ("does not compile", PURPLE, (Outcome.SYNTAX_ERROR, Outcome.BUILD_ERROR)),
    ("limit reached", SKY, (Outcome.TIMEOUT, Outcome.MEMORY, Outcome.PROCESSES, Outcome.OUTPUT)),
    (
        "no answer",
        BLUE,
        (Outcome.NO_CODE, Outcome.NO_ANSWER, Outcome.NO_ENTRY_POINT, Outcome.REFUSAL, Outcome.CUT_SHORT),
    ),
    ("other", YELLOW, ()),
    ("ungraded", GREY, (Outcome.UNGRADED,)),
)
_OF = {str(outcome): name for name, _, outcomes in _GROUPS for outcome in outcomes}
_WHITE_ON = {GREEN, VERMILION, BLUE}


def breakdown(grid: Grid) -> Chart | Absent:
    """Return how many of the samples of each model in each suite passed, and how the others ended."""
    name, title = "performance_breakdown", "How the samples ended"
    rows: list[Row] = []
    table = []
    for suite in grid.suites:
        for model in grid.models:
            cell = grid.cell(model, suite)
            counts = cell.score.outcomes if cell else Counter[str]()
            grouped = _grouped(counts)
            rows += _segments(grid.short[model], grid.heading(suite), grouped)
            if counts:
                table.append((model, suite, str(counts.total()), *(str(grouped[group]) for group, _, _ in _GROUPS)))
    if not table:
        return Absent(name, "no sample was scored")
    headers = ("model", "suite", "samples", *(group for group, _, _ in _GROUPS))
    spec = figure(title, [_stacks(rows, [grid.short[model] for model in grid.models])], "share of the samples")
    return Chart(name, title, spec, headers, tuple(table))


def _grouped(counts: Counter[str]) -> Counter[str]:
    found = Counter[str]()
    for outcome, count in counts.items():
        found[_OF.get(outcome, "other")] += count
    return found


def _segments(line: str, panel: str, grouped: Counter[str]) -> list[Row]:
    """Return the segments of one bar from left to right, and nothing but its place if there is none."""
    total, start, found = grouped.total(), 0, []
    for group, colour, _ in _GROUPS:
        if count := grouped[group]:
            share = count / total
            ends = {"start": start / total, "middle": (start + count / 2) / total, "end": (start + count) / total}
            text = within(f"{share:.0%}" if share >= _ROOM else "", on_dark=colour in _WHITE_ON)
            found.append({"line": line, "panel": panel, "group": group, **text, **ends})
            start += count
    return found or [{"line": line, "panel": panel}]


def _stacks(rows: Sequence[Row], lines: Sequence[str]) -> Spec:
    if len(lines) == 1:  # a panel with one bar says little
        rows = [{**row, "line": row["panel"], "panel": row["line"]} for row in rows]
        lines = list(dict.fromkeys(row["line"] for row in rows))
    seen = {row.get("group") for row in rows}
    groups = [(name, colour) for name, colour, _ in _GROUPS if name in seen]
    scale = {"domain": [name for name, _ in groups], "range": [colour for _, colour in groups]}
    legend = {"title": None, "orient": "bottom", "columns": 4}
    axis = {"title": None, "format": "%", "values": [0, 0.25, 0.5, 0.75, 1]}
    x = {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": axis}
    inner = {
        "width": _WIDTH,
        "height": {"step": 20},
        "encoding": {"y": names("line", lines)},
        "layer": [
            {
                "mark": {"type": "bar", "height": {"band": 0.8}, "stroke": "white", "strokeWidth": 0.8},
                "encoding": {
                    "x": {"field": "start", **x},
                    "x2": {"field": "end"},
                    "color": {"field": "group", "type": "nominal", "scale": scale, "legend": legend},
                },
            },
            *written_within({"x": {"field": "middle", **x}}, 9),
        ],
    }
    titles = list(dict.fromkeys(row["panel"] for row in rows))
    return panels(rows, titles, min(3, len(titles)), inner)
