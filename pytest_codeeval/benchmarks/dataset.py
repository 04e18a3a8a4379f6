"""Any other dataset: a user's own file or folder of problems, or one on the Hugging Face hub (`--dataset`).

A row needs a `prompt`; `task_id`, `test`, `entry_point` and `canonical_solution` are HumanEval's. Tests in Python may
be `tests` (a text, or a list of them), MBPP's `test_list`, or calls: `inputs` and `outputs`, or APPS' `input_output`.
Whole programs that read standard input have `tests` that are objects with `input` and `output`; see programtests.
A folder of problems comes to such rows; see problemfolder.
Its language is that of its field `language`, where that names one that is graded here, else `--language`.
Rows in other languages than Python may have their tests as `tests`, and these further fields:

* `closing`: says that a completion continues the prompt, and leaves out this text at its end (it may be empty).
  Where the field is missing, a prompt that breaks off inside a function is such a prompt, and where the tests begin
  with a line `}` that line is the closing.
* `stop`: texts that end a base model's continuation.
* `crate` (Rust): the solution is src/lib.rs of the crate of this name, and `test` a file of its own with #[test]
  functions; so it is too where that file begins with `use NAME::`. `crate` may as well be an object with `name`,
  `edition` and `allow` (lints of clippy).
* `cargo_toml` (Rust): the crate's Cargo.toml, for name, edition and lints; a row whose crate needs others is skipped.
* `tests`, `files` (Rust, with a crate): several files as an object of texts by path, below tests/ and src/.

A row whose `task` names one of the Python tasks is left to that suite.

Rust's tests have #[test] functions, or `fn main` where the program is one file.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pytest_codeeval.benchmarks.crates import needed
from pytest_codeeval.benchmarks.instructions import complete_function, describe_function, write_crate, write_program
from pytest_codeeval.benchmarks.other_languages import Foreign, foreign
from pytest_codeeval.benchmarks.parquet import rows_from_parquet
from pytest_codeeval.benchmarks.problemfiles import read_folder
from pytest_codeeval.benchmarks.problemfolder import row_of
from pytest_codeeval.benchmarks.programs import LANGUAGES
from pytest_codeeval.benchmarks.programtests import FIELDS, program_tests
from pytest_codeeval.benchmarks.rowtests import demand_entry_point, demand_program, demand_read, with_test
from pytest_codeeval.benchmarks.source import Row, Rows, rows_from_file, rows_from_hub, unique
from pytest_codeeval.core.errors import DataAbsent, DatasetError
from pytest_codeeval.core.inputoutput import has_input_output
from pytest_codeeval.core.jsonl import as_text
from pytest_codeeval.core.language import canonical
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.suite import Suite

TASK = "task"
"""The field of a row by which it is for another suite than this one, if it is one of `TASKS`."""
TASKS = (
    "python_code_completion",
    "python_code_repair",
    "python_function_generation",
    "python_docstring_generation",
    "python_code_translation",
)
_LONGEST = 3600
_FIELDS = {"task_id", "prompt", "test", "entry_point", "canonical_solution"}


def load(request: DataRequest) -> Dataset:
    """Load `request.dataset`: a JSONL or parquet file, a folder of problems, or `owner/name` on the hub (split `test`).

    Raises DatasetError where it cannot be read, or a row has no prompt.
    """
    rows = own_rows(request)
    numbered = [(number, row) for number, row in enumerate(rows.rows) if row.fields.get(TASK) not in TASKS]
    if not numbered:
        raise DataAbsent(f"--dataset={request.dataset!r} has rows of the Python tasks only: run the suites they name")
    found = [row_problem(row, number, request.language) for number, row in numbered]
    problems = tuple(problem for problem, _ in found)
    unique((problem.task_id, row) for problem, (_, row) in zip(problems, numbered, strict=True))
    return Dataset(
        problems,
        rows.sha256,
        rows.source,
        variant=own_name(request),
        skipped={problem.task_id: needed(needs) for problem, needs in found if needs},
        places={problem.task_id: row.where for problem, (_, row) in zip(problems, numbered, strict=True)},
        strict=Path(request.dataset or "").is_dir(),
    )


def own_name(request: DataRequest) -> str:
    """Return what `request.dataset` is called behind the name of a suite."""
    path = Path(request.dataset or "")
    return (path.resolve() if path.is_dir() else path).name.split(".")[0]


def own_rows(request: DataRequest) -> Rows:
    """Return the rows of `request.dataset`, whatever suite they are for.

    Raises DatasetError where it cannot be read.
    """
    path = Path(request.dataset or "")
    if path.is_dir():
        problems, digest = read_folder(path)
        return Rows(tuple(row_of(problem, request.language) for problem in problems), digest, str(path))
    if path.is_file():
        return file_rows(path)
    missing = f"--dataset={request.dataset!r} names no file or folder here"
    return rows_from_hub(request.dataset or "", None, (request.split or "test",), missing)


def file_rows(path: Path) -> Rows:
    """Read the rows of a user's own file; raises DatasetError where it cannot be read."""
    return rows_from_parquet(path) if path.suffix == ".parquet" else rows_from_file(path)


