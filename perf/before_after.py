"""Measures whole runs of this checkout against those of another commit, pair by pair.

    python perf/before_after.py OTHER [--data DATA] [--rounds 8] [--workers 2] > perf/before_after.md

OTHER is a checkout of the other commit, which runs in this one's environment. DATA (or CODEEVAL_DATA) holds
`recorded/codet_humaneval_10.jsonl.gz` and HumanEval. Linux only.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from process_roles import workers_of
from process_tree import Observed, Used, run

ROOT = Path(__file__).parent.parent
RECORDING = "recorded/codet_humaneval_10.jsonl.gz"
# As an ordinary shell has it: byte code is written, and read by the runs that count.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def main() -> None:
    """Measure and print the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("other", type=Path)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("CODEEVAL_DATA", ".")))
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="codeeval-perf-") as name:
        folder = Path(name)
        samples = folder / "samples.jsonl"
        count = _write_quick(options.data / RECORDING, samples)
        trees = {"before": options.other.resolve(), "after": ROOT}
        commands = {which: _command(tree, samples, folder, options) for which, tree in trees.items()}
        for which, tree in trees.items():
            _run(commands[which], tree, folder)  # compiles, and finds out about the machine
        used: dict[str, list[Used]] = {which: [] for which in trees}
        for number in range(options.rounds):
            for which in list(trees)[:: 1 if number % 2 == 0 else -1]:
                used[which].append(_run(commands[which], trees[which], folder))
        memory = {which: _memory(commands[which], tree, folder, options.workers) for which, tree in trees.items()}
    names = {which: _commit(tree) for which, tree in trees.items()}
    print("# Whole runs before and after\n")
    print(f"{count:,} recorded samples ({RECORDING}, without those that time out), `-n {options.workers}`,")
    print(f"{options.rounds} pairs in turn: median (least to most). Ratios are of each pair.\n")
    print("| | commit | CPU ms a sample | wall s | MiB a worker |\n|---|---|---|---|---|")
    for which in trees:
        cpu = _spread([one.cpu / count * 1000 for one in used[which]])
        print(f"| {which} | {names[which]} | {cpu} | {_spread([u.wall for u in used[which]])} | {memory[which]:.1f} |")
    ratios = [after.cpu / before.cpu for before, after in zip(used["before"], used["after"], strict=True)]
    walls = [after.wall / before.wall for before, after in zip(used["before"], used["after"], strict=True)]
    print(f"| ratio | | {_spread(ratios)} | {_spread(walls)} | {memory['after'] / memory['before']:.3f} |")


def _write_quick(recording: Path, to: Path) -> int:
    rows = [json.loads(line) for line in gzip.decompress(recording.read_bytes()).splitlines()]
    quick = [row for row in rows if "timed out" not in row["result"]]
    to.write_text("".join(json.dumps(row) + "\n" for row in quick), "utf-8")
    return len(quick)


def _command(tree: Path, samples: Path, folder: Path, options: argparse.Namespace) -> list[str]:
    start = f"import sys; sys.path.insert(0, {str(tree)!r}); import pytest; sys.exit(pytest.main(sys.argv[1:]))"
    suite = [
        str(tree / "suites" / "test_humaneval.py"),
        f"--rootdir={tree}",
        f"--config-file={tree / 'pyproject.toml'}",
    ]
    more = [f"--model=replay:{samples}", f"--data={options.data.resolve()}", "--fewer-samples"]
    return [sys.executable, "-c", start, "-q", "-p", "no:cacheprovider", *suite, f"-n{options.workers}", *more]


def _run(command: Sequence[str], tree: Path, folder: Path, watch: Observed | None = None) -> Used:
    environment = {**ENVIRONMENT, "PYTHONPATH": str(tree), "CODEEVAL_CACHE": str(folder / f"cache-{tree.name}")}
    with tempfile.TemporaryDirectory(dir=folder) as results, (folder / "log").open("wb") as log:
        used = run([*command, f"--results={results}"], watch, cwd=folder, env=environment, stdout=log, stderr=log)
        rows = list(Path(results).glob("*/samples.jsonl"))
    if not rows:
        sys.exit((folder / "log").read_text("utf-8")[-3000:])
    return used


def _memory(command: Sequence[str], tree: Path, folder: Path, count: int) -> float:
    """Return the most memory that a worker had, as a mean over the workers, in MiB: shared pages by their share."""
    seen = Observed(0)
    _run(command, tree, folder, seen)
    peaks = [max(look.get(pid, 0) for look in seen.memory) for pid in workers_of(seen)]
    # A process that the controller forks for a moment looks like a worker, but for its size.
    return statistics.fmean(sorted(peaks)[-count:]) / (1 << 20)


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def _commit(tree: Path) -> str:
    command = ["git", "-C", str(tree), "describe", "--always", "--dirty"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
