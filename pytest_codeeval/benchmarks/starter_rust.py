"""starter-rust: 12 small crates of this project's own, shipped with it, so that Rust needs no data either."""

from importlib.resources import files

from pytest_codeeval.benchmarks.crates import Manifest, checked, crate, test_text
from pytest_codeeval.benchmarks.instructions import AFTER_CRATE, fenced, write_crate
from pytest_codeeval.benchmarks.source import Row, rows_from_bytes
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.suite import Suite


def load(_request: DataRequest) -> Dataset:
    """Load the problems from the package; nothing of the request matters."""
    rows = rows_from_bytes(files(__package__).joinpath("starter_rust.jsonl").read_bytes(), "starter_rust.jsonl")
    return Dataset(tuple(_problem(row) for row in rows.rows), rows.sha256, "package")


def _problem(row: Row) -> Problem:
    manifest = checked(row, Manifest(row.text("crate")), "crate")
    built = crate(row, manifest, {f"tests/{manifest.name}.rs": row.text("test")}, field="test")
    stub = fenced(row.text("stub"), "rust")
    return Problem(
        task_id=row.text("task_id"),
        prompt=f"{row.text('text').strip()}\n\nThe file src/lib.rs is given as:\n\n{stub}\n",
        test=test_text(built),
        entry_point=row.text("entry_point"),
        canonical_solution=row.text("canonical_solution"),
        language="rust",
        extra={"difficulty": row.fields["difficulty"], "crate": built, "stop": list(AFTER_CRATE)},
    )


STARTER_RUST = Suite("starter-rust", load, write_crate, language="rust", timeout=10.0)