def row_problem(row: Row, number: int, asked: str) -> tuple[Problem, tuple[str, ...]]:
    """Return the problem of a row, and the crates that it needs; `asked` is the language of a row that says none.

    Raises DatasetError naming the row where it cannot be read.
    """
    task_id = row_id(row, number)
    _check_timeout(row)
    language = language_of(row, asked)
    if tests := program_tests(row, language):
        others = _others(row.fields, FIELDS)
        solution = row.text("canonical_solution", required=False)
        return Problem(task_id, row.text("prompt"), tests.test, "", solution, language, {**others, **tests.extra}), ()
    row = with_test(row) if language == "python" else row
    demand_program(row)
    prompt = row.text("prompt")
    found = Foreign(row.text("test", required=False)) if language == "python" else foreign(row, prompt, language)
    if not found.test:
        demand_read(row, frozenset(("test", *found.taken)))
    problem = Problem(
        task_id=task_id,
        prompt=prompt,
        test=found.test,
        entry_point=_entry_point(row, graded=language == "python" and bool(found.test)),
        canonical_solution=row.text("canonical_solution", required=False),
        language=language,
        extra={**_others(row.fields, found.taken), **found.extra},
    )
    return problem, found.needs


def row_id(row: Row, number: int) -> str:
    """Return the task id of a row, its number if it has none."""
    task_id = row.fields.get("task_id", number)
    if not isinstance(task_id, str | int) or isinstance(task_id, bool) or task_id == "":
        raise DatasetError(f"{row.where}: field 'task_id' is not a text or a whole number")
    return str(task_id)


def _entry_point(row: Row, *, graded: bool) -> str:
    said = row.text("entry_point", required=False).strip()
    if said and graded:
        demand_entry_point(row, said)
    return said


def _check_timeout(row: Row) -> None:
    seconds = row.fields.get("timeout")
    if seconds is not None and not (type(seconds) in (int, float) and 0 < seconds <= _LONGEST):
        raise DatasetError(f"{row.where}: field 'timeout' is not a number of seconds up to {_LONGEST}")


def language_of(row: Row, asked: str) -> str:
    """Return the language that a row says it is in; a word that names none here is about something else."""
    said = row.fields.get("language")
    found = canonical(said) if isinstance(said, str) else ""
    return found if found in LANGUAGES else asked


def _others(fields: Mapping[str, Any], read: frozenset[str]) -> dict[str, Any]:
    """Return the fields that nobody has read as plain JSON values: dates as texts, without what is none at all."""
    found = {}
    for key, value in fields.items():
        if key not in _FIELDS | read:
            with suppress(TypeError, ValueError):  # bytes, such as an image's
                found[key] = json.loads(json.dumps(value, default=as_text))
    return found


def instruction(problem: Problem) -> Prompt | str:
    """Ask for the program where it is run on inputs, the function where the prompt is code, the file of a crate.

    Any other prompt is put as it stands.
    """
    if has_input_output(problem):
        return write_program(problem)
    if "crate" in problem.extra and problem.language == "rust":
        return write_crate(problem)
    if problem.stub:
        return complete_function(problem)
    return describe_function(problem) if "shown_tests" in problem.extra else problem.prompt


DATASET = Suite("dataset", load, instruction, splits=("*",))
