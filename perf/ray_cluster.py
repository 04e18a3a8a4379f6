"""What grading through Ray costs beside grading here: CPU seconds, the driver's memory, and whether the verdicts agree.

    python perf/ray_cluster.py NODES SHARDS SUITE --model=replay:FILE [OPTION…]

It needs Ray. A head and NODES nodes of one CPU each are started on this machine by Ray's own utility. The driver is the
process of `codeeval run --on ray`, without the runs of pytest that it starts; the CPU time of the nodes is that
of the shards. Ray's own processes are counted in neither.
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
STORE = 80_000_000
COMMAND = [sys.executable, "-c", "import sys; from pytest_codeeval.cli import main; sys.exit(main())", "run"]


def verdicts(results: Path) -> dict[tuple[str, str, int], tuple[bool, str]]:
    found = {}
    for path in results.glob("*/samples.jsonl"):
        for row in map(json.loads, path.open()):
            found[row["suite"], row["task_id"], row["sample_index"]] = row["passed"], row["outcome"]
    return found


def own_peak(pid: int) -> int:
    """Return the most memory that a process has had so far, in kB."""
    try:
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) if found else 0


def measured(words: list[str], log: Path) -> tuple[float, float, int]:
    """Run a command; return CPU seconds with all that it waits for, seconds, and its own largest memory in kB."""
    before, begun, peak = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic(), 0
    with log.open("wb") as said, subprocess.Popen([*COMMAND, *words], stdout=said, stderr=said) as process:
        while process.poll() is None:
            peak = max(peak, own_peak(process.pid))
            time.sleep(0.2)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.monotonic() - begun, peak


def main(nodes: int, shards: int, words: list[str]) -> None:
    from ray.cluster_utils import Cluster

    options = {"object_store_memory": STORE, "include_dashboard": False}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        here, seconds, _ = measured([*words, "-n0", "-q", f"--results={folder}/here"], folder / "here.log")
        print(f"here: {here:.1f} CPU s in {seconds:.0f} s")
        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **options})
        try:
            for _ in range(nodes):
                cluster.add_node(num_cpus=1, object_store_memory=STORE)
            asked = [
                "--on=ray",
                f"--address={cluster.address}",
                f"--shards={shards}",
                f"--results={folder}/there",
                "-q",
            ]
            driver, seconds, peak = measured([*words, *asked], folder / "there.log")
        finally:
            cluster.shutdown()
        said = (folder / "there.log").read_text()
        graded = re.search(r"graded in ([\d,.]+) CPU seconds", said)
        there = float(graded[1].replace(",", "")) if graded else 0.0
        one, other = verdicts(folder / "here"), verdicts(folder / "there")
        print(f"{nodes} nodes, {shards} shards, {seconds:.0f} s: {there:.1f} CPU s, driver and its runs {driver:.1f}")
        print(f"driver's memory at most {peak / 1024:.0f} MB; {len(other):,} samples, {len(one):,} here")
        print(f"ratio of the nodes {there / here:.2f}, of all {(there + driver) / here:.2f}")
        print("verdicts that differ:", sum(one.get(key) != other.get(key) for key in {*one, *other}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
