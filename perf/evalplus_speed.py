"""Measures this project against `evalplus.evaluate` on HumanEval+, both with the expected outputs at hand.

    python perf/evalplus_speed.py PYTHON [--data DATA] [--workers 2] [--folder FOLDER] > perf/evalplus_speed.md

PYTHON is the interpreter of an environment with `evalplus` from PyPI. DATA (or CODEEVAL_DATA) has HumanEval+ and
`recorded/codet_humaneval_10.jsonl.gz`. With a FOLDER what is found out once stays there. Linux only, and as root where
memory is to be told of.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from evalplus_runs import Harnesses, pairs
from process_tree import Observed, counts_all, peak

RECORDING = "recorded/codet_humaneval_10.jsonl.gz"
EACH = 2
LEAST = 1  # seconds of an input: what EvalPlus takes if nobody says otherwise
LONG = 1.0  # seconds of CPU time of a sample's own calls, from which on it is left out of the last case


def main() -> None:
    """Run everything and print the tables as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("python", type=Path)
    parser.add_argument("--data", type=Path, default=os.environ.get("CODEEVAL_DATA"))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    if options.data is None:
        parser.error("give --data or set CODEEVAL_DATA")
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(exist_ok=True)
        report(Harnesses(options.python, Path(options.data), folder, options.workers))


def report(both: Harnesses) -> None:
    """Measure, then print."""
    problems = both.problems("humaneval")
    canonical = [{"task_id": p["task_id"], "solution": p["prompt"] + p["canonical_solution"]} for p in problems]
    both.warm("humaneval")
    both.ours("humaneval", canonical)
    recorded = gzip.decompress((both.data / RECORDING).read_bytes()).splitlines()
    cases = {"canonical solutions": canonical, "recorded samples": first_of_each(map(json.loads, recorded), problems)}
    rows = []
    for name, samples in cases.items():
        lines, seconds = measured(both, name, samples)
        rows += lines
    # Of the recorded ones, which come last.
    short = [sample for sample, cpu in zip(samples, seconds, strict=True) if cpu < LONG]
    rows += measured(both, f"of these, without those that compute for {LONG:.0f} s or more", short)[0]
    print("# Speed on HumanEval+ against evalplus.evaluate\n")
    how = "of a control group for each run" if counts_all() else "as `wait4` has it, user and system, with children"
    print(f"{both.workers} at work, expected outputs at hand on both sides; CPU time {how}.")
    print(
        "Memory is the highest sum of the PSS of all processes. The recorded samples are the first two of each problem"
    )
    print(f"of `{RECORDING}`, most of which fail. One run, on a machine that others use too.\n")
    print("| samples | harness | right by base | by base and plus | CPU s | share | memory, MiB |")
    print("|---|---|---|---|---|---|---|")
    print("\n".join(rows))


def first_of_each(rows: Any, problems: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the first samples of each problem, as programs."""
    prompts = {problem["task_id"]: problem["prompt"] for problem in problems}
    seen: Counter[str] = Counter()
    found = []
    for row in rows:
        task = row["task_id"]
        seen[task] += 1
        if seen[task] <= EACH:
            found.append({"task_id": task, "solution": prompts[task] + row["completion"]})
    return found


def measured(both: Harnesses, name: str, samples: list[dict[str, Any]]) -> tuple[list[str], list[float]]:
    """Return the lines of the table for some samples, and the CPU seconds of each sample's own calls here."""
    watched = Observed(0), Observed(0)
    their_use, theirs = both.theirs("humaneval", samples, watched[0], LEAST)
    our_use, ours = both.ours("humaneval", samples, watched[1])
    base: Counter[str] = Counter()
    plus: Counter[str] = Counter()
    own: dict[tuple[str, int], float] = {}
    for task, number, one, other in pairs(theirs, ours):
        own[task, number] = other["cpu_seconds"]
        base["evalplus"] += one["base_status"] == "pass"
        plus["evalplus"] += one["base_status"] == one["plus_status"] == "pass"
        base["here"] += other["base_passed"]
        plus["here"] += other["passed"]
    lines = []
    for harness, used, seen in (("evalplus", their_use, watched[0]), ("here", our_use, watched[1])):
        memory = f"{peak(seen, {0: set(seen.processes)}) / 2**20:,.0f}" if not seen.unreadable else "?"
        share = f"{used.cpu / their_use.cpu:.0%}"
        figures = f"{base[harness]} | {plus[harness]} | {used.cpu:.1f} | {share} | {memory}"
        lines.append(f"| {len(samples)} {name} | {harness} | {figures} |")
        print(lines[-1], file=sys.stderr)
    return lines, list(seconds_of(samples, own))


def seconds_of(samples: list[dict[str, Any]], own: dict[tuple[str, int], float]) -> Iterator[float]:
    """Yield the seconds of each sample, of which those of a task are numbered as they come."""
    seen: Counter[str] = Counter()
    for sample in samples:
        task = sample["task_id"]
        yield own[task, seen[task]]
        seen[task] += 1


if __name__ == "__main__":
    main()
