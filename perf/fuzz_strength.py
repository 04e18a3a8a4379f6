"""Measures what `--fuzz` finds in recorded samples that pass the base tests, beside what EvalPlus' plus tests found.

    python perf/fuzz_strength.py DATA_FOLDER [--fuzz 200] [--seed 0] [-n PROCESSES] [--rows FILE] [--own]
        [--canonical | --others] [--words]

No plus input is used: a problem has its base tests, EvalPlus' canonical solution and contract, or with `--own` those of
HumanEval and MBPP as they were published. `--canonical` tries the canonical solutions of HumanEval, MBPP and starter,
`--others` those that EvalPlus has written anew, beside HumanEval's and MBPP's own.
Prints a line of JSON for each program as soon as it is tried, and at the end a table. With `--rows FILE` the lines are
added to a file, and what stands in it already is not tried again. `--words` tries nothing, and prints what is read from
the words of each problem.
"""

from __future__ import annotations

import argparse
import ast
import gzip
import hashlib
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path
from typing import Any

from pytest_codeeval.benchmarks import humaneval, mbpp, starter
from pytest_codeeval.core.problem import DataRequest, Problem
from pytest_codeeval.execution.factory import make_runner
from pytest_codeeval.execution.reference import reference
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.scoring.fuzz.examples import signature_of
from pytest_codeeval.scoring.fuzz.fuzzer import Fuzzer
from pytest_codeeval.scoring.fuzz.model import model_of
from pytest_codeeval.scoring.fuzz.saved import SavedInputs
from pytest_codeeval.scoring.fuzz.words import said_of

Task = tuple[str, str, str, str, Problem, str]
"""Who wrote it, the suite, the statuses on base and plus, the problem, and the program."""
_RECORDED = (
    ("llama3-8b-instruct", "humaneval", "samples_eval_results.json.gz"),
    ("qwen2.5-coder-1.5b-base", "humaneval", "generated_eval_results.json.gz"),
    ("qwen2.5-coder-1.5b-base", "mbpp", "generated_eval_results.json.gz"),
)
_state: dict[str, Any] = {}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--fuzz", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-n", type=int, default=2)
    parser.add_argument("--canonical", action="store_true")
    parser.add_argument("--others", action="store_true")
    parser.add_argument("--own", action="store_true")
    parser.add_argument("--words", action="store_true")
    parser.add_argument("--rows", type=Path)
    parser.add_argument("--cache", default="", help="folder of the inputs, to be used again by the same version")
    parser.add_argument("--only", default="", help="suites, task ids or statuses on plus, separated by commas")
    options = parser.parse_args()
    if options.canonical:
        tasks = list(_canonical(options.data))
    else:
        tasks = list(_others(options.data) if options.others else _recorded(options.data, options.own))
    only = set(filter(None, options.only.split(",")))
    tasks = [task for task in tasks if not only or {task[1], task[3], task[4].task_id} & only]
    if options.words:
        _words({task[4].task_id: task[4] for task in tasks}.values())
    else:
        _measure(tasks, options)


def _measure(tasks: Sequence[Task], options: argparse.Namespace) -> None:
    found = _known(options.rows)
    tried = {row["program"] for row in found}
    rows = options.rows.open("a", encoding="utf-8") if options.rows else sys.stdout
    with tempfile.TemporaryDirectory() as temporary:
        begin = (options.cache or temporary, options.fuzz, options.seed)
        with ProcessPoolExecutor(options.n, initializer=_begin, initargs=begin) as pool:
            for done in as_completed([pool.submit(_tried, task) for task in tasks if _program(task) not in tried]):
                found.append(done.result())
                print(json.dumps(found[-1]), file=rows, flush=True)
    _table(found)


def _words(problems: Iterable[Problem]) -> None:
    for problem in problems:
        signature, model = signature_of(problem), model_of(problem)
        if signature and model:
            types = [shapes[0].kind for shapes in model.columns]
            for relation in said_of(problem, signature.names[: len(types)], types, model.seen):
                print(f"{problem.task_id} ({', '.join(signature.names)}) {relation.name}")


def _known(rows: Path | None) -> list[dict[str, Any]]:
    return [json.loads(line) for line in rows.read_text("utf-8").splitlines()] if rows and rows.exists() else []


def _program(task: Task) -> str:
    """Return what tells one program of a problem from all others."""
    about = [*task[:4], task[4].task_id, task[5]]
    return hashlib.sha256(json.dumps(about).encode()).hexdigest()[:16]


