"""What becomes of shards that are lost, refused or that die, by an engine that says so of all of them."""

from __future__ import annotations

import errno
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from pytest_codeeval.cluster import conductor as conductor_module
from pytest_codeeval.cluster.archive import packed
from pytest_codeeval.cluster.conductor import Conductor
from pytest_codeeval.cluster.engine import EngineGone, Outcome
from pytest_codeeval.cluster.keeper import Keeper
from pytest_codeeval.cluster.order import Order
from pytest_codeeval.cluster.planned import ClusterPlan
from pytest_codeeval.cluster.rayengine import RayEngine
from pytest_codeeval.core.errors import StorageError, UsageError

TASKS = {f"T/{number}": 1 for number in range(40)}
ABOUT = {
    "label": "m",
    "started": "2026-01-01T00:00:00Z",
    "settings": {"model": "m"},
    "datasets": {"s": {"planned": {**TASKS, "Earlier/1": 1}}},
    "plan_of_last_run": {"s": TASKS},
}


class Says:
    """An engine of which each order comes to what `outcome` makes of it."""

    def __init__(self, outcome: Callable[[Order], Outcome], nodes: int = 1) -> None:
        self.orders: list[Order] = []
        self.cancelled = False
        self._outcome = outcome
        self._nodes = nodes
        self._waiting: list[Order] = []

    def look(self, tier: str) -> dict[str, dict[str, object]]:
        return {}

    def room(self) -> int:
        return 3

    def submit(self, order: Order, completions: bytes) -> None:
        self._waiting.append(order)
        self.orders.append(order)
        assert len(self._waiting) <= self.room()

    def wait(self, seconds: float) -> Sequence[Outcome]:
        return [self._outcome(self._waiting.pop())]

    def avoid(self, node: str) -> bool:
        self._nodes -= 1
        return self._nodes > 0

    def cancel(self) -> None:
        self.cancelled = True


class Hears:
    def __init__(self) -> None:
        self.told: list[str] = []

    def tell(self, text: str) -> None:
        self.told.append(text)

    def advance(self, done: int, said: list[str]) -> None:
        pass


def graded(folder: Path, engine: Says, shards: int) -> tuple[Conductor, list[str]]:
    model = folder / "results/m"
    model.mkdir(parents=True)
    (model / "run.json").write_text(json.dumps(ABOUT))
    plan, hears = ClusterPlan.of(folder / "results", "2026"), Hears()
    with Keeper(folder / "results", plan) as keeper:
        order = lambda shard: Order(str(shard), (), "namespaces", 1, ".")  # noqa: E731
        conductor = Conductor(plan, folder / "results", engine, keeper, hears, order)
        conductor.grade(shards)
    return conductor, hears.told


def test_a_shard_that_was_lost_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    engine = Says(lambda order: Outcome(order, why="NodeDiedError: gone"))
    conductor, told = graded(tmp_path, engine, 4)
    assert conductor.failed == {f"{number}/4": "NodeDiedError: gone" for number in range(1, 5)}
    assert len(engine.orders) == 4
    assert any(line.startswith("shard 1/4 (T/") and "could not be graded: NodeDiedError" in line for line in told)


def test_shards_that_all_die_are_not_divided_for_ever(tmp_path: Path) -> None:
    engine = Says(lambda order: Outcome(order, why="it died", poisoned=True))
    conductor, _ = graded(tmp_path, engine, 2)
    assert 20 < len(engine.orders) < 50  # of 79, if each problem were looked for
    divided = {order.shard for order in engine.orders} - conductor.failed.keys()
    assert len(divided) == 16


def test_a_node_that_refuses_is_done_without_and_without_any_the_run_ends(tmp_path: Path) -> None:
    status = {"shard": "", "node": "n7", "exit": 4, "said": "...\nERROR: no sandbox here\n", "cpu_seconds": 0.0}
    engine = Says(
        lambda order: Outcome(order, packed(tmp_path / "none", {**status, "shard": order.shard}), node="a"), nodes=2
    )
    with pytest.raises(UsageError, match="no node of the cluster can grade: n7: no sandbox here"):
        graded(tmp_path, engine, 4)
    assert engine.cancelled


def test_what_is_no_archive_is_named_and_kept_nowhere(tmp_path: Path) -> None:
    engine = Says(lambda order: Outcome(order, b"cos\nsystem\n(S'true'\ntR.", node="a"))
    conductor, _ = graded(tmp_path, engine, 1)
    assert list(conductor.failed) == ["1/1"] and "is not believed" in conductor.failed["1/1"]
    assert sorted(path.name for path in (tmp_path / "results/m").iterdir()) == [".lock", "run.json"]


def test_when_the_cluster_is_gone_all_else_is_cancelled(tmp_path: Path) -> None:
    def gone(order: Order) -> Outcome:
        raise EngineGone("the cluster is gone")

    engine = Says(gone)
    with pytest.raises(EngineGone):
        graded(tmp_path, engine, 2)
    assert engine.cancelled


def test_a_disk_that_does_not_take_an_archive_ends_the_run_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(conductor_module, "arrived", full)
    engine = Says(lambda order: Outcome(order, b"PK", node="a"))
    with pytest.raises(StorageError, match=r"cannot be written down in .*: No space left"):
        graded(tmp_path, engine, 2)
    assert engine.cancelled


def test_a_cluster_without_a_node_that_can_grade_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes: dict[str, dict[str, float]] = {"weak": {"CPU": 8.0}, "head": {"CPU": 0.0}, "good": {"CPU": 1.0}}
    engine = object.__new__(RayEngine)
    waits = SimpleNamespace(wait=lambda *_, **__: ([], []))
    vars(engine).update(_ray=waits, _pending={}, _workers=1, _avoided=set(), _usable=time.monotonic() - 1000)
    monkeypatch.setattr(engine, "_nodes", lambda: nodes)
    monkeypatch.setattr(engine, "_demand_reachable", lambda: None)
    assert engine.avoid("weak")
    assert engine.wait(0.1) == []
    del nodes["good"]
    assert not engine.avoid("weak")  # a head without CPUs is no other
    assert engine.wait(0.1) == []  # another one may join
    vars(engine).update(_usable=time.monotonic() - 1000)
    with pytest.raises(EngineGone, match="no node that could grade"):
        engine.wait(0.1)


@pytest.mark.parametrize(("address", "said"), [("", "could not start a cluster"), ("auto", "--address=auto: no Ray")])
def test_whatever_ray_raises_when_it_is_started_is_said_in_a_sentence(
    address: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RAY_ADDRESS", raising=False)

    def slow(**_: object) -> None:
        raise Exception("The current node timed out during startup.\nIt was \x1b[31mlate.")  # as Ray has it

    engine, ended = object.__new__(RayEngine), list[bool]()
    vars(engine).update(_ray=SimpleNamespace(init=slow, shutdown=lambda: ended.append(True)))
    with pytest.raises(UsageError, match=rf"{said}.*timed out during startup"):
        engine._connect(address, {})
    assert ended


def test_the_largest_shards_go_first(tmp_path: Path) -> None:
    engine = Says(lambda order: Outcome(order, why="gone"))
    graded(tmp_path, engine, 8)
    sizes = [len(order.part.among(TASKS)) for order in engine.orders]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > sizes[-1]
    assert sum(sizes) == len(TASKS)
