"""HumanEvalPack in Rust (Muennighoff et al., 2023): HumanEval by hand, each with a buggy solution that fails."""

from __future__ import annotations

import re

from pytest_codeeval.benchmarks.crates import needed
from pytest_codeeval.benchmarks.instructions import complete_function
from pytest_codeeval.benchmarks.programs import last_function
from pytest_codeeval.benchmarks.source import Row, Rows, published_rows, unique
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.suite import Suite

_FILES = ("rust/humanevalpack_rust.jsonl.gz", "rust/humanevalpack_rust.jsonl")

# Every row has these lines, few need them, and no standard library has the crates.
_CRATE_LINE = re.compile(r"^use (?:rand::Rng|regex::Regex|md5);\n", re.MULTILINE)
_EMPTY_MAIN = re.compile(r"^fn main\(\)\s*\{\s*\}\n", re.MULTILINE)
_USES = re.compile(r"\b(rand|regex|md5)::|\b(Regex)::")

_STOP = ("\nfn ", "\npub fn ", "\n#[", "\n/*")


def load(request: DataRequest) -> Dataset:
    """Load the Rust part from the data folder, else from the hub.

    Problems whose tests or canonical solutions need other crates are `skipped`.
    Raises DatasetError where neither has it, or a row is malformed.
    """
    rows = _rows(request)
    problems = tuple(_problem(row) for row in rows.rows)
    unique((problem.task_id, row) for problem, row in zip(problems, rows.rows, strict=True))
    reasons = {problem.task_id: needed(_crates(problem)) for problem in problems}
    return Dataset(problems, rows.sha256, rows.source, skipped={task: why for task, why in reasons.items() if why})


def _rows(request: DataRequest) -> Rows:
    hub = ("bigcode/humanevalpack", "rust", "test")
    return published_rows(request.data_dir, _FILES, hub, "HumanEvalPack", "humanevalpack-rust")


def _problem(row: Row) -> Problem:
    declaration = _CRATE_LINE.sub("", row.text("declaration")).lstrip("\n")
    # The field `entry_point` has Python's name, which ten of the functions do not bear.
    entry_point = last_function(declaration)
    if not entry_point or not declaration.rstrip().endswith("{"):
        raise DatasetError(f"{row.where}: field 'declaration' begins no function")
    return Problem(
        task_id=row.text("task_id"),
        prompt=_CRATE_LINE.sub("", _EMPTY_MAIN.sub("", row.text("prompt"))).lstrip("\n"),
        test=row.text("test"),
        entry_point=entry_point,
        canonical_solution=declaration + row.text("canonical_solution"),
        language="rust",
        extra={
            "closing": "",
            "stop": list(_STOP),
            "buggy_solution": declaration + row.text("buggy_solution"),
            "bug_type": row.text("bug_type", required=False),
        },
    )


def _crates(problem: Problem) -> set[str]:
    found = _USES.findall(problem.canonical_solution + problem.test)
    return {crate or name.lower() for crate, name in found}


HUMANEVALPACK_RUST = Suite(
    "humanevalpack-rust", load, complete_function, language="rust", timeout=10.0, splits=("test",)
)