def _canonical(data: Path) -> Iterator[Task]:
    for suite, load in (("starter", starter.load), ("humaneval", humaneval.load), ("mbpp", mbpp.load)):
        for problem in load(DataRequest(str(data))).problems:
            yield "canonical", suite, "pass", "pass", problem, reference(problem)


def _others(data: Path) -> Iterator[Task]:
    for suite, load in (("humaneval", _humaneval), ("mbpp", _mbpp)):
        rewritten = load(data, False)
        for task_id, problem in load(data, True).items():
            program = reference(rewritten[task_id])
            if _statements(program) != _statements(reference(problem)):
                yield "evalplus", suite, "pass", "pass", problem, program


def _statements(program: str) -> set[str]:
    """Return the statements of a program's functions, whatever is said of them and in whatever way."""
    functions = [node for node in ast.walk(ast.parse(program)) if isinstance(node, ast.FunctionDef)]
    return {ast.dump(one) for function in functions for one in function.body if not isinstance(one, ast.Expr)}


def _recorded(data: Path, own: bool) -> Iterator[Task]:
    problems = {**_humaneval(data, own), **_mbpp(data, own)}
    for model, suite, name in _RECORDED:
        path = data / "recorded" / "evalplus" / model / suite / name
        for task_id, samples in json.loads(gzip.decompress(path.read_bytes()))["eval"].items():
            for sample in samples:
                if sample["base_status"] == "pass" and task_id in problems:
                    yield model, suite, "pass", sample["plus_status"], problems[task_id], sample["solution"]


def _humaneval(data: Path, own: bool) -> dict[str, Problem]:
    problems = {problem.task_id: problem for problem in humaneval.load(DataRequest(str(data))).problems}
    rows = () if own else _rows(data / "humanevalplus" / "HumanEvalPlus.jsonl.gz")
    for row in rows:
        problem = problems[row["task_id"]]
        more = {"contract": row["contract"]}
        problems[row["task_id"]] = replace(
            problem, prompt=row["prompt"], canonical_solution=row["canonical_solution"], extra=more
        )
    return problems


def _mbpp(data: Path, own: bool) -> dict[str, Problem]:
    rows = list(_rows(data / "mbppplus" / "MbppPlus.jsonl.gz"))
    if own:
        found = {problem.task_id: problem for problem in mbpp.load(DataRequest(str(data), "sanitized")).problems}
        return {row["task_id"]: found[row["task_id"]] for row in rows if row["task_id"] in found}
    return {
        row["task_id"]: Problem(
            row["task_id"],
            row["prompt"],
            f"import math\n{row['assertion']}",
            row["entry_point"],
            row["canonical_solution"],
            extra={"contract": row["contract"]},
        )
        for row in rows
    }


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for line in gzip.decompress(path.read_bytes()).decode().splitlines():
        yield json.loads(line)


def _begin(folder: str, count: int, seed: int) -> None:
    runner = make_runner("python", SandboxChoice())
    _state["fuzzer"] = Fuzzer(runner, count, seed, folder, SavedInputs("", ""))  # type: ignore[arg-type]


def _tried(task: Task) -> dict[str, Any]:
    model, suite, _, plus, problem, code = task
    start, spent = time.monotonic(), _spent()
    found = _state["fuzzer"].try_program(problem, suite, code, 3.0)
    seconds, cpu = round(time.monotonic() - start, 1), round(_spent() - spent, 1)
    about = {"model": model, "suite": suite, "task_id": problem.task_id, "plus": plus, "program": _program(task)}
    return {**about, "fuzz": found.status, "said": found.said, "seconds": seconds, "cpu": cpu}


def _spent() -> float:
    """Return the CPU seconds of this process and of its children that have ended."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in usage)


def _table(rows: list[dict[str, Any]]) -> None:
    print("| samples | plus | all | fuzz failed | fuzz passed | not tried |\n|---|---|---|---|---|---|")
    for key in sorted({(row["model"], row["suite"], row["plus"]) for row in rows}):
        found = [row["fuzz"] for row in rows if (row["model"], row["suite"], row["plus"]) == key]
        counts = [found.count(status) for status in ("failed", "passed", "none")]
        print(f"| {key[0]} {key[1]} | {key[2]} | {len(found)} | {' | '.join(map(str, counts))} |")


if __name__ == "__main__":
    main()
