"""What the driver of a cluster's run needs of memory and CPU for many samples, whatever the nodes do.

    python perf/ray_driver.py RESULTS COPIES…

RESULTS is a folder that a finished run of one model left. For each number of COPIES a process of its own plays the
driver: archives are made of its rows, each so many times as further samples, and are checked and kept as if nodes had
sent them.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pytest_codeeval.cluster.archive import packed
from pytest_codeeval.cluster.conductor import Conductor
from pytest_codeeval.cluster.engine import Outcome
from pytest_codeeval.cluster.keeper import Keeper
from pytest_codeeval.cluster.order import Order
from pytest_codeeval.cluster.planned import ClusterPlan
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
            return [Outcome(order, packed(Path(name), status), node="n")]

    def avoid(self, node: str) -> bool:
        return False

    def cancel(self) -> None:
        pass


class Silent:
    def tell(self, text: str) -> None:
        print(text)

    def advance(self, done: int, said: list[str]) -> None:
        pass


def drive(model: Path, copies: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        results = Path(name)
        engine = Copies(model, copies)
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
        before = resource.getrusage(resource.RUSAGE_SELF)
        with Keeper(results, plan) as keeper:
            order = lambda shard: Order(str(shard), (), tier, 1, ".")  # noqa: E731
            Conductor(plan, results, engine, keeper, Silent(), order).grade(count // SAMPLES_A_SHARD)
        after = resource.getrusage(resource.RUSAGE_SELF)
        lines = sum(1 for _ in (results / model.name / "samples.jsonl").open())
        cpu = after.ru_utime - before.ru_utime
        print(
            f"{lines:,} samples: {after.ru_maxrss / 1024:.0f} MB at most, {1000 * cpu / lines:.2f} ms of CPU a sample"
        )


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    if len(sys.argv) == 3:
        drive(next(path.parent for path in folder.glob("*/run.json")), int(sys.argv[2]))
    else:
        for copies in sys.argv[2:]:
            subprocess.run([sys.executable, __file__, sys.argv[1], copies], check=True)
