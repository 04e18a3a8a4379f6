"""Win rates: how often each model was found better than each, seen and expected by the ratings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pytest_codeeval.results.rating.battle import Battle
from pytest_codeeval.results.rating.bradley_terry import expected


@dataclass(frozen=True, slots=True)
class WinRate:
    """Of `battles` of two models: the share that the first won, a tie being half a win, seen and as ratings have it.

    `expected` is None where one of them has no rating, or they are of groups that cannot be compared.
    """

    battles: int
    seen: float
    expected: float | None


def win_rates(
    battles: Iterable[Battle], points: Mapping[str, float | None], groups: Iterable[Iterable[str]] = ()
) -> dict[tuple[str, str], WinRate]:
    """Return the win rates of all pairs that have met, both ways around."""
    won: dict[tuple[str, str], list[float]] = {}
    for battle in battles:
        won.setdefault((battle.first, battle.second), []).append(battle.won)
        won.setdefault((battle.second, battle.first), []).append(1 - battle.won)
    group = {name: number for number, names in enumerate(groups) for name in names}
    found = {}
    for (first, second), shares in won.items():
        one, other = points.get(first), points.get(second)
        together = one is not None and other is not None and group.get(first) == group.get(second)
        likely = expected(one, other) if together and one is not None and other is not None else None
        found[first, second] = WinRate(len(shares), sum(shares) / len(shares), likely)
    return found
