"""How busy a run on a cluster keeps many nodes, by a simulation whose nodes do nothing but let time pass.

    python perf/cluster_nodes.py RESULTS [--slots 8 16 64 256] [--shards 1 4 16] [--problems 1000] [--samples 10]
                                 [--times 1] [--own 0.012] >> perf/cluster_nodes.md

RESULTS is a folder that a finished run of one model left. Conductor, plan, archives and keeper are the real ones. A
slot is what grades one shard at a time: a node has as many as its CPUs give by `-n`. Each of `--problems` takes rows
and CPU seconds of a recorded problem that is drawn by lot; a sample takes `--times` (its CPU seconds + `--own`, what
it costs beside its program), and a shard 3.6 s before its first sample. `--shards` are so many times the slots.

Time is reckoned, not waited for: it goes on by the CPU time that the driver itself uses, and jumps to the end of the
next shard where the driver waits. So the load of the machine hardly matters, and neither disks nor the network nor
what the engine itself does (as Ray's own processes) are in it.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush, heapreplace
from pathlib import Path
from typing import Any

from pytest_codeeval.cluster.archive import packed
from pytest_codeeval.cluster.conductor import Conductor
from pytest_codeeval.cluster.engine import Outcome
from pytest_codeeval.cluster.keeper import Keeper
from pytest_codeeval.cluster.order import Order
from pytest_codeeval.cluster.planned import ClusterPlan
from pytest_codeeval.core.jsonl import append_rows

START = 3.6  # CPU s of a shard before its first sample, as measured in perf/ray.md
AHEAD = 2  # orders under way for each slot, as of RayEngine
SEED = 18


class Problems:
    """Problems by id, each with the rows of one that was recorded, so many samples of it, and how long they take."""

    def __init__(self, model: Path, asked: argparse.Namespace) -> None:
        self.name, self.about = model.name, json.loads((model / "run.json").read_text())
        recorded = defaultdict(list)
        for line in (model / "samples.jsonl").open():
            row = json.loads(line)
            recorded[row["task_id"]].append(row)
        self.suite = next(iter(recorded.values()))[0]["suite"]
        prompts = {row["task_id"]: row for row in map(json.loads, (model / "prompts.jsonl").open())}
        draw = random.Random(SEED)
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.prompts: dict[str, dict[str, Any]] = {}
        self.seconds: dict[str, float] = {}
        for number in range(asked.problems):
            drawn = draw.choice(sorted(recorded))
            task, rows = f"{drawn}/{number}", recorded[drawn]
            self.rows[task] = [
                {**rows[index % len(rows)], "task_id": task, "sample_index": index} for index in range(asked.samples)
            ]
            self.prompts[task] = {**prompts[drawn], "task_id": task}
            self.seconds[task] = sum(asked.times * (asked.own + (row["cpu_seconds"] or 0)) for row in self.rows[task])

    def about_run(self, tasks: Iterable[str]) -> dict[str, Any]:
        """Return `run.json` of a run of some of them."""
        planned = {task: len(self.rows[task]) for task in tasks}
        datasets = {self.suite: {**self.about["datasets"][self.suite], "planned": planned}}
        return {**self.about, "datasets": datasets, "plan_of_last_run": {self.suite: planned}}

    def archive(self, tasks: Sequence[str], shard: str) -> bytes:
        """Return what a node sends that has graded some of them."""
        with tempfile.TemporaryDirectory() as name:
            model = Path(name) / self.name
            model.mkdir()
            append_rows(model / "samples.jsonl", [row for task in tasks for row in self.rows[task]])
            append_rows(model / "prompts.jsonl", [self.prompts[task] for task in tasks])
            (model / "run.json").write_text(json.dumps({**self.about_run(tasks), "shard": shard}))
            return packed(
                Path(name), {"shard": shard, "node": "n", "exit": 1, "said": "", "cpu_seconds": self.cost(tasks)}
            )

    def cost(self, tasks: Sequence[str]) -> float:
        """Return the seconds of all samples of some problems."""
        return sum(self.seconds[task] for task in tasks)


class Nodes:
    """An engine of `slots` that take orders in turn; `now` is the time, and `driver` what of it the driver worked."""

    def __init__(self, problems: Problems, plan: ClusterPlan, slots: int) -> None:
        self.now = self.driver = self.first = self.occupied = 0.0
        self.shards, self.longest = 0, 0.0
        self._problems, self._plan, self._slots = problems, plan, slots
        self._free = [0.0] * slots
        heapify(self._free)
        self._running: list[tuple[float, int, Order]] = []
        self._left = time.process_time()

    def look(self, tier: str) -> Mapping[str, Mapping[str, Any]]:
        return {}

    def room(self) -> int:
        return AHEAD * self._slots

    def submit(self, order: Order, completions: bytes) -> None:
        self._driver_worked()
        takes = START + self._problems.cost(self._plan.tasks_of(order.part))
        end = max(self.now, self._free[0]) + takes
        heapreplace(self._free, end)  # the slot that is free first, as orders wait in line
        heappush(self._running, (end, self.shards, order))
        self.first = self.first or self.now
        self.shards, self.longest, self.occupied = self.shards + 1, max(self.longest, takes), self.occupied + takes
        self._left = time.process_time()

    def wait(self, seconds: float) -> Sequence[Outcome]:
        self._driver_worked()
        end = self._running[0][0]
        self.now = max(self.now, min(end, self.now + seconds))
        outcomes = []
        if end <= self.now:
            order = heappop(self._running)[2]
            archive = self._problems.archive(self._plan.tasks_of(order.part), order.shard)
            outcomes.append(Outcome(order, archive, node="n"))
        self._left = time.process_time()
        return outcomes

    def avoid(self, node: str) -> bool:
        raise AssertionError("no node is at fault here")

    def cancel(self) -> None:
        pass

    def close(self) -> None:
        """Have the time include what the driver did at last."""
        self._driver_worked()

    def _driver_worked(self) -> None:
        worked = time.process_time() - self._left
        self.now, self.driver = self.now + worked, self.driver + worked


class Hears:
    def tell(self, text: str) -> None:
        raise AssertionError(text)

    def advance(self, done: int, said: list[str]) -> None:
        pass


def simulate(problems: Problems, slots: int, shards: int) -> str:
    """Return a row of the table."""
    with tempfile.TemporaryDirectory() as name:
        results = Path(name)
        (results / problems.name).mkdir()
        (results / problems.name / "run.json").write_text(json.dumps(problems.about_run(problems.rows)))
        plan, tier = ClusterPlan.of(results, ""), problems.about["sandbox"]["tier"]
        with Keeper(results, plan) as keeper:
            nodes = Nodes(problems, plan, slots)
            order = lambda shard: Order(str(shard), (), tier, 1, ".")  # noqa: E731
            conductor = Conductor(plan, results, nodes, keeper, Hears(), order)
            conductor.grade(shards)
            nodes.close()
        lines = sum(1 for _ in (results / problems.name / "samples.jsonl").open())
    assert not conductor.failed and lines == sum(map(len, problems.rows.values())), "not all was graded"
    whole, work = slots * nodes.now, problems.cost(list(problems.rows))
    best = max(work / slots, max(problems.seconds.values()))
    return (
        f"| {slots} | {shards:,} | {nodes.shards:,} | {nodes.now:,.0f} | {100 * nodes.occupied / whole:.0f} "
        f"| {100 * work / whole:.0f} | {nodes.longest:,.0f} | {best:,.0f} "
        f"| {1000 * nodes.driver / nodes.shards:.1f} | {100 * nodes.driver / nodes.now:.1f} | {nodes.first:.1f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path)
    parser.add_argument("--slots", type=int, nargs="+", default=[8, 16, 64, 256])
    parser.add_argument("--shards", type=int, nargs="+", default=[1, 4, 16])
    parser.add_argument("--problems", type=int, default=1000)
    parser.add_argument("--samples", type=int, default=10)
    parser.add_argument("--times", type=float, default=1.0)
    parser.add_argument("--own", type=float, default=0.012)
    asked = parser.parse_args()
    problems = Problems(next(path.parent for path in sorted(asked.results.glob("*/run.json"))), asked)
    samples, work = asked.problems * asked.samples, problems.cost(list(problems.rows))
    print(
        f"\n{asked.problems:,} problems of {asked.samples} samples, {work / samples:.3f} CPU s each on average, "
        f"{max(problems.seconds.values()):,.1f} s the longest problem:\n"
    )
    print("| slots | shards | not empty | s in all | busy % | at work % | longest shard, s | at best, s ", end="")
    print("| driver, ms a shard | driver busy % | s to the first order |\n" + "|---" * 11 + "|")
    for slots in asked.slots:
        for factor in asked.shards:
            print(simulate(problems, slots, factor * slots), flush=True)


if __name__ == "__main__":
    main()
