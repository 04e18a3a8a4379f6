"""Style: Bradley-Terry with how answers look held equal, so that length and markdown win nothing by themselves.

The features and the penalty are those of FastChat's style control: for each feature the difference of both answers over
their sum and one, in units of its size over all battles, is one more term of the log-odds. It is not moved to a mean of
0 as there: a feature is the opposite when the answers change sides, and who stands first is to make no difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, fsum, log, sqrt

from pytest_codeeval.results.rating.battle import Battle, models_of
from pytest_codeeval.results.rating.bradley_terry import MEAN, SCALE

PENALTY = 0.5
_STEPS, _CLOSE = 100, 1e-9
_ALPHA = log(10)  # strengths are in decimal orders, as the penalty is on these

Vector = list[float]
Row = list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class StyledRatings:
    """Ratings in points with mean 1000, and what a usual difference in a feature adds to the log-odds of a win."""

    points: Mapping[str, float]
    weights: Mapping[str, float]


def styled(battles: Sequence[Battle], penalty: float = PENALTY) -> StyledRatings:
    """Return ratings with the styles held equal that all battles have; without any it is a penalised Bradley-Terry.

    The penalty, on the squares of ratings and weights, keeps all of them finite.
    """
    models = models_of(battles)
    place = {name: number for number, name in enumerate(models)}
    names, features = _features(battles)
    rows = [
        [(place[battle.first], _ALPHA), (place[battle.second], -_ALPHA), *enumerate(own, len(models))]
        for battle, own in zip(battles, features, strict=True)
    ]
    found = _fitted(rows, [battle.won for battle in battles], len(models) + len(names), penalty)
    mean = fsum(found[: len(models)]) / len(models) if models else 0.0
    points = {name: MEAN + SCALE * (found[number] - mean) for name, number in place.items()}
    return StyledRatings(points, dict(zip(names, found[len(models) :], strict=True)))


def _features(battles: Sequence[Battle]) -> tuple[list[str], list[Vector]]:
    """Return the names of the styles that all battles have, and for each battle their values."""
    shared = set.intersection(*(set(battle.styles) for battle in battles)) if battles else set()
    names: list[str] = []
    columns: list[Vector] = []
    for name in sorted(shared):
        pairs = [battle.styles[name] for battle in battles]
        values = [(one - other) / (one + other + 1) for one, other in pairs]
        size = sqrt(fsum(value**2 for value in values) / len(values))
        if size > _CLOSE:  # else it can tell nothing
            names.append(name)
            columns.append([value / size for value in values])
    return names, [list(row) for row in zip(*columns, strict=True)] if columns else [[] for _ in battles]


def _fitted(rows: Sequence[Row], outcomes: Sequence[float], size: int, penalty: float) -> Vector:
    """Return the parameters with the greatest penalised likelihood, by Newton's method."""
    found = [0.0] * size
    for _ in range(_STEPS):
        gradient = [-penalty * value for value in found]
        hessian = [[penalty if i == j else 0.0 for j in range(size)] for i in range(size)]
        for row, won in zip(rows, outcomes, strict=True):
            logit = sum(found[i] * value for i, value in row)
            share = 1 / (1 + exp(-max(-700.0, min(700.0, logit))))
            for i, value in row:
                gradient[i] += (won - share) * value
                own, weight = hessian[i], share * (1 - share) * value
                for j, other in row:
                    own[j] += weight * other
        step = _solved(hessian, gradient)
        found = [value + change for value, change in zip(found, step, strict=True)]
        if max(map(abs, step), default=0.0) < _CLOSE:
            break
    return found


def _solved(matrix: list[Vector], right: Vector) -> Vector:
    """Solve a system whose matrix is positive definite, in place."""
    size = len(right)
    for i in range(size):
        for j in range(i + 1, size):
            ratio = matrix[j][i] / matrix[i][i]
            if ratio:
                matrix[j] = [one - ratio * other for one, other in zip(matrix[j], matrix[i], strict=True)]
                right[j] -= ratio * right[i]
    found = [0.0] * size
    for i in reversed(range(size)):
        found[i] = (right[i] - sum(matrix[i][j] * found[j] for j in range(i + 1, size))) / matrix[i][i]
    return found
