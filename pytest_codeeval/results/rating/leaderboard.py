"""Leaderboard: models by their ratings, each with its interval and rank, and what is to be known of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pytest_codeeval.core.text import counted
from pytest_codeeval.results.rating.battle import Battle, models_of
from pytest_codeeval.results.rating.bradley_terry import rated
from pytest_codeeval.results.rating.elo import elo
from pytest_codeeval.results.rating.games import JudgeFigures, judge_figures, settled
from pytest_codeeval.results.rating.intervals import FEWEST, Intervals, intervals_of
from pytest_codeeval.results.rating.order import Order
from pytest_codeeval.results.rating.panel import PanelJudge, agreement, panel_of
from pytest_codeeval.results.rating.style import styled
from pytest_codeeval.results.rating.winrates import WinRate, win_rates

_CONSISTENT = 0.6
"""Share of pairs below which a judge says more about the order than about the answers."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A model's place. `rank` is one more than how many models are surely better, as `Order` has it.

    `points` is None where no rating is finite, `low` and `high` where there is no interval, `equal_style` where answers
    have no style. `won` is the share of its battles, a tie being half of one.
    """

    model: str
    points: float | None
    low: float | None
    high: float | None
    rank: int | None
    battles: int
    won: float
    online: float
    equal_style: float | None = None


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """Standings, best first, the win rates of all pairs that have met, and notes in sentences.

    `judge` has the figures of all judges together, `panel` those of each, and `alpha` says how far they agree.
    """

    standings: Sequence[Standing]
    win_rates: Mapping[tuple[str, str], WinRate]
    judge: JudgeFigures
    notes: Sequence[str]
    panel: Sequence[PanelJudge] = ()
    alpha: float | None = None


def leaderboard(games: Sequence[Battle], k: float = 4.0) -> Leaderboard:
    """Rate the models of games; those in both orders over one question are one battle. `k` is that of online Elo."""
    battles = settled(games)
    ratings, intervals, online = rated(battles), intervals_of(battles), elo(battles, k)
    order = Order.of(battles, ratings, intervals)
    style = styled(battles).points if any(battle.styles for battle in battles) else {}
    ends = intervals.ends
    standings = []
    for model in models_of(battles):
        low, high = ends.get(model, (None, None))
        own = [one.won if one.first == model else 1 - one.won for one in battles if model in (one.first, one.second)]
        points, share, rank = ratings.points[model], sum(own) / len(own), order.rank(model)
        standings.append(Standing(model, points, low, high, rank, len(own), share, online[model], style.get(model)))
    standings.sort(key=lambda one: (len(order.above[one.model]), -(one.points or 0.0), -one.won, one.model))
    rates = win_rates(battles, ratings.points, ratings.groups)
    figures = judge_figures(games)
    notes = [*_notes(ratings.groups, intervals), *_doubts(figures)]
    return Leaderboard(standings, rates, figures, notes, panel_of(games), agreement(games))


def _doubts(judge: JudgeFigures) -> list[str]:
    """Return what is to be said of a judge that can hardly tell answers apart."""
    if judge.consistent is None or judge.consistent >= _CONSISTENT or judge.both_orders < FEWEST:
        return []
    said = (
        f"Only {judge.consistent:.0%} of the pairs that were judged in both orders came out the same: the judge can "
        "hardly tell these answers apart, and ratings that lie close together may be its doing."
    )
    return [said]


def _notes(groups: Sequence[Sequence[str]], intervals: Intervals) -> list[str]:
    notes = []
    alone = [group[0] for group in groups if len(group) == 1]
    if alone:
        verb = "has" if len(alone) == 1 else "have"
        notes.append(
            f"{', '.join(alone)} {verb} no rating: who wins, or loses, each battle against the others has none that is "
            "finite; the win rates say what is known."
        )
    if len(groups) - len(alone) > 1:
        together = "; ".join(", ".join(group) for group in groups if len(group) > 1)
        notes.append(f"There are groups whose ratings say nothing about each other: {together}.")
    if intervals.questions < FEWEST:
        notes.append(f"There are no intervals, as there are but {counted(intervals.questions, 'question')}.")
    even = [name for group in groups if len(group) > 1 for name in group if name not in intervals.ends]
    if even and intervals.questions >= FEWEST:
        notes.append(
            f"{', '.join(even)} have no interval: there are too few questions, or all their battles were ties."
        )
    if not intervals.reliable:
        notes.append(
            f"In {intervals.leaning:.0%} of the resamples a model won or lost all: there are too few battles for the "
            "intervals to be relied on."
        )
    return notes
