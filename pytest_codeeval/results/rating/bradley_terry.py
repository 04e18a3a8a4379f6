"""Bradley-Terry: strengths under which what happened is most likely, a tie being half a win for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, fsum, log

from pytest_codeeval.results.rating.battle import Battle, models_of

SCALE, MEAN = 400.0, 1000.0
"""Points in which a strength is ten times another, and what all ratings are on the average."""

POINTS = SCALE / log(10)
"""Points for each unit of log-odds."""

_SWEEPS, _CLOSE = 10_000, 1e-10

Wins = Sequence[Sequence[float]]
"""How often the model of the row has won against that of the column; a tie is half a win for both."""


@dataclass(frozen=True, slots=True)
class Ratings:
    """Ratings by model in points; None for those of which the battles give no finite one.

    `groups` are the models that can be rated together, each a list: one has won and lost, by way of others, against
    each of its group. Ratings of different groups say nothing about each other.
    """

    points: Mapping[str, float | None]
    groups: Sequence[Sequence[str]]


def wins_of(battles: Iterable[Battle], models: Sequence[str]) -> list[list[float]]:
    """Add battles up."""
    place = {name: number for number, name in enumerate(models)}
    wins = [[0.0] * len(models) for _ in models]
    for battle in battles:
        first, second = place[battle.first], place[battle.second]
        wins[first][second] += battle.won
        wins[second][first] += 1 - battle.won
    return wins


def rated(battles: Sequence[Battle], prior: float = 0.0) -> Ratings:
    """Return ratings in points, of which those of a group have a mean of 1000.

    `prior` is what each pair that has met is given in wins on both sides before it is rated. Without one a model that
    has won all it was in, or lost it, has no finite rating, as the likelihood rises with its strength without an end.
    """
    models = models_of(battles)
    wins = with_prior(wins_of(battles, models), prior)
    points: dict[str, float | None] = dict.fromkeys(models)
    groups = [[models[one] for one in group] for group in connected(wins)]
    for group in connected(wins):
        if len(group) > 1:
            found = strengths([[wins[one][other] for other in group] for one in group])
            points |= {models[one]: MEAN + POINTS * value for one, value in zip(group, found, strict=True)}
    return Ratings(points, groups)


def with_prior(wins: Wins, prior: float) -> list[list[float]]:
    """Return the wins with as many more for both sides of each pair that has met."""
    size = range(len(wins))
    return [[wins[i][j] + (prior if wins[i][j] + wins[j][i] else 0.0) for j in size] for i in size]


def strengths(wins: Wins) -> list[float]:
    """Return log-odds of mean 0, for models each of which has won and lost by way of others against each.

    By the iteration of Newman, "Efficient computation of rankings from pairwise comparisons", JMLR 24 (2023).
    """
    size = range(len(wins))
    met = [[j for j in size if wins[i][j] + wins[j][i] > 0] for i in size]
    power = [1.0] * len(wins)
    for _ in range(_SWEEPS):
        largest = 0.0
        for i in size:
            own, others, before = wins[i], met[i], power[i]
            won = lost = 0.0
            for j in others:
                share = 1 / (before + power[j])
                won += own[j] * power[j] * share
                lost += wins[j][i] * share
            power[i] = won / lost
            largest = max(largest, abs(power[i] / before - 1))
        mean = exp(fsum(map(log, power)) / len(power))
        power = [one / mean for one in power]
        if largest < _CLOSE:
            break
    return [log(one) for one in power]


def connected(wins: Wins) -> list[list[int]]:
    """Return the largest groups in which each model has won against each, directly or by way of others."""
    beats = [{j for j, won in enumerate(row) if won > 0} for row in wins]
    beaten = [{i for i, row in enumerate(beats) if j in row} for j in range(len(wins))]
    found: list[list[int]] = []
    left = set(range(len(wins)))
    while left:
        first = min(left)
        group = reached(first, beats) & reached(first, beaten)
        found.append(sorted(group))
        left -= group
    return found


def reached(start: int, edges: Sequence[set[int]]) -> set[int]:
    """Return where one comes to along edges, the start among it."""
    seen, todo = {start}, [start]
    while todo:
        new = edges[todo.pop()] - seen
        seen |= new
        todo.extend(new)
    return seen


def expected(points: float, other: float) -> float:
    """Return how often, by their ratings, the first of two models wins, ties being half a win."""
    return 1 / (1 + exp(min(700.0, (other - points) / POINTS)))
