"""The leaderboard of results: the score table of a run, over all of them."""

from __future__ import annotations

from dataclasses import replace

from pytest_codeeval.reports.table import score_table
from pytest_codeeval.results.results import Results


def leaderboard(results: Results) -> tuple[list[str], list[list[str]]]:
    """Return headers and rows: every metric with its interval, how samples ended, tokens and cost."""
    scores = [replace(score, model=run.name) for run in results.runs for score in run.scores.values()]
    asked = sorted({k for run in results.runs for k in run.pass_at})
    return score_table(scores, asked)
