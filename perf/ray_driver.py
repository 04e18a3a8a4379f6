"""What the driver of a cluster's run needs of memory and CPU for many samples, whatever the nodes do.

    python perf/ray_driver.py [--ray] RESULTS COPIES…

RESULTS is a folder that a finished run of one model left. For each number of COPIES a process of its own plays the
driver: archives are made of its rows, each so many times as further samples, and are checked and kept as if nodes had
sent them. With --ray they are: each shard is a task of a Ray cluster on this machine, in which the archive is made in
the place of grading.
"""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Thread
from typing import Any

from pytest_codeeval.cluster.archive import packed
from pytest_codeeval.cluster.conductor import Conductor
from pytest_codeeval.cluster.engine import Engine, Outcome
from pytest_codeeval.cluster.keeper import Keeper
from pytest_codeeval.cluster.order import Order
from pytest_codeeval.cluster.planned import ClusterPlan
from pytest_codeeval.cluster.rayengine import RayEngine
from pytest_codeeval.core.jsonl import append_rows

SAMPLES_A_SHARD = 100


class Copies:
    """An engine whose nodes send the rows of a folder, `copies` times each."""

    def __init__(self, model: Path, copies: int) -> None:
        self._rows = [json.loads(line) for line in (model / "samples.jsonl").open()]
        self._about = json.loads((model / "run.json").read_text())
        self._name, self._copies = model.name, copies
        self._waiting: list[Order] = []

    def look(self, tier: str) -> dict[str, dict[str, Any]]:
        return {}

    def room(self) -> int:
        return 4

    def submit(self, order: Order, completions: bytes) -> None:
        self._waiting.append(order)

    def wait(self, seconds: float) -> Sequence[Outcome]:
        order = self._waiting.pop()
        return [Outcome(order, self.archive(order), node="n")]

    def archive(self, order: Order) -> bytes:
        with tempfile.TemporaryDirectory() as name:
            model = Path(name) / self._name
            model.mkdir()
            rows = [row for row in self._rows if order.part.holds(row["task_id"])]
            most = 1 + max((row["sample_index"] for row in self._rows), default=0)
            for copy in range(self._copies):
                append_rows(
                    model / "samples.jsonl",
                    [{**row, "sample_index": row["sample_index"] + copy * most} for row in rows],
                )
            (model / "run.json").write_text(json.dumps({**self._about, "shard": order.shard}))
            status = {"shard": order.shard, "node": "n", "exit": 1, "said": "", "cpu_seconds": 0.0}
            return packed(Path(name), status)

    def avoid(self, node: str) -> bool:
        return False

    def cancel(self) -> None:
        pass


class RayCopies(RayEngine):
    """The engine of a real run, whose tasks send such archives."""

    def __init__(self, copies: Copies) -> None:
        super().__init__("", 1)

        def in_task(order: dict[str, Any], completions: bytes) -> bytes:
            node: str = self_id()
            return node.encode("ascii") + copies.archive(Order.from_json(order))

        self._task = self._ray.remote(max_retries=2, num_cpus=1)(in_task)


def self_id() -> str:
    import ray

    node: str = ray.get_runtime_context().get_node_id()
    return node


class Peak(Thread):
    """Looks again and again how much memory this process has, that which it shares with others counted in part."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.megabytes = 0.0

    def run(self) -> None:
        while True:
            found = re.search(r"^Pss:\s+(\d+)", Path("/proc/self/smaps_rollup").read_text(), re.MULTILINE)
            self.megabytes = max(self.megabytes, int(found[1]) / 1024 if found else 0.0)
            time.sleep(0.5)


class Silent:
    def tell(self, text: str) -> None:
        print(text)

    def advance(self, done: int, said: list[str]) -> None:
        pass


def drive(model: Path, copies: int, *, by_ray: bool) -> None:
    with tempfile.TemporaryDirectory() as name, ExitStack() as opened:
        results, peak = Path(name), Peak()
        copying = Copies(model, copies)
        about = json.loads((model / "run.json").read_text())
        planned = {
            suite: {task: samples * copies for task, samples in facts["planned"].items()}
            for suite, facts in about["datasets"].items()
        }
        for suite, tasks in planned.items():
            about["datasets"][suite]["planned"] = tasks
        (results / model.name).mkdir()
        (results / model.name / "run.json").write_text(json.dumps({**about, "plan_of_last_run": planned}))
        plan, tier = ClusterPlan.of(results, ""), about["sandbox"]["tier"]
        count = sum(sum(tasks.values()) for tasks in planned.values())
        engine: Engine = opened.enter_context(RayCopies(copying)) if by_ray else copying
        peak.start()
        before = resource.getrusage(resource.RUSAGE_SELF)
        with Keeper(results, plan) as keeper:
            order = lambda shard: Order(str(shard), (), tier, 1, ".")  # noqa: E731
            conductor = Conductor(plan, results, engine, keeper, Silent(), order)
            conductor.grade(count // SAMPLES_A_SHARD)
        after = resource.getrusage(resource.RUSAGE_SELF)
        lines = sum(1 for _ in (results / model.name / "samples.jsonl").open())
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(
            f"{lines:,} of {count:,}, {len(conductor.failed)} shards failed; {after.ru_maxrss / 1024:.0f} MB at "
            f"most, {peak.megabytes:.0f} with what is shared in part, {1000 * cpu / lines:.2f} ms of CPU a sample",
            flush=True,
        )


if __name__ == "__main__":
    by_ray = sys.argv[1] == "--ray"
    folder, *numbers = sys.argv[1 + by_ray :]
    if len(numbers) == 1:
        drive(next(path.parent for path in Path(folder).glob("*/run.json")), int(numbers[0]), by_ray=by_ray)
    for copies in numbers if len(numbers) > 1 else ():
        subprocess.run([sys.executable, __file__, *(["--ray"] if by_ray else []), folder, copies], check=True)
