"""A leaderboard as lines of text, as JSON values, and as a table in FastChat's columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pytest_codeeval.core.text import counted
from pytest_codeeval.reports.table import as_text
from pytest_codeeval.results.rating.games import JudgeFigures
from pytest_codeeval.results.rating.leaderboard import Leaderboard, Standing
from pytest_codeeval.results.rating.panel import PanelJudge
from pytest_codeeval.results.tables import csvtext

_COLUMNS = ("model", "rating", "rating_q975", "rating_q025", "num_battles", "final_ranking", "elo_rating_online")


def as_lines(board: Leaderboard) -> list[str]:
    """Return what a terminal is shown; names in it may be anything."""
    styled = any(one.equal_style is not None for one in board.standings)
    headers = ["rank", "model", "rating (95 %)", "battles", "won", "online Elo", *["style held equal"] * styled]
    lines = as_text(headers, [_row(one, styled) for one in board.standings])
    lines += figures_in_words(board.judge)
    if len(board.panel) > 1:
        lines += [
            f"judge {one.name}: {'; '.join(figures_in_words(one.figures)) or 'decided none'}" for one in board.panel
        ]
    if board.alpha is not None:
        lines.append(f"the judges agree by {board.alpha:.2f} (Krippendorff's alpha; 1 is in all, 0 is chance)")
    lines += [said for one in board.panel if (said := kin_in_words(one))]
    return [*lines, "Online Elo depends on the order of the battles; the rating does not.", *board.notes]


def figures_in_words(judge: JudgeFigures) -> list[str]:
    """Return what shows a judge for what it is."""
    said = []
    if judge.consistent is not None:
        said.append(f"judged in both orders: {judge.both_orders}, of which {judge.consistent:.1%} came out the same")
    if judge.first_won is not None:
        said.append(f"{counted(judge.decided, 'game')} decided: the first answer won {judge.first_won:.1%}")
    elif judge.decided:
        said.append(f"{counted(judge.decided, 'game')} decided")
    if judge.longer_won is not None:
        said.append(f"the longer answer won {judge.longer_won:.1%}")
    return said


def kin_in_words(one: PanelJudge) -> str:
    """Return how a judge decided where just one model is of its family, an empty text if there was no such game."""
    if one.kin_won is None:
        return ""
    others = "" if one.kin_won_by_others is None else f"; by the other judges {one.kin_won_by_others:.1%}"
    return (
        f"judge {one.name}: models of its own family won {one.kin_won:.1%} of {counted(one.kin_games, 'game')}{others}"
    )


def as_json(board: Leaderboard, pairs: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
    """Return plain JSON values; `pairs` are those to set side by side next."""
    rates = [{"first": one, "second": other, **asdict(rate)} for (one, other), rate in board.win_rates.items()]
    return {
        "standings": [asdict(one) for one in board.standings],
        "win_rates": rates,
        "judge": asdict(board.judge),
        "judges": [asdict(one) for one in board.panel],
        "alpha": board.alpha,
        "notes": list(board.notes),
        "next": list(pairs),
    }


def as_csv(board: Leaderboard) -> str:
    """Return the table."""
    rows = [
        [
            one.model,
            *map(_figure, (one.points, one.high, one.low)),
            str(one.battles),
            str(one.rank or ""),
            _figure(one.online),
        ]
        for one in board.standings
    ]
    return csvtext.table(_COLUMNS, rows)


def _row(one: Standing, styled: bool) -> list[str]:
    points = "–" if one.points is None else f"{one.points:.0f}"
    if one.low is not None and one.high is not None:
        points += f" ({one.low:.0f}–{one.high:.0f})"
    row = ["–" if one.rank is None else str(one.rank), one.model, points, str(one.battles), f"{one.won:.1%}"]
    equal = "–" if one.equal_style is None else f"{one.equal_style:.0f}"
    return [*row, f"{one.online:.0f}", *[equal] * styled]


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}"
