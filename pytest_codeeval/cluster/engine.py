"""Engine: what hands shards to machines, and what it says of them; there is one for each kind of cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pytest_codeeval.cluster.order import Order
from pytest_codeeval.core.errors import CodeEvalError


class EngineGone(CodeEvalError):  # noqa: N818 - a state of affairs
    """The cluster cannot be reached any more."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an order: its archive, or, where that is empty, `why` it was lost.

    `poisoned` says that the shard itself may have ended the process that ran it, as of its memory. `node` is where the
    archive came from, as the engine names it.
    """

    order: Order
    archive: bytes = b""
    why: str = ""
    poisoned: bool = False
    node: str = ""


class Engine(Protocol):
    """Runs orders on nodes. All methods raise EngineGone where the cluster is gone."""

    def look(self, tier: str) -> Mapping[str, Mapping[str, Any]]:
        """Return by its node what `node.look` says of each; of one that did not answer `why` alone."""

    def room(self) -> int:
        """Return how many orders may be under way at once, waiting ones with them."""

    def submit(self, order: Order, completions: bytes) -> None:
        """Have an order run on a node that is not to be avoided."""

    def wait(self, seconds: float) -> Sequence[Outcome]:
        """Return what has ended, waiting no longer than that for the first."""

    def avoid(self, node: str) -> bool:
        """Give a node no further orders; return whether there are others."""

    def cancel(self) -> None:
        """End what is under way."""
