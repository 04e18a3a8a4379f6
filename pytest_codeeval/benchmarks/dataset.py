"""Any other dataset: a user's own file of problems, or one on the Hugging Face hub (`--dataset`)."""

import ast
import json
import re
from pathlib import Path

from pytest_codeeval.benchmarks.instructions import complete_function
from pytest_codeeval.benchmarks.source import Row, rows_from_file, rows_from_hub, unique
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem, Suite

_FIELDS = {"task_id", "prompt", "test", "entry_point", "canonical_solution"}


def load(request: DataRequest) -> Dataset:
    """Load `request.dataset`: a JSONL file, or `owner/name` on the hub (split `test` unless another is asked).

    Raises DatasetError where it cannot be read, or a row has no prompt.
    """
    name = request.dataset or ""
    path = Path(name)
    if path.is_file():
        rows = rows_from_file(path)
    else:
        missing = f"--dataset={name!r} names no file here"
        rows = rows_from_hub(name, None, (request.split or "test",), missing)
    problems = tuple(_problem(row, number, request.language) for number, row in enumerate(rows.rows))
    unique((problem.task_id, row) for problem, row in zip(problems, rows.rows, strict=True))
    return Dataset(problems, rows.sha256, rows.source, variant=path.name.split(".")[0])


def _problem(row: Row, number: int, language: str) -> Problem:
    task_id = row.fields.get("task_id", number)
    if not isinstance(task_id, str | int) or isinstance(task_id, bool) or task_id == "":
        raise DatasetError(f"{row.where}: field 'task_id' is not a text or a whole number")
    test = row.text("test", required=False)
    if language == "python":
        _check_test(row, test, bool(row.fields.get("entry_point")))
    return Problem(
        task_id=str(task_id),
        prompt=row.text("prompt"),
        test=test,
        entry_point=row.text("entry_point", required=False),
        canonical_solution=row.text("canonical_solution", required=False),
        language=language,
        extra={key: value for key, value in row.fields.items() if key not in _FIELDS and _plain(value)},
    )


def _check_test(row: Row, test: str, has_entry_point: bool) -> None:
    """Raise DatasetError for a test that would fail every solution, or pass every one."""
    try:
        statements = ast.parse(test).body
    except (SyntaxError, ValueError) as error:
        raise DatasetError(f"{row.where}: field 'test' is not Python ({error})") from None
    defines = any(isinstance(statement, ast.FunctionDef) and statement.name == "check" for statement in statements)
    if defines and not has_entry_point and not re.search(r"^check\(", test, re.MULTILINE):
        raise DatasetError(
            f"{row.where}: field 'entry_point' is missing, and the test's check() is to be called with it"
        )


def _plain(value: object) -> bool:
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return False
    return True


def instruction(problem: Problem) -> str:
    """Ask for the function where the prompt is code; else put the prompt as it stands."""
    return complete_function(problem) if problem.stub else problem.prompt


DATASET = Suite("dataset", load, instruction, splits=("*",))
