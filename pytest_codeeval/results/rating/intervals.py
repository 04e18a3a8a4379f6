"""Intervals of ratings: the bootstrap over questions, as the battles over one question are not independent.

What a rating differs by between resamples gives its standard error, and Student's t with one degree of freedom less
than there are questions the width. Of few battles some resamples are nearly all won by one side, and their ratings lie
far out, which says nothing of how sure the rating is: the interval held the true rating in 98 % of simulated arenas of
three models and ten questions. So resamples, and they alone, are rated by Firth's prior, which moves them in.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from statistics import stdev

from pytest_codeeval.results.rating.battle import Battle, models_of
from pytest_codeeval.results.rating.bradley_terry import POINTS, Wins, connected, rated, strengths, wins_of

RESAMPLES = 500
FEWEST = 5
"""Questions below which there are no intervals."""

_LEANS = 0.025
_NOTHING = 1e-6
"""Points that a rating may differ by for being reckoned, and not for other battles."""

Cells = list[tuple[int, int, float]]
"""Wins by row and column."""


@dataclass(frozen=True, slots=True)
class Intervals:
    """For each model the ends of a 95 % interval in points.

    `questions` is how many there are. `leaning` is the share of resamples in which some model has won or lost all, so
    that the prior alone keeps its rating finite: where it is above a few per cent, there are too few battles for the
    intervals to be taken at their word.
    """

    ends: Mapping[str, tuple[float, float]]
    questions: int
    leaning: float

    @property
    def reliable(self) -> bool:
        """Whether they may be taken at their word."""
        return self.leaning <= _LEANS


def intervals_of(battles: Sequence[Battle], resamples: int = RESAMPLES, seed: int = 0) -> Intervals:
    """Draw questions with replacement, and rate the models by the battles over them each time.

    Models that have no rating have no interval, nor has any where there are fewer than five questions, or where all
    resamples come to the same, as they do where all battles are ties: they tell nothing of how sure that is.
    """
    ends: dict[str, tuple[float, float]] = {}
    leaning = 0.0
    ratings = rated(battles)
    for group in ratings.groups:
        own = [battle for battle in battles if battle.first in group and battle.second in group]
        count = len({battle.question for battle in own})
        if count >= FEWEST:
            chance = random.Random(f"{seed} {group[0]}".encode("utf-8", "surrogatepass"))
            errors, share = _standard_errors(own, resamples, chance)
            for name, error in errors.items() if max(errors.values()) > _NOTHING else ():
                points, width = ratings.points[name] or 0.0, student_t(count - 1) * error
                ends[name] = points - width, points + width
            leaning = max(leaning, share)
    return Intervals(ends, len({battle.question for battle in battles}), leaning)


def _standard_errors(
    battles: Sequence[Battle], resamples: int, chance: random.Random
) -> tuple[dict[str, float], float]:
    models = models_of(battles)
    by_question: dict[str, list[Battle]] = {}
    for battle in battles:
        by_question.setdefault(battle.question, []).append(battle)
    # By their names, as battles arrive in any order, and the same ones are to give the same intervals.
    questions = [_sparse(wins_of(by_question[name], models)) for name in sorted(by_question)]
    firth = _firth(_added(questions, len(models)))
    drawn: list[list[float]] = []
    leaning = 0
    for _ in range(resamples):
        wins = _added(chance.choices(questions, k=len(questions)), len(models))
        leaning += len(connected(wins)) > 1
        drawn.append(strengths(_added([firth], len(models), wins)))
    errors = {name: POINTS * stdev(found) for name, found in zip(models, zip(*drawn, strict=True), strict=True)}
    return errors, leaning / resamples


def _firth(wins: Wins) -> Cells:
    """Return what keeps ratings of few battles from lying too far out (Firth, "Bias reduction", Biometrika 80, 1993).

    For each rating that is free, one less than there are models, it is a battle that both sides half win; here they are
    spread evenly over the pairs that have met.
    """
    size = range(len(wins))
    met = [(i, j) for i in size for j in size if wins[i][j] + wins[j][i] > 0]
    return [(i, j, (len(wins) - 1) / len(met)) for i, j in met]


def _sparse(wins: Wins) -> Cells:
    return [(i, j, won) for i, row in enumerate(wins) for j, won in enumerate(row) if won]


def _added(parts: Iterable[Cells], size: int, to: Wins = ()) -> list[list[float]]:
    wins = [list(row) for row in to] or [[0.0] * size for _ in range(size)]
    for cells in parts:
        for i, j, won in cells:
            wins[i][j] += won
    return wins


def student_t(freedom: int) -> float:
    """Return the 97.5 % quantile of Student's t for at least four degrees of freedom, right to 0.002.

    By the expansion of Cornish and Fisher (Abramowitz and Stegun, 26.7.5).
    """
    z = 1.959963984540054
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + fsum(term / freedom**power for power, term in enumerate(terms, 1))
