"""Here: an engine that runs each shard on this machine, one after the other, in a process of its own as on a node."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from pytest_codeeval.cluster.engine import Outcome
from pytest_codeeval.cluster.node import look, run_order
from pytest_codeeval.cluster.order import Order


class Here:
    """Notes which shards `ran`, and what `came` of them; after `stops_after` of them Ctrl-C is pressed."""

    def __init__(self, stops_after: int = -1) -> None:
        self.ran: list[str] = []
        self.told: list[bytes] = []
        self.came: list[Outcome] = []
        self.cancelled = False
        self._waiting: deque[tuple[Order, bytes]] = deque()
        self._stops_after = stops_after

    def __call__(self, *_: Any, **__: Any) -> Here:
        return self

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def look(self, tier: str) -> Mapping[str, Mapping[str, Any]]:
        return {"here": look(tier)}

    def room(self) -> int:
        return 1

    def submit(self, order: Order, completions: bytes) -> None:
        self._waiting.append((order, completions))
        self.told.append(completions)

    def wait(self, seconds: float) -> Sequence[Outcome]:
        if len(self.ran) == self._stops_after:
            raise KeyboardInterrupt
        order, completions = self._waiting.popleft()
        self.ran.append(order.shard)
        self.came.append(Outcome(order, run_order(order, completions), node="here"))
        return self.came[-1:]

    def avoid(self, node: str) -> bool:
        return False

    def cancel(self) -> None:
        self.cancelled = True
