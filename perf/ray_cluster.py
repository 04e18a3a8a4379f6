"""What grading through Ray costs beside grading here: CPU seconds, the driver's memory, and whether the verdicts agree.

    python perf/ray_cluster.py [OPTION…] NODES SHARDS SUITE --model=replay:FILE [OPTION OF CODEEVAL…]

It needs Ray. A head and NODES nodes of one CPU each are started on this machine by Ray's own utility. The driver is the
process of `codeeval run --on ray`, in memory without the runs of pytest that it starts; the CPU time of the nodes is
that of the shards. Ray's own processes are counted in neither.

--together makes the run here and that on the cluster at the same time, so that a busy machine is as busy for both.
--runs=N makes N runs more on the same cluster: in each of them a node is killed --kills=K times, at random moments
(--seed=S) between the asking and the last verdict, and another one joins.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
STORE = 80_000_000
COMMAND = [sys.executable, "-c", "import sys; from pytest_codeeval.cli import main; sys.exit(main())", "run"]


def verdicts(results: Path) -> dict[tuple[str, str, int], list[tuple[bool, str]]]:
    """Return what stands in a results folder of each sample, which is one verdict if none is double."""
    found: dict[tuple[str, str, int], list[tuple[bool, str]]] = {}
    for path in results.glob("*/samples.jsonl"):
        for row in map(json.loads, path.open()):
            key = row["suite"], row["task_id"], row["sample_index"]
            found.setdefault(key, []).append((row["passed"], row["outcome"]))
    return found


def differing(one: Path, other: Path) -> str:
    """Say how the verdicts of two folders differ."""
    left, right = verdicts(one), verdicts(other)
    differ = sorted(key for key in {*left, *right} if left.get(key) != right.get(key))
    named = "".join(f"; {key[1]} {key[2]}: {left.get(key)}, {right.get(key)}" for key in differ[:5])
    double = sum(len(found) > 1 for found in right.values())
    return f"{len(right):,} samples, {len(left):,} here; double: {double}; verdicts that differ: {len(differ)}{named}"


def own_peak(pid: int) -> int:
    """Return the most memory that a process has had so far, in kB."""
    try:
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) if found else 0


def measured(
    words: list[str], log: Path, meanwhile: Callable[[float], None] = lambda _: None
) -> tuple[float, float, int]:
    """Run a command; return CPU seconds with all that it waits for, seconds, and its own largest memory in kB.

    `meanwhile` hears again and again how many seconds it has run.
    """
    begun, peak = time.monotonic(), 0
    with log.open("wb") as said, subprocess.Popen([*COMMAND, *words], stdout=said, stderr=said) as process:
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            peak = max(peak, own_peak(process.pid))
            meanwhile(time.monotonic() - begun)
            time.sleep(0.2)
        process.returncode = os.waitstatus_to_exitcode(ended[1])
    return ended[2].ru_utime + ended[2].ru_stime, time.monotonic() - begun, peak


class Span:
    """When the first file of a run's results is there, and when the last shard was kept, in seconds of the run."""

    def __init__(self, results: Path) -> None:
        self.begin = self.end = 0.0
        self._results, self._marks = results, 0

    def __call__(self, seconds: float) -> None:
        if not self.begin and any(self._results.glob("*/run.json")):
            self.begin = seconds
        marks = sum(path.stat().st_size for path in self._results.glob("*/shards.jsonl"))
        if marks != self._marks:
            self._marks, self.end = marks, seconds


class Kills:
    """Kills nodes of a cluster at moments of a run, (seconds, which node), and lets another one join each time."""

    def __init__(self, cluster: Any, nodes: list[Any], moments: list[tuple[float, int]]) -> None:
        self._cluster, self._nodes, self._moments = cluster, nodes, sorted(moments)
        self.done = 0

    def __call__(self, seconds: float) -> None:
        while self.done < len(self._moments) and seconds >= self._moments[self.done][0]:
            number = self._moments[self.done][1]
            self.done += 1
            self._cluster.remove_node(self._nodes[number], allow_graceful=False)
            self._nodes[number] = joining(self._cluster)


def joining(cluster: Any) -> Any:
    """Let a node join, once more where a busy machine was too slow for Ray."""
    for _ in range(5):
        try:
            return cluster.add_node(num_cpus=1, object_store_memory=STORE)
        except Exception as error:  # of that very class
            print(f"a node was too slow to start: {error}"[:100], flush=True)
    raise SystemExit("no node starts any more")


def main(given: argparse.Namespace, words: list[str]) -> None:
    from ray.cluster_utils import Cluster

    options = {"object_store_memory": STORE, "include_dashboard": False}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        running = ThreadPoolExecutor().submit(
            measured, [*words, "-n0", "-q", f"--results={folder}/here"], folder / "here.log"
        )
        if not given.together:
            running.result()
        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **options})
        try:
            joined = [joining(cluster) for _ in range(given.nodes)]
            asked = [*words, "--on=ray", f"--address={cluster.address}", f"--shards={given.shards}", "-q"]
            span = Span(folder / "there")
            found = measured([*asked, f"--results={folder}/there"], folder / "there.log", span)
            here, seconds, _ = running.result()
            print(f"here: {here:.1f} CPU s in {seconds:.0f} s")
            tell_of_costs(folder, here, found, f"{given.nodes} nodes, {given.shards} shards")
            killing(given, cluster, joined, asked, span, folder)
        finally:
            cluster.shutdown()


def tell_of_costs(folder: Path, here: float, found: tuple[float, float, int], what: str) -> None:
    driver, seconds, peak = found
    graded = re.search(r"graded in ([\d,.]+) CPU seconds", (folder / "there.log").read_text())
    there = float(graded[1].replace(",", "")) if graded else 0.0
    print(f"{what}, {seconds:.0f} s: {there:.1f} CPU s, driver and its runs {driver:.1f}")
    print(f"driver's memory at most {peak / 1024:.0f} MB")
    print(f"ratio of the nodes {there / here:.2f}, of all {(there + driver) / here:.2f}")
    print(differing(folder / "here", folder / "there"), flush=True)


def killing(
    given: argparse.Namespace, cluster: Any, nodes: list[Any], asked: list[str], span: Span, folder: Path
) -> None:
    """Repeat the run, each time with nodes killed at moments of the span in which they are needed."""
    chance, killed, said = random.Random(given.seed), 0, Counter[str]()
    for number in range(1, given.runs + 1):
        moments = [(chance.uniform(span.begin, span.end), chance.randrange(len(nodes))) for _ in range(given.kills)]
        kills, results = Kills(cluster, nodes, moments), folder / f"killed-{number}"
        _, seconds, _ = measured([*asked, f"--results={results}"], folder / "killed.log", kills)
        killed += kills.done
        outcome = differing(folder / "here", results)
        said[outcome] += 1
        when = ", ".join(f"node {victim + 1} at {moment:.1f} s" for moment, victim in sorted(moments)[: kills.done])
        print(f"run {number}, {when} of {seconds:.0f} s: {outcome}", flush=True)
        if "differ: 0" not in outcome:
            print((folder / "killed.log").read_text()[-3000:], flush=True)
    for outcome, count in said.items():
        print(f"{count} runs: {outcome}")
    print(f"{killed} nodes killed")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--runs", type=int, default=0)
    parser.add_argument("--kills", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("nodes", type=int)
    parser.add_argument("shards", type=int)
    main(*parser.parse_known_args())
