"""Conductor: has all shards of a plan graded, whatever becomes of single nodes and shards."""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pytest_codeeval.cluster.answers import answers_to
from pytest_codeeval.cluster.archive import BadArchive
from pytest_codeeval.cluster.arrival import Arrival, NotAlike, arrived
from pytest_codeeval.cluster.engine import Engine, Outcome
from pytest_codeeval.cluster.keeper import Keeper
from pytest_codeeval.cluster.order import Order
from pytest_codeeval.cluster.planned import ClusterPlan
from pytest_codeeval.cluster.sent import SentAnswers
from pytest_codeeval.core.errors import StorageError, UsageError
from pytest_codeeval.core.shard import Shard
from pytest_codeeval.core.text import counted, printable

_NAMED = 5
_IN_VAIN = 16
"""How many shards are divided while none has come to its end: then it is not a problem that does it."""
_PATIENCE = 0.5


class Watcher(Protocol):
    """Who hears how things stand."""

    def tell(self, text: str) -> None:
        """Hear something that the user has to know."""

    def advance(self, done: int, said: list[str]) -> None:
        """Hear how many problems are done, and what else there is to say."""


@dataclass
class Conductor:
    """Hands out the shards of `plan`, keeps what comes, and divides a shard whose run does not come to its end.

    `failed` says, by shard, why it could not be graded; `lacking` are problems that came without a verdict.
    """

    plan: ClusterPlan
    results: Path
    engine: Engine
    keeper: Keeper
    watcher: Watcher
    order: Callable[[Shard], Order]
    failed: dict[str, str] = field(default_factory=dict)
    lacking: list[tuple[str, str]] = field(default_factory=list)
    cpu_seconds: float = 0.0
    done: int = 0

    def __post_init__(self) -> None:
        self._todo: deque[Shard] = deque()
        self._divided = 0
        self._away: set[str] = set()
        self._under_way: dict[str, str] = {}  # digest by shard

    def grade(self, shards: int) -> None:
        """Grade what is not graded yet. Raises UsageError where no node can, EngineGone where the cluster is gone."""
        left = [one for number in range(1, shards + 1) for one in self._left_of(Shard(number, shards))]
        # The largest first: one that began last would have all other nodes wait for it.
        self._todo.extend(sorted(left, key=self.plan.samples_in, reverse=True))
        try:
            while self._todo or self._under_way:
                while self._todo and len(self._under_way) < self.engine.room():
                    self._submit(self._todo.popleft())
                for outcome in self.engine.wait(_PATIENCE):
                    self._take(outcome)
                self._say()
        except BaseException:
            self.engine.cancel()
            raise

    def _left_of(self, shard: Shard) -> Iterator[Shard]:
        """Yield what is still to be graded of a shard, or of those that it was divided into before."""
        if not self.plan.tasks_of(shard):
            return
        if self._is_kept(shard):
            self.done += self.plan.count(shard)
            return
        halves = shard.halves() if self._is_divided(shard) else ()
        if not halves:
            yield shard
        for half in halves:
            yield from self._left_of(half)

    def _is_kept(self, shard: Shard) -> bool:
        order = self.order(shard)
        if order.shard not in self.keeper.shards:
            return False
        return self.keeper.has(order.shard, self._digest(order, self._answers(shard)))

    def _is_divided(self, shard: Shard) -> bool:
        """Whether a part of a shard is here, in as many steps as there are problems to tell apart."""
        return any(shard.contains(Shard.read(known)) for known in self.keeper.shards if known != str(shard))

    def _submit(self, shard: Shard) -> None:
        order, answers = self.order(shard), self._answers(shard)
        self._under_way[order.shard] = self._digest(order, answers)
        self.engine.submit(order, answers)

    def _answers(self, shard: Shard) -> bytes:
        return answers_to(self.results, self.plan, shard)

    def _digest(self, order: Order, answers: bytes) -> str:
        return order.digest(answers, self.plan.decisive())

    def _take(self, outcome: Outcome) -> None:
        order = outcome.order
        digest = self._under_way.pop(order.shard)
        if not outcome.archive:
            self._lose(order, outcome.why, poisoned=outcome.poisoned)
            return
        try:
            with tempfile.TemporaryDirectory(prefix="codeeval-came-") as folder:
                sent = SentAnswers(self._answers(order.part))
                arrival = arrived(outcome.archive, order, self.plan, Path(folder), sent)
                self._keep(arrival, order, digest, outcome.node)
        except NotAlike as error:
            self._turn_away(order, outcome.node, str(error))
        except BadArchive as error:
            self._lose(order, f"what node {outcome.node} sent is not believed: {error}", poisoned=False)
        except OSError as error:
            place = tempfile.gettempdir()
            raise StorageError(f"what a node sent cannot be written down in {place}: {error.strerror}") from None

    def _keep(self, arrival: Arrival, order: Order, digest: str, node: str) -> None:
        self.cpu_seconds += arrival.status["cpu_seconds"]
        if arrival.refused:
            self._turn_away(order, node, f"{arrival.status['node']}: {_last_line(arrival.status['said'])}")
        elif not arrival.ended:
            self._lose(order, f"its run ended by {_ending(arrival)}", poisoned=True)
        else:
            self.keeper.keep(arrival, order.shard, digest)
            self.done += arrival.problems
            self.lacking += arrival.lacking

    def _turn_away(self, order: Order, node: str, why: str) -> None:
        """Do without a node, and give the order to another."""
        if node not in self._away:
            self._away.add(node)
            self.watcher.tell(f"a node is not used: {why}")
        if not self.engine.avoid(node):
            raise UsageError(f"no node of the cluster can grade: {printable(why)}")
        self._todo.appendleft(order.part)

    def _lose(self, order: Order, why: str, *, poisoned: bool) -> None:
        """Look for the problem that ends a shard by halves, or note that the shard is lost."""
        shard = order.part
        halves = [half for half in shard.halves() if self.plan.tasks_of(half)] if poisoned else []
        tasks = self.plan.tasks_of(shard)
        if halves and len(tasks) > 1 and (self.done or self._divided < _IN_VAIN):
            self._divided += 1
            self.watcher.tell(f"shard {shard} is divided, as {why}: {counted(len(tasks), 'problem')}")
            self._todo.extendleft(halves)
            return
        named = ", ".join(tasks[:_NAMED]) + (f" and {len(tasks) - _NAMED} more" if len(tasks) > _NAMED else "")
        self.failed[str(shard)] = why
        self.watcher.tell(f"shard {shard} ({printable(named)}) could not be graded: {printable(why)}")

    def _say(self) -> None:
        said = [f"{counted(len(self._under_way) + len(self._todo), 'shard')} to go"]
        said += [f"{counted(len(self.failed), 'shard')} failed"] if self.failed else []
        self.watcher.advance(self.done, said)


def _ending(arrival: Arrival) -> str:
    code = arrival.status["exit"]
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    last = _last_line(arrival.status["said"])
    return f"{how} ({last})" if last else how


def _last_line(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    return printable(lines[-1].removeprefix("ERROR: "), limit=300) if lines else ""
