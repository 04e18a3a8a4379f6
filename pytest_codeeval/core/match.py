"""Match: whom a model is set against over one question, and how a judge is shown the two answers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Orders(StrEnum):
    """Which of two answers a judge is shown first."""

    BOTH = "both"  # twice, the answers having changed sides
    RANDOM = "random"  # once, in an order that follows from the seed and the question
    ONE = "one"  # once, as the models were named


@dataclass(frozen=True, slots=True)
class Match:
    """The battles of `player` over one question: one against each of `rivals`.

    `players` are all models of the run as they were named. `rated` says that judges rate each answer by itself, and the
    higher rating wins; else they see both.
    """

    player: str
    rivals: tuple[str, ...]
    players: tuple[str, ...]
    orders: Orders = Orders.BOTH
    rated: bool = False
    seed: int = 0

    def firsts(self, rival: str, question: str) -> Sequence[bool]:
        """Return for each game against a rival whether the player stands first; the rival is told the opposite."""
        if self.orders is Orders.BOTH and not self.rated:
            return True, False
        ahead = self.players.index(self.player) < self.players.index(rival)
        if self.orders is Orders.RANDOM and not self.rated:
            pair = sorted((self.player, rival))
            said = f"{self.seed}\n{question}\n{pair[0]}\n{pair[1]}".encode("utf-8", "surrogatepass")
            ahead = (hashlib.sha256(said).digest()[0] % 2 == 0) == (self.player == pair[0])
        return (ahead,)
