"""Measures the CPU time of served Rust solutions by this checkout and by others: first runs and later ones.

    python perf/rust_served.py OTHER... [--data DATA] [--problems 24] [--rounds 3]

OTHER are checkouts of other commits, which run in this one's environment; the ratios are to the last of them. DATA (or
CODEEVAL_DATA) holds `recorded/rust/gpt-4_mbpp-rs.jsonl.gz` and HumanEvalPack. Each run is one process that checks one
solution after the other. Linux only. The table stands in `rust_speed.md`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))
from process_tree import run

from pytest_codeeval.benchmarks import HUMANEVALPACK_RUST
from pytest_codeeval.core.problem import DataRequest

ROOT = Path(__file__).parent.parent
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
RECORDING = "recorded/rust/gpt-4_mbpp-rs.jsonl.gz"
# On a new machine; where another problem has been run before; and the same problems once more.
RUNS = ("machine", "dataset", "later")
CHILD = """
import json, sys
tree, rows, cache, verdicts = sys.argv[1:]
sys.path.insert(0, tree)
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.execution.factory import make_runner
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
runner = make_runner("rust", SandboxChoice("auto", (), cache))
passed = [runner.check(Problem(**row["problem"]), row["code"], 10.0).passed for row in json.load(open(rows))]
runner.close()
json.dump(passed, open(verdicts, "w"))
"""
Row = dict[str, Any]


def main() -> None:
    """Measure all in turns and print a table for each set of problems."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("others", type=Path, nargs="+")
    parser.add_argument("--data", default=os.environ.get("CODEEVAL_DATA", "."))
    parser.add_argument("--problems", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    trees = [ROOT, *(other.resolve() for other in given.others)]
    for name, rows in {"mbpp-rs": recorded(given.data), "HumanEvalPack": packed(given.data)}.items():
        spread = [rows[number * len(rows) // given.problems] for number in range(given.problems)]
        used = [measured(trees, spread, rows[1], f"{name}, round {turn + 1}", turn) for turn in range(given.rounds)]
        print("\n".join(table(name, trees, used, given.problems)), flush=True)


def recorded(data: str) -> list[Row]:
    """Return the rows of a recording: right solutions and wrong ones, and some that do not compile."""
    rows = [json.loads(line) for line in gzip.decompress((Path(data) / RECORDING).read_bytes()).splitlines()]
    return [
        row_of(row["name"], row["prompt"], row["test"], row["entry_point"], row["solution"], {"closing": ""})
        for row in rows
    ]


def packed(data: str) -> list[Row]:
    """Return HumanEvalPack's problems with their own solutions."""
    loaded = HUMANEVALPACK_RUST.load(DataRequest(data))
    return [
        row_of(
            one.task_id,
            one.prompt,
            one.test,
            one.entry_point,
            one.canonical_solution,
            one.extra,
            one.canonical_solution,
        )
        for one in loaded.problems
        if one.task_id not in loaded.skipped
    ]


def row_of(
    task: str, prompt: str, test: str, entry_point: str, code: str, extra: Mapping[str, Any], canonical: str = ""
) -> Row:
    """Return a problem and a solution as JSON."""
    problem = {"task_id": task, "prompt": prompt, "test": test, "entry_point": entry_point, "language": "rust"}
    return {"problem": {**problem, "canonical_solution": canonical, "extra": dict(extra)}, "code": code}


def measured(trees: Sequence[Path], rows: Sequence[Row], before: Row, what: str, turn: int) -> dict[Path, list[float]]:
    """Return the CPU seconds of `RUNS` by each tree, all trees in turn; `before` is the problem that comes first."""
    used: dict[Path, list[float]] = {tree: [] for tree in trees}
    verdicts: dict[Path, list[bool]] = {}
    order = list(trees)[:: -1 if turn % 2 else 1]
    with tempfile.TemporaryDirectory(prefix="codeeval-perf-") as name:
        for tree in order:
            once(tree, [before], Path(name) / f"primed-{trees.index(tree)}", name)
        for kind in RUNS:
            for tree in order:
                print(f"{what}: {kind}, {tree.name}", file=sys.stderr)
                cache = Path(name) / f"{'machine' if kind == 'machine' else 'primed'}-{trees.index(tree)}"
                cpu, verdicts[tree] = once(tree, rows, cache, name)
                used[tree].append(cpu)
            shutil.rmtree(Path(name) / "machine", ignore_errors=True)
    for tree in trees[1:]:
        if verdicts[tree] != verdicts[ROOT]:
            differ = [
                row["problem"]["task_id"]
                for row, a, b in zip(rows, verdicts[tree], verdicts[ROOT], strict=True)
                if a != b
            ]
            print(f"verdicts differ between {tree.name} and {ROOT.name}: {', '.join(differ)}", file=sys.stderr)
    return used


def once(tree: Path, rows: Sequence[Row], cache: Path, folder: str) -> tuple[float, list[bool]]:
    """Return the CPU seconds of one process that checks all rows, and their verdicts."""
    texts, verdicts = Path(folder) / "rows.json", Path(folder) / "verdicts.json"
    texts.write_text(json.dumps(rows))
    verdicts.unlink(missing_ok=True)
    used = run([sys.executable, "-c", CHILD, str(tree), str(texts), str(cache), str(verdicts)], env=ENVIRONMENT)
    passed: list[bool] = json.loads(verdicts.read_text())
    return used.cpu, passed


def table(name: str, trees: Sequence[Path], used: Sequence[Mapping[Path, list[float]]], problems: int) -> list[str]:
    """Return a table in Markdown: medians with least and most, and ratios to the last tree, round by round."""
    lines = [
        f"{problems} of {name}, {len(used)} rounds in turns, CPU seconds: median (least to most).",
        "",
        "| commit | first run on a machine | first run of a dataset | later runs |",
        "|---|---|---|---|",
    ]
    for tree in trees:
        cells = [spread([turn[tree][kind] for turn in used]) for kind in range(len(RUNS))]
        lines.append(f"| {commit(tree)} | {' | '.join(cells)} |")
    for tree in trees[:-1]:
        ratios = [[turn[tree][kind] / turn[trees[-1]][kind] for turn in used] for kind in range(len(RUNS))]
        lines.append(f"| {commit(tree)} / {commit(trees[-1])} | {' | '.join(map(spread, ratios))} |")
    return [*lines, ""]


def spread(values: Sequence[float]) -> str:
    """Return the middle of some figures, and their ends."""
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def commit(tree: Path) -> str:
    """Return the commit of a checkout, or its folder's name where there is no repository."""
    command = ["git", "-C", str(tree), "describe", "--always", "--dirty"]
    if not (tree / ".git").exists():
        return tree.name
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
