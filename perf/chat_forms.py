"""Grades canonical solutions as chat models write them: each in five forms, through extraction and the usual run.

    python perf/chat_forms.py DATA_FOLDER [-n WORKERS] [--every N] [SUITE ...]

A form must pass where the bare solution does. Forms whose programs differ in comments and blanks alone are run once.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pytest_codeeval.benchmarks import HUMANEVAL, HUMANEVALPACK_RUST, MBPP, RUST, STARTER, STARTER_RUST
from pytest_codeeval.core.problem import DataRequest, Problem
from pytest_codeeval.core.sourcecode.source import Source
from pytest_codeeval.core.sourcecode.syntax import syntax_of
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.execution.reference import reference
from pytest_codeeval.scoring.code.chat_forms import FORMS, answered, chat_answer

ROOT = Path(__file__).parent.parent
SUITES = {
    suite.name: (suite, file)
    for suite, file in (
        (STARTER, "starter"),
        (HUMANEVAL, "humaneval"),
        (MBPP, "mbpp"),
        (STARTER_RUST, "rust"),
        (HUMANEVALPACK_RUST, "rust"),
        (RUST, "rust"),
    )
}
BARE = "bare"


def main() -> None:
    """Grade all forms of the suites and print what failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("suites", nargs="*", help=f"of {', '.join(SUITES)}")
    parser.add_argument("-n", default="2", help="xdist workers")
    parser.add_argument("--every", type=int, default=1, help="take one problem in so many")
    options = parser.parse_args()
    failed = 0
    for name in options.suites or SUITES:
        suite, file = SUITES[name]
        failed += graded(suite, file, options)
    sys.exit(bool(failed))


def graded(suite: Suite, file: str, options: argparse.Namespace) -> int:
    """Grade one suite; print and return how many forms failed whose bare solution passed."""
    dataset = suite.load(DataRequest(str(options.data)))
    problems = [problem for problem in dataset.problems if problem.task_id not in dataset.skipped][:: options.every]
    answers: list[dict[str, Any]] = []
    forms: dict[tuple[str, int], list[str]] = {}
    for problem in problems:
        for number, (text, same) in enumerate(_distinct(problem)):
            answers.append({"task_id": problem.task_id, "response": text})
            forms[problem.task_id, number] = same
    rows = list(_run(suite, file, answers, options))
    passed = {(row["task_id"], form) for row in rows if row["passed"] for form in forms[_key(row)]}
    causes = {(row["task_id"], form): (row["cause"], row["detail"]) for row in rows for form in forms[_key(row)]}
    failures = [
        (problem.task_id, form)
        for problem in problems
        for form in FORMS
        if (problem.task_id, form) not in passed and (problem.task_id, BARE) in passed
    ]
    counts = {form: sum((problem.task_id, form) in passed for problem in problems) for form in (BARE, *FORMS)}
    print(f"{suite.name}: {len(problems)} problems, {len(rows)} programs run; {counts}", flush=True)
    for key in failures:
        print("  ", *key, *causes.get(key, ("not run",)))
    return len(failures)


def _distinct(problem: Problem) -> Iterator[tuple[str, list[str]]]:
    """Yield the bare solution and the answers whose programs differ, each with the names of all forms that it is."""
    program = reference(problem)
    groups: dict[str, tuple[str, list[str]]] = {
        _essence(problem, program): (f"````{problem.language}\n{program.rstrip()}\n````", [BARE])
    }
    for form in FORMS:
        essence = _essence(problem, answered(problem, form).code or "")
        groups.setdefault(essence, (chat_answer(problem, form), []))[1].append(form)
    yield from groups.values()


def _essence(problem: Problem, code: str) -> str:
    """Return the program without comments and blanks; Python's indentation counts, so that it stays as it is."""
    if problem.language == "python":
        return code
    source = Source(code, syntax_of(problem.language))
    spans = [span for span in source.inert if code.startswith(source.syntax.comments, span[0])]
    return " ".join(source.without(spans).split())


def _key(row: dict[str, Any]) -> tuple[str, int]:
    return row["task_id"], row["sample_index"]


def _run(
    suite: Suite, file: str, answers: list[dict[str, Any]], options: argparse.Namespace
) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        recording = Path(folder) / "forms.jsonl"
        recording.write_text("".join(json.dumps(answer) + "\n" for answer in answers), "utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", options.n]
        command += [f"suites/test_{file}.py", "-k", f"test_{suite.name.replace('-', '_')}[", "--self-test=off"]
        command += [f"--model=replay:{recording}", f"--data={options.data}", f"--results={folder}/results"]
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        found = list(Path(folder).glob("results/*/samples.jsonl"))
        if not found:
            sys.exit(ran.stdout + ran.stderr)
        for line in found[0].read_text("utf-8").splitlines():
            yield json.loads(line)


if __name__ == "__main__":
    main()
