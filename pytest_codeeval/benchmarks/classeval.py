"""ClassEval (Du et al., 2024): 100 classes in Python to be written from a skeleton, each with cases of unittest."""

from __future__ import annotations

import re

from pytest_codeeval.benchmarks.instructions import AFTER_WHOLE, fenced, in_comments
from pytest_codeeval.benchmarks.packages import imported, not_allowed
from pytest_codeeval.benchmarks.source import Row, published_rows, unique
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.suite import Suite

_FILES = ("classeval/ClassEval_data.jsonl.gz", "classeval/ClassEval_data.json", "classeval/ClassEval_data.jsonl")
_IMPORT = re.compile(r"^(?:import|from)[ \t][^\n]*\n", re.MULTILINE)

# Nobody can pass these, by a text that only such tests have.
_SKIPPED = {
    "ClassEval_17": ("get_upcoming_events(1)", "its tests ask for the events to come of a day that has passed"),
    "ClassEval_48": ("LAPTOP-", "its tests expect the name of their authors' machine"),
}
_FAULTS = {"ClassEval_51": ("np.mat(", "its own solution calls `np.mat`, which NumPy has no longer since 2.0")}


def load(request: DataRequest) -> Dataset:
    """Load ClassEval from the data folder, else from the hub; what needs packages that are not allowed is `skipped`.

    Raises DataAbsent where neither has it, DatasetError where a row is malformed.
    """
    rows = published_rows(request.data_dir, _FILES, ("FudanSELab/ClassEval", None, "test"), "ClassEval", "classeval")
    problems = tuple(map(_problem, rows.rows))
    unique((problem.task_id, row) for problem, row in zip(problems, rows.rows, strict=True))
    needs = {one.task_id: imported(one.canonical_solution, one.test) for one in problems}
    told = {one.task_id: one.test + one.canonical_solution for one in problems}
    skipped = {task: why for task, (mark, why) in _SKIPPED.items() if mark in told.get(task, "")}
    faults = {task: why for task, (mark, why) in _FAULTS.items() if mark in told.get(task, "")}
    skipped = {**not_allowed(needs, request.packages), **skipped}
    return Dataset(problems, rows.sha256, rows.source, faults=faults, skipped=skipped)


def _problem(row: Row) -> Problem:
    # Some skeletons lack imports that belong to them, or have others.
    imports = "".join(f"{line}\n" for line in row.texts("import_statement"))
    skeleton = _IMPORT.sub("", row.text("skeleton")).strip("\n")
    if skeleton.startswith("'''"):  # all of one stands in a text
        skeleton = skeleton.strip("'\n")
    return Problem(
        task_id=row.text("task_id"),
        prompt=f"{imports}\n\n{skeleton}\n".lstrip("\n"),
        test=row.text("test"),
        entry_point=row.text("class_name"),
        canonical_solution=imports + row.text("solution_code"),
    )


def prompt(problem: Problem) -> Prompt:
    """Ask for the whole class; a base model is shown the skeleton in comments, as no class goes on behind one."""
    asked = f"Write the Python class {problem.entry_point}, of which this is the skeleton, with all its methods."
    form = "Answer with one Python code block that holds the whole class, together with its imports."
    turn = f"{asked} {form}\n\n{fenced(problem.prompt, 'python')}\n"
    return Prompt((turn,), text=in_comments(f"{asked}\n\n{problem.prompt}"), stop=AFTER_WHOLE)


CLASSEVAL = Suite(
    "classeval",
    load,
    prompt,
    timeouts={"ClassEval_35": 60.0},  # one of its tests has all states of a puzzle searched
    splits=("test",),
)
