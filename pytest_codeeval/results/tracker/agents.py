"""The figures of a model that is to work as an agent, put together from the suites that have them."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_codeeval.results.tracker.cell import Cell
from pytest_codeeval.results.tracker.section import Table, Text
from pytest_codeeval.results.tracker.standing import NOT_TESTED

FIGURES = (
    ("function calling accuracy", "bfcl-function_calling", "calls"),
    ("… leaves it alone if nothing fits", "bfcl-irrelevance", "calls"),
    ("instruction following", "ifeval", "prompt strict"),
    ("multi-turn coherence", "agents-dialogues", "coherent"),
    ("tool-use success", "agents-tools", "success"),
    ("reasoning quality, GSM8K", "gsm8k", "answer"),
    ("reasoning quality, ARC", "arc-challenge", "accuracy"),
    ("reasoning quality, CRUXEval", "cruxeval-output", "pass@1"),
    ("JSON output validity", "agents-json", "strict"),
    ("schema compliance", "agents-json", "schema"),
)
"""Figure, score and metric, as the reference page of agents has them."""


def agents(cells: Sequence[Cell]) -> list[Table | Text]:
    """Return the figures of one model's cells that have been run, a column each; a word if there are none at all."""
    ran = [cell for cell in cells if cell.runs]
    rows = [[figure, *(_figure(cell, score, metric) for cell in ran)] for figure, score, metric in FIGURES]
    if not any(figure != NOT_TESTED for row in rows for figure in row[1:]):
        return [Text("As an agent: not tested.")]
    return [Text("As an agent:"), Table(["figure", *(cell.preset or "score" for cell in ran)], rows)]


def _figure(cell: Cell, name: str, metric: str) -> str:
    for run in cell.own:  # the newest first
        score = run.scores.get(name)
        found = score.estimates(run.pass_at).get(metric) if score else None
        if score and found:
            measure, one = found
            ends = f"{measure.written(one.low)} – {measure.written(one.high)}"
            how = f", tools {score.tools}" if score.tools else ""
            return f"{measure.written(one.value)} ({ends}), n = {len(score.graded):,}{how}"
    return NOT_TESTED
