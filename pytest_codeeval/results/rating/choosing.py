"""Choosing what to compare next: the pairs of which a further battle tells most about the order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from pytest_codeeval.results.rating.battle import Battle
from pytest_codeeval.results.rating.bradley_terry import expected, rated

_PRIOR = 0.5


def next_pairs(
    models: Sequence[str], battles: Sequence[Battle], count: int, room: Mapping[tuple[str, str], int] | None = None
) -> list[tuple[str, str]]:
    """Return as many pairs as are asked for, the same one several times where that tells most.

    `room` says how many battles pairs can still have, those that are not in it none; where it is used up there are
    fewer. Each is the pair whose battle would be closest to even for what is known of it: the information of one more
    battle, p (1 - p), against what its battles have given already. Pairs that have not met come first.
    """
    met = {pair: 0 for pair in combinations(sorted(models), 2) if room is None or room.get(pair)}
    left = dict(room or {})
    for battle in battles:
        pair = min(battle.first, battle.second), max(battle.first, battle.second)
        if pair in met:
            met[pair] += 1
    points = _points(models, battles)
    found = []
    for _ in range(count):
        if not met:
            break
        best = max(met, key=lambda pair: (not met[pair], _information(pair, points) / (met[pair] + 1), pair))
        met[best] += 1
        found.append(best)
        if room is not None:
            left[best] -= 1
            if not left[best]:
                del met[best]
    return found


def _points(models: Sequence[str], battles: Sequence[Battle]) -> Mapping[str, float]:
    known = rated(battles, _PRIOR).points
    return {name: known.get(name) or 1000.0 for name in models}


def _information(pair: tuple[str, str], points: Mapping[str, float]) -> float:
    share = expected(points[pair[0]], points[pair[1]])
    return share * (1 - share)
