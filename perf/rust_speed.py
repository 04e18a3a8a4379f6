"""Measures a whole run of exercism's Rust problems against the three plain commands in a fresh folder for each problem.

    python perf/rust_speed.py [--data DATA] [--problems 24] [--rounds 2] [--cores 0,1] > perf/rust_speed.md

The plain way is `cargo build`, `cargo clippy` and `cargo test -- --include-ignored`, offline, two problems at a time.
Ours is `pytest -n 2` from its start to its end. Both grade the examples, and the verdicts are compared stage by stage.
DATA (or CODEEVAL_DATA) holds `rust/exercism.jsonl.gz`. It needs cargo and clippy. Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pytest_codeeval.benchmarks import RUST
from pytest_codeeval.core.problem import DataRequest, Problem

ROOT = Path(__file__).resolve().parents[1]
AT_WORK = 2
# Their tests alone take 14 s and 2 s, and all others' less than 0.4 s: it is not the commands that take the time there.
SLOW = {"palindrome-products", "perfect-numbers"}
STAGES = ("build", "clippy", "test")
# As an ordinary shell has it: without what keeps byte code from being written, or adds to the path.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
Verdicts = dict[str, tuple[bool, ...]]
SUITE = """
from dataclasses import replace
import pytest
from pytest_codeeval.benchmarks import RUST

CHOSEN = {chosen!r}

def load(request):
    loaded = RUST.load(request)
    return replace(loaded, problems=tuple(p for p in loaded.problems if p.task_id in CHOSEN), skipped={{}})

@pytest.mark.suite(replace(RUST, load=load))
def test_rust(check, solutions):
    assert check(solutions).passed
"""


def main() -> None:
    """Run both in turns and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", default=os.environ.get("CODEEVAL_DATA"))
    parser.add_argument("--problems", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--cores", default="0,1")
    given = parser.parse_args()
    os.sched_setaffinity(0, [int(core) for core in given.cores.split(",")])
    problems = chosen(given.data, given.problems)
    ways: dict[str, Callable[[], Verdicts]] = {
        "cargo, three commands": lambda: by_cargo(problems),
        "pytest-codeeval": lambda: by_pytest(problems, given.data),
    }
    used: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    verdicts: dict[str, Verdicts] = {}
    for turn in range(given.rounds):
        for way in sorted(ways, reverse=bool(turn % 2)):
            print(f"round {turn + 1}: {way}", file=sys.stderr)
            start, before = time.monotonic(), cpu()
            verdicts[way] = ways[way]()
            used[way].append((time.monotonic() - start, cpu() - before))
    print(report(problems, used, verdicts, given.cores))


def chosen(data: str | None, count: int) -> list[Problem]:
    """Return problems spread evenly over those that need no crates."""
    loaded = RUST.load(DataRequest(data))
    able = [one for one in loaded.problems if one.task_id not in loaded.skipped and one.task_id not in SLOW]
    return [able[number * len(able) // count] for number in range(count)]


def by_cargo(problems: Sequence[Problem]) -> Verdicts:
    """Return what the three commands say of each problem's example, in a folder of its own."""
    with ThreadPoolExecutor(AT_WORK) as at_work:
        return dict(zip((one.task_id for one in problems), at_work.map(plainly, problems), strict=True))


def plainly(problem: Problem) -> tuple[bool, ...]:
    """Return whether each of the three commands succeeds; a warning of clippy is a failure."""
    crate = problem.extra["crate"]
    with tempfile.TemporaryDirectory(prefix="codeeval-") as name:
        folder = Path(name)
        allowed = "".join(f'{lint} = "allow"\n' for lint in crate["allow"])
        manifest = f'[package]\nname = "{crate["name"]}"\nversion = "0.1.0"\nedition = "{crate["edition"]}"\n'
        texts = {**crate["tests"], **crate["files"], "src/lib.rs": problem.canonical_solution}
        texts["Cargo.toml"] = manifest + (f"[lints.clippy]\n{allowed}" if allowed else "")
        for path, text in texts.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        commands = (
            ["cargo", "build", "--offline", "--quiet"],
            ["cargo", "clippy", "--offline", "--quiet", "--", "-D", "warnings"],
            ["cargo", "test", "--offline", "--quiet", "--", "--include-ignored"],
        )
        return tuple(
            subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0
            for command in commands
        )


def by_pytest(problems: Sequence[Problem], data: str | None) -> Verdicts:
    """Return what a whole run says of them."""
    with tempfile.TemporaryDirectory(prefix="codeeval-") as name:
        folder = Path(name)
        tasks = {one.task_id for one in problems}
        (folder / "test_rust.py").write_text(SUITE.format(chosen=tasks))
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-n",
            str(AT_WORK),
            "--dist=worksteal",
        ]
        command += ["test_rust.py", "--model=reference", f"--results={folder / 'results'}"]
        command += [f"--data={data}"] if data else []
        ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=ENVIRONMENT)
        found = list((folder / "results").rglob("samples.jsonl"))
        if not found:
            raise SystemExit(ended.stdout + ended.stderr)
        rows = [json.loads(line) for line in found[0].read_text().splitlines()]
    verdicts = {}
    for row in rows:
        stages = {stage["name"]: stage["passed"] for stage in row["stages"]}
        verdicts[row["task_id"]] = tuple(stages.get(stage, False) for stage in STAGES)
    return verdicts


def cpu() -> float:
    """Return the CPU seconds of all processes that have ended so far below this one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def report(
    problems: Sequence[Problem], used: dict[str, list[tuple[float, float]]], verdicts: dict[str, Verdicts], cores: str
) -> str:
    """Return the table in Markdown."""
    rustc = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    wall = {way: statistics.median(run[0] for run in runs) for way, runs in used.items()}
    spent = {way: statistics.median(run[1] for run in runs) for way, runs in used.items()}
    plain, ours = wall
    lines = [
        "# Rust problems a minute",
        "",
        (
            f"`python perf/rust_speed.py`: the examples of {len(problems)} exercism problems, {AT_WORK} at a time on "
            f"cores {cores}, without those whose tests themselves take long ({', '.join(sorted(SLOW))}), "
            f"{len(used[plain])} rounds in turns, medians; {rustc}, Python {platform.python_version()}."
        ),
        "",
        "| way | problems/min | wall s | CPU s a problem | wall s of the rounds |",
        "|---|---|---|---|---|",
    ]
    for way, runs in used.items():
        rounds = ", ".join(f"{run[0]:.1f}" for run in runs)
        each = spent[way] / len(problems)
        lines.append(f"| {way} | {60 * len(problems) / wall[way]:.1f} | {wall[way]:.1f} | {each:.2f} | {rounds} |")
    same = sum(verdicts[plain][task] == verdicts[ours].get(task) for task in verdicts[plain])
    lines += [
        "",
        f"Ratio: {wall[plain] / wall[ours]:.1f} in wall time, {spent[plain] / spent[ours]:.1f} in CPU time.",
        f"Verdicts of build, clippy and test alike: {same} of {len(problems)}.",
    ]
    for task in sorted(verdicts[plain]):
        if verdicts[plain][task] != verdicts[ours].get(task):
            lines.append(f"- {task}: cargo {verdicts[plain][task]}, ours {verdicts[ours].get(task)}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
