"""EvoEval (Xia et al., 2024): the 11 problems of its part `combine` that a public sample has, in HumanEval's form."""

from __future__ import annotations

import json

from pytest_codeeval.benchmarks.instructions import complete_function
from pytest_codeeval.benchmarks.packages import imported, not_allowed
from pytest_codeeval.benchmarks.source import Row, lacking, local_file, rows_from_file, unique
from pytest_codeeval.core.errors import DataAbsent, DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.suite import Suite

_FILES = ("sandboxfusion_samples/code_eval_EvoEval.jsonl", "sandboxfusion_samples/code_eval_EvoEval.jsonl.gz")


def load(request: DataRequest) -> Dataset:
    """Load the sample from the data folder; without the package that its tests import they are all `skipped`.

    Raises DataAbsent where it is not there, DatasetError where a row is malformed.
    """
    path = local_file(request.data_dir, *_FILES)
    if path is None:
        raise DataAbsent(lacking("EvoEval's sample", "evoeval", request.data_dir, _FILES[0]))
    rows = rows_from_file(path)
    problems = tuple(map(_problem, rows.rows))
    unique((problem.task_id, row) for problem, row in zip(problems, rows.rows, strict=True))
    needs = {one.task_id: imported(one.prompt + one.canonical_solution, one.test) for one in problems}
    return Dataset(problems, rows.sha256, rows.source, skipped=not_allowed(needs, request.packages))


def labels_of(row: Row) -> dict[str, object]:
    """Return the field `labels`, an object or the text of one.

    Raises DatasetError where it is neither.
    """
    found = row.fields.get("labels")
    try:
        labels = json.loads(found) if isinstance(found, str) else found
    except (ValueError, RecursionError):
        labels = None
    if not isinstance(labels, dict):
        raise DatasetError(f"{row.where}: field 'labels' is no object")
    return labels


def _problem(row: Row) -> Problem:
    name = labels_of(row).get("entry_point")
    if not isinstance(name, str) or not name:
        raise DatasetError(f"{row.where}: field 'labels' has no 'entry_point'")
    return Problem(
        task_id=row.text("id").removeprefix("EvoEval_"),
        prompt=row.text("content").rstrip("\n") + "\n",
        test=row.text("test"),
        entry_point=name,
        canonical_solution=row.text("canonical_solution"),
    )


EVOEVAL = Suite("evoeval", load, complete_function, aliases=("combine_EvoEval",))
