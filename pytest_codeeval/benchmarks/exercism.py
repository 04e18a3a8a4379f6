"""Exercism's Rust exercises: 106 small crates, each with a file to write and a suite of tests."""

from __future__ import annotations

from typing import Any

from pytest_codeeval.benchmarks.crates import Manifest, crate, needed, read_manifest, test_text
from pytest_codeeval.benchmarks.instructions import AFTER_CRATE, fenced, write_crate
from pytest_codeeval.benchmarks.source import Row, lacking, local_file, rows_from_file, unique
from pytest_codeeval.core.errors import DataAbsent, DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.suite import Suite

_FILES = ("rust/exercism.jsonl.gz", "rust/exercism.jsonl")


def load(request: DataRequest) -> Dataset:
    """Load the exercises from the data folder; no hub has them in this form.

    Exercises whose tests or whose own solution need other crates are `skipped`.
    Raises DataAbsent where the folder has no such file, DatasetError where a row is malformed.
    """
    path = local_file(request.data_dir, *_FILES)
    if path is None:
        raise DataAbsent(lacking("Exercism's track", "rust", request.data_dir, _FILES[0]))
    rows = rows_from_file(path)
    manifests = [read_manifest(row, row.text("cargo_toml")) for row in rows.rows]
    problems = tuple(map(_problem, rows.rows, manifests))
    unique((problem.task_id, row) for problem, row in zip(problems, rows.rows, strict=True))
    needs = map(_needs, rows.rows, manifests)
    reasons = {problem.task_id: needed(names) for problem, names in zip(problems, needs, strict=True)}
    return Dataset(problems, rows.sha256, rows.source, skipped={task: why for task, why in reasons.items() if why})


def _problem(row: Row, manifest: Manifest) -> Problem:
    difficulty = row.fields.get("difficulty")
    if not isinstance(difficulty, int) or isinstance(difficulty, bool):
        raise DatasetError(f"{row.where}: field 'difficulty' is not a whole number")
    # Benches and Markdown are no part of a build.
    others = row.fields.get("other_files") or {}
    if not isinstance(others, dict):
        raise DatasetError(f"{row.where}: field 'other_files' is no texts by path")
    files = {path: text for path, text in others.items() if path.startswith(("src/", "tests/"))}
    built = crate(row, manifest, row.fields.get("tests"), files)
    return Problem(
        task_id=row.text("slug"),
        prompt=_prompt(row, built),
        test=test_text(built),
        canonical_solution=row.text("example"),
        language="rust",
        extra={
            "difficulty": difficulty,
            "deprecated": row.text("status", required=False) == "deprecated",
            "crate": built,
            "stop": list(AFTER_CRATE),
        },
    )


def _prompt(row: Row, built: dict[str, Any]) -> str:
    """Return what a student is told, and the files that a student is given."""
    words = [row.text("introduction", required=False), row.text("instructions")]
    given = [f"The file src/lib.rs of the crate {built['name']} is given as:\n\n{fenced(row.text('stub'), 'rust')}"]
    given += [
        f"The file {path}, which stays as it is:\n\n{fenced(text, 'rust')}" for path, text in built["files"].items()
    ]
    return "\n\n".join(part.strip() for part in [*words, *given] if part.strip()) + "\n"


def _needs(row: Row, manifest: Manifest) -> set[str]:
    """Return the crates that the tests or the example need; a stub may do with fewer."""
    own = row.text("example_cargo_toml", required=False)
    return {*manifest.needs, *(read_manifest(row, own, "example_cargo_toml").needs if own else ())}


RUST = Suite(
    "rust",
    load,
    write_crate,
    language="rust",
    timeout=10.0,
    timeouts={"palindrome-products": 60.0},  # its example takes 13 s without optimisation
)
