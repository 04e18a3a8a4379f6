"""Games: one judgment in one order; two of them, the answers having changed sides, make a battle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pytest_codeeval.results.rating.battle import Battle


@dataclass(frozen=True, slots=True)
class JudgeFigures:
    """What shows a judge for what it is; each a share, or None where nothing can be said of it.

    `consistent` is of the pairs of answers that were judged in both orders: how many of them came out the same.
    `first_won` is of all games that were decided: how many went to the answer that stood first, where one did.
    `longer_won` is of those whose answers were not of one length: how many went to the longer. A judge that looks at
    nothing else gives the first answer one half, and the longer so much as longer answers are better.
    """

    both_orders: int
    consistent: float | None
    decided: int
    first_won: float | None
    longer_won: float | None


def settled(games: Sequence[Battle]) -> list[Battle]:
    """Return battles: two games in both orders are one, and a tie if they came out differently.

    Games in one order only stay as they are. Where the same order was judged several times, each is paired with one of
    the other order.
    """
    found: list[Battle] = []
    waiting: dict[tuple[str, str, str], list[int]] = {}
    for game in games:
        other = waiting.get((game.question, game.second, game.first))
        if other:
            number = other.pop(0)
            earlier = found[number]
            won = earlier.won if earlier.won == 1 - game.won else 0.5
            found[number] = replace(earlier, won=won, verdicts={})
        else:
            waiting.setdefault((game.question, game.first, game.second), []).append(len(found))
            found.append(game)
    return found


def judge_figures(games: Sequence[Battle]) -> JudgeFigures:
    """Return what the games say of who judged them; those that were decided without a judge say nothing."""
    games = [game for game in games if game.judged]
    same: list[bool] = []
    waiting: dict[tuple[str, str, str], list[float]] = {}
    for game in games:
        other = waiting.get((game.question, game.second, game.first))
        if other:
            same.append(other.pop(0) == 1 - game.won)
        else:
            waiting.setdefault((game.question, game.first, game.second), []).append(game.won)
    decided = [game for game in games if game.won != 0.5]
    lengths = [(game.styles["length"], game.won) for game in decided if "length" in game.styles]
    longer = [won if one > other else 1 - won for (one, other), won in lengths if one != other]
    ordered = [game.won for game in decided if not game.apart]
    return JudgeFigures(len(same), _share(same), len(decided), _share(ordered), _share(longer))


def _share(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
