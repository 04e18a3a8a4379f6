"""Runs of EvalPlus and of this project on the same samples and the same file of problems, for the scripts beside it."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from process_tree import Observed, Used, run

ROOT = Path(__file__).parent.parent
FILES = {"humaneval": "humanevalplus/HumanEvalPlus.jsonl.gz", "mbpp": "mbppplus/MbppPlus.jsonl.gz"}
GIANT, _LARGEST = "Mbpp/255", 70
# As an ordinary shell has it: without what keeps byte code from being written, or adds to the path.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
# Plugins that come with what only the development of this project needs.
_ONLY_OURS = ["-p", "no:anyio", "-p", "no:hypothesispytest", "-p", "no:pytest_cov"]
_WARM = """
import sys
from evalplus.evaluate import *
kind = sys.argv[1]
problems, digest = (get_human_eval_plus(), get_human_eval_plus_hash()) if kind == "humaneval" else (
    get_mbpp_plus(), get_mbpp_plus_hash())
get_groundtruth(problems, digest, [] if kind == "humaneval" else MBPP_OUTPUT_NOT_NONE_TASKS)
"""
# EvalPlus takes its limit for a whole task from a variable, whose text it cannot compare with a number.
_EVALUATE = """
import os, runpy, sys
limit, known = float(sys.argv.pop(1)), os.getenv
os.getenv = lambda name, *more: limit if name == "EVALPLUS_TIMEOUT_PER_TASK" else known(name, *more)
runpy.run_module("evalplus.evaluate", run_name="__main__", alter_sys=True)
"""


@dataclass
class Harnesses:
    """Both harnesses: EvalPlus in the environment of `python`, this project in the one that the script runs in.

    `data` is a data folder, `folder` one to work in, in which caches stay from run to run.
    """

    python: Path
    data: Path
    folder: Path
    workers: int = 2

    def problems(self, kind: str) -> list[dict[str, Any]]:
        """Return the problems of a benchmark, having put the file that both harnesses read into the folder.

        Of one task the largest inputs are left out: their expected outputs take EvalPlus eight gigabytes.
        """
        path = self.folder / "data" / FILES[kind]
        lines = gzip.decompress((self.data / FILES[kind]).read_bytes()).splitlines()
        rows = [json.loads(line) for line in lines]
        for row in rows:
            if row["task_id"] == GIANT:
                row["plus_input"] = [one for one in row["plus_input"] if one[1] <= _LARGEST]
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(gzip.compress(b"".join(json.dumps(row).encode() + b"\n" for row in rows)))
        return rows

    def warm(self, kind: str) -> None:
        """Have EvalPlus compute its expected outputs, if it has not yet."""
        command = [str(self.python), "-c", _WARM, kind]
        subprocess.run(command, env=self._environment(kind), stdout=subprocess.DEVNULL, check=True)

    def theirs(
        self, kind: str, samples: Sequence[dict[str, Any]], watch: Observed | None = None, least_limit: int = 4
    ) -> tuple[Used, dict[str, list[dict[str, Any]]]]:
        """Have EvalPlus grade samples; return what that used, and its results by task."""
        path = self._written("theirs", samples)
        result = path.with_name("theirs_eval_results.json")
        result.unlink(missing_ok=True)
        limit = max(60, 15 * least_limit)
        command = [str(self.python), "-c", _EVALUATE, str(limit), "--dataset", kind, "--samples", str(path)]
        command += ["--parallel", str(self.workers), "--min_time_limit", str(least_limit)]
        with (self.folder / "theirs.log").open("wb") as log:
            used = run(command, watch, env=self._environment(kind), stdout=log, stderr=log)
        if not result.exists():
            sys.exit((self.folder / "theirs.log").read_text("utf-8")[-3000:])
        return used, json.loads(result.read_text("utf-8"))["eval"]

    def ours(
        self, kind: str, samples: Sequence[dict[str, Any]], watch: Observed | None = None, *more: str
    ) -> tuple[Used, dict[str, list[dict[str, Any]]]]:
        """Grade samples with this project; return what that used, and the rows of `samples.jsonl` by task."""
        results = self.folder / "results"
        shutil.rmtree(results, ignore_errors=True)
        # From a folder that has no settings of pytest's: the project's own load a plugin for its tests.
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--codeeval-suites={kind}-plus"]
        command += _ONLY_OURS
        command += [
            f"--model=replay:{self._written('ours', samples)}",
            f"--data={self.folder / 'data'}",
            f"--results={results}",
            *more,
        ]
        command += ["-n", str(self.workers)] if self.workers > 1 else []
        environment = {**ENVIRONMENT, "CODEEVAL_CACHE": str(self.folder / "cache"), "PYTHONPATH": str(ROOT)}
        with (self.folder / "ours.log").open("wb") as log:
            used = run(command, watch, cwd=self.folder, env=environment, stdout=log, stderr=log)
        try:
            (path,) = results.glob("*/samples.jsonl")
        except ValueError:
            sys.exit((self.folder / "ours.log").read_text("utf-8")[-3000:])
        found: dict[str, list[dict[str, Any]]] = {}
        for line in path.open(encoding="utf-8"):
            row = json.loads(line)
            found.setdefault(row["task_id"], []).append(row)
        return used, {task: sorted(rows, key=lambda row: row["sample_index"]) for task, rows in found.items()}

    def _written(self, name: str, samples: Sequence[dict[str, Any]]) -> Path:
        path = self.folder / f"{name}.jsonl"
        path.write_text("".join(json.dumps(sample) + "\n" for sample in samples), "utf-8")
        return path

    def _environment(self, kind: str) -> dict[str, str]:
        path = str(self.folder / "data" / FILES[kind])
        variable = {"humaneval": "HUMANEVAL_OVERRIDE_PATH", "mbpp": "MBPP_OVERRIDE_PATH"}[kind]
        return {**ENVIRONMENT, variable: path, "XDG_CACHE_HOME": str(self.folder / "evalplus")}


def pairs(
    theirs: dict[str, list[dict[str, Any]]], ours: dict[str, list[dict[str, Any]]]
) -> Iterator[tuple[str, int, dict[str, Any], dict[str, Any]]]:
    """Yield task, number of the sample, and what both said of it."""
    for task in sorted(ours, key=lambda name: int(name.rpartition("/")[2])):
        for number, (one, other) in enumerate(zip(theirs[task], ours[task], strict=True)):
            yield task, number, one, other
