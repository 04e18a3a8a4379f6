"""Panel: what each of several judges is like, and how far they agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pytest_codeeval.core.families import same_family
from pytest_codeeval.results.rating.alpha import krippendorff
from pytest_codeeval.results.rating.battle import Battle
from pytest_codeeval.results.rating.games import JudgeFigures, judge_figures, settled


@dataclass(frozen=True, slots=True)
class PanelJudge:
    """A judge by name, and its figures.

    `kin_games` is how many games had just one model of its own family, as far as names tell, `kin_won` the share of
    them that it gave to that model, and `kin_won_by_others` what the other judges gave, None if there are none.
    """

    name: str
    figures: JudgeFigures
    kin_games: int
    kin_won: float | None
    kin_won_by_others: float | None


def panel_of(games: Sequence[Battle]) -> list[PanelJudge]:
    """Return the judges that games name."""
    return [_judge(name, games) for name in _names(games)]


def agreement(games: Sequence[Battle]) -> float | None:
    """Return Krippendorff's alpha over battles, a tie lying between both wins; None without two judges."""
    units: dict[tuple[str, str, str, int], list[float]] = {}
    for name in _names(games):
        times: dict[tuple[str, str, str], int] = {}
        for battle in settled(by_judge(games, name)):
            turned = battle.first > battle.second
            key = battle.question, min(battle.first, battle.second), max(battle.first, battle.second)
            times[key] = times.get(key, 0) + 1
            units.setdefault((*key, times[key]), []).append(1 - battle.won if turned else battle.won)
    return krippendorff(list(units.values()))


def by_judge(games: Sequence[Battle], name: str) -> list[Battle]:
    """Return games as one judge alone decided them, without those that it did not."""
    return [replace(game, won=game.verdicts[name]) for game in games if name in game.verdicts]


def _names(games: Sequence[Battle]) -> list[str]:
    return sorted({name for game in games for name in game.verdicts})


def _judge(name: str, games: Sequence[Battle]) -> PanelJudge:
    kin: list[float] = []
    others: list[float] = []
    for game in games:
        first, second = same_family(game.first, name), same_family(game.second, name)
        if first != second and name in game.verdicts:
            found = {judge: won if first else 1 - won for judge, won in game.verdicts.items()}
            kin.append(found.pop(name))
            others += found.values()
    return PanelJudge(name, judge_figures(by_judge(games, name)), len(kin), _mean(kin), _mean(others))


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
