"""Results as EvalPlus writes them: `eval_results.json` of one model on one of its datasets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from pytest_codeeval.core.estimate import pass_at_k
from pytest_codeeval.core.text import encodable
from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.results.exports.byproblem import by_problem
from pytest_codeeval.results.run import Run

SUITES = ("humaneval", "mbpp", "humaneval-plus", "mbpp-plus")
_KS = (1, 10, 100)


def suites_of(run: Run) -> list[str]:
    """Return the suites of a run that EvalPlus has a dataset for, under whatever protocol."""
    return [suite for suite in run.suites if suite.partition("@")[0] in SUITES]


def write(run: Run, suite: str, out: IO[str]) -> None:
    """Write a run's results of one suite; without inputs beyond the benchmark's own a status by these is null.

    Which inputs a program fails on is not kept here, and left empty.
    """
    counts: list[tuple[int, int, int]] = []
    plus = suite.partition("@")[0].endswith("-plus")
    date, digest = (
        str(found or "") for found in (run.about.get("finished"), run.datasets.get(suite, {}).get("sha256"))
    )
    head = json.dumps({"date": date[:16].replace("T", " "), "hash": digest})
    out.write(f'{head[:-1]}, "eval": {{')
    for n, (task_id, rows) in enumerate(by_problem(run, suite)):
        found = list(_entries(task_id, rows, plus=plus))
        passed = [one["base_status"] == "pass" for one in found]
        both = [one["base_status"] == one["plus_status"] == "pass" for one in found]
        counts.append((len(found), sum(passed), sum(both)))
        out.write(f"{', ' if n else ''}{json.dumps(task_id)}: {json.dumps(found)}")
    figures = {"base": _pass_at([(n, base) for n, base, _ in counts])}
    if plus:
        figures["plus"] = _pass_at([(n, both) for n, _, both in counts])
    out.write(f'}}, "pass_at_k": {json.dumps(figures)}}}\n')


def _entries(task_id: str, rows: list[dict[str, Any]], *, plus: bool) -> Iterator[dict[str, Any]]:
    for row in rows:
        failed = "timeout" if row["outcome"] == Outcome.TIMEOUT else "fail"
        base = bool(row.get("base_passed")) if plus and row.get("base_passed") is not None else row["passed"]
        yield {
            "task_id": task_id,
            "solution": _program(row),
            "base_status": "pass" if base else failed,
            "plus_status": ("pass" if row["passed"] else failed) if plus else None,
            "base_fail_tests": [],
            "plus_fail_tests": [],
        }


def _program(row: Mapping[str, Any]) -> str:
    solution = row.get("solution")
    return encodable(solution) if isinstance(solution, str) else ""


def _pass_at(counts: list[tuple[int, int]]) -> dict[str, float]:
    """Return the means of pass@k, for each k that every problem has samples for."""
    most = min((n for n, _ in counts), default=0)
    return {f"pass@{k}": sum(pass_at_k(n, c, k) for n, c in counts) / len(counts) for k in _KS if k <= most}
