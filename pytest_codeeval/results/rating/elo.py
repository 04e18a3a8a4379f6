"""Elo: ratings that follow battle after battle, as games are rated while they come."""

from __future__ import annotations

import random
from collections.abc import Sequence
from statistics import fmean

from pytest_codeeval.results.rating.battle import Battle, models_of

SHUFFLES = 1000


def elo(
    battles: Sequence[Battle], k: float = 4.0, base: float = 10.0, scale: float = 400.0, initial: float = 1000.0
) -> dict[str, float]:
    """Return ratings by model after all battles in their order, which they depend on."""
    ratings = dict.fromkeys(models_of(battles), initial)
    for battle in battles:
        first, second = ratings[battle.first], ratings[battle.second]
        change = k * (battle.won - 1 / (1 + base ** ((second - first) / scale)))
        ratings[battle.first] = first + change
        ratings[battle.second] = second - change
    return ratings


def mean_elo(battles: Sequence[Battle], shuffles: int = SHUFFLES, seed: int = 0, **how: float) -> dict[str, float]:
    """Return the mean of the ratings over random orders of the battles, in which no order counts more than another."""
    chance = random.Random(seed)
    ordered = list(battles)
    found: dict[str, list[float]] = {name: [] for name in models_of(battles)}
    for _ in range(shuffles):
        chance.shuffle(ordered)
        for name, rating in elo(ordered, **how).items():
            found[name].append(rating)
    return {name: fmean(ratings) for name, ratings in found.items()}
