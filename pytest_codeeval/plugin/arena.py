"""Arena: which models of a run are set against which, over which questions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pytest_codeeval.config.choices import ARENA_MODES
from pytest_codeeval.core.errors import UsageError, nearest
from pytest_codeeval.core.jsonl import read_bytes, rows_of
from pytest_codeeval.core.match import Match, Orders

Pair = tuple[str, frozenset[str]]
"""A question and the two models that are set against each other over it."""


@dataclass(frozen=True, slots=True)
class Arena:
    """What the options of the arena say: judges are shown both answers (`pairwise`) or rate each (`single`).

    `baseline` is the one model that all others meet, `pairs` a file of battles. Without a baseline each model meets
    each; without a file they do so over all questions.
    """

    mode: str = ARENA_MODES[0]
    orders: Orders = Orders.BOTH
    seed: int = 0
    baseline: str = ""
    pairs: str = ""

    @property
    def how(self) -> str:
        """How judges decide, if not as usual: figures that came about in another way are not to be mixed."""
        if self.mode == "single":
            return "rating each answer"
        if self.orders is Orders.BOTH:
            return ""
        return f"shown one order ({f'drawn by {self.seed}' if self.orders is Orders.RANDOM else 'as named'})"

    def match(self, player: str, players: Sequence[str], task_id: str) -> Match:
        """Return the battles of a model over a question."""
        found = tuple(rival for rival in players if rival != player and self._meet(player, rival, task_id))
        return Match(player, found, tuple(players), self.orders, self.mode == "single", self.seed)

    def _meet(self, player: str, rival: str, task_id: str) -> bool:
        if self.baseline and self.baseline not in (player, rival):
            return False
        pair = frozenset((player, rival))
        return not self.pairs or bool({(task_id, pair), (task_id.rpartition("/")[2], pair)} & pairs_in(self.pairs))

    def check(self, players: Sequence[str], samples: int | None) -> None:
        """Raise UsageError where no battle can come of it."""
        if len(players) < 2:
            raise UsageError("the arena sets models side by side, and one is named; name more, each by --model.")
        if self.baseline and self.baseline not in players:
            raise UsageError(
                f"--arena-baseline={self.baseline} is none of the models {', '.join(players)}"
                f"{nearest(self.baseline, players)}."
            )
        if samples not in (None, 1):
            raise UsageError(f"--samples={samples}: a battle is of one answer of each model; leave it out.")

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Arena:
        """Rebuild it from plain values."""
        return cls(**{**data, "orders": Orders(data["orders"])})


def add_arena_options(add: Callable[..., None]) -> None:
    """Declare them."""
    add(
        "--arena-mode",
        dest="codeeval_arena_mode",
        default=ARENA_MODES[0],
        metavar="|".join(ARENA_MODES),
        help="in the arena, have judges compare two answers (pairwise, the default), or rate each by itself",
    )
    add(
        "--arena-orders",
        dest="codeeval_arena_orders",
        default=str(Orders.BOTH),
        metavar="|".join(Orders),
        help="show judges two answers in both orders (the default), in one that is drawn, or as models were named",
    )
    add("--arena-seed", dest="codeeval_arena_seed", metavar="N", help="what orders are drawn by (default 0)")
    add(
        "--arena-baseline", dest="codeeval_arena_baseline", metavar="MODEL", help="set all models against this one only"
    )
    add(
        "--arena-pairs",
        dest="codeeval_arena_pairs",
        metavar="FILE",
        help="only these battles, a JSON object a line: question_id, model_a, model_b",
    )


def arena_from(options: Mapping[str, Any], one_of: Callable[[str, Collection[str]], str], seed: int | None) -> Arena:
    """Read the options; `one_of` returns the value of an option that has to be one of several.

    Raises UsageError for what cannot be.
    """
    pairs = options["arena_pairs"] or ""
    if pairs and not Path(pairs).is_file():
        raise UsageError(f"--arena-pairs={pairs!r} is no file; name one of battles, a JSON object a line.")
    return Arena(
        one_of("arena_mode", ARENA_MODES),
        Orders(one_of("arena_orders", [*Orders])),
        seed or 0,
        options["arena_baseline"] or "",
        str(Path(pairs).absolute()) if pairs else "",
    )


@cache
def pairs_in(path: str) -> frozenset[Pair]:
    """Return the battles that a file names.

    Raises UsageError for a line that names none.
    """
    found = set()
    for where, row in rows_of(read_bytes(Path(path)), path):
        question, one, other = (row.get(name) for name in ("question_id", "model_a", "model_b"))
        if not all(isinstance(name, str) and name for name in (one, other)) or one == other or question is None:
            raise UsageError(f"{where}: a battle needs question_id, model_a and model_b, which are two models.")
        found.add((str(question), frozenset((str(one), str(other)))))
    return frozenset(found)
