"""HumanEval Pro and MBPP Pro (Yu et al., 2024): a problem, and a second one that is solved by calls of the first."""

from __future__ import annotations

import re
import textwrap
from functools import partial

from pytest_codeeval.benchmarks.instructions import AFTER_WHOLE, fenced, in_comments
from pytest_codeeval.benchmarks.mbpp import entry_point
from pytest_codeeval.benchmarks.source import Row, published_rows, unique
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.suite import Suite


def _load(name: str, title: str, hub: str, request: DataRequest) -> Dataset:
    """Load one of the two from the data folder, else from the hub.

    Raises DataAbsent where neither has it, DatasetError where a row is malformed.
    """
    file = f"pro/{name.replace('-', '_')}"
    files = (f"{file}.jsonl.gz", f"{file}.json", f"{file}.jsonl")
    rows = published_rows(request.data_dir, files, (hub, None, "train"), title, name)
    problems = tuple(_problem(row, title.replace(" ", "")) for row in rows.rows)
    unique((problem.task_id, row) for problem, row in zip(problems, rows.rows, strict=True))
    return Dataset(problems, rows.sha256, rows.source)


def _problem(row: Row, prefix: str) -> Problem:
    number, test = row.fields.get("id"), row.text("test_code")
    if not isinstance(number, int | str) or isinstance(number, bool):
        raise DatasetError(f"{row.where}: field 'id' is no number")
    asked = [row.text("raw_problem"), row.text("new_problem")]
    code = f"{asked[0]}{row.text('raw_solution')}{asked[1]}{row.text('new_solution')}"
    name = entry_point(code, [test])
    if not name:
        raise DatasetError(f"{row.where}: field 'test_code' calls nothing that the solutions define")
    return Problem(
        task_id=f"{prefix}/{number}",
        # As Markdown has code: both functions are to be written anew, and what is no code is continued by nobody.
        prompt=textwrap.indent("\n\n\n".join(text.strip() for text in asked), "    "),
        test=test,
        entry_point=name,
        canonical_solution=code,
    )


def prompt(problem: Problem) -> Prompt:
    """Show both problems, and ask for both functions; a base model is shown them in comments."""
    # Some rows show of the second problem all but the name that its tests call.
    shown = textwrap.dedent(problem.prompt)
    named = re.search(rf"\bdef {re.escape(problem.entry_point)}\b", shown)
    name = "" if named else f" The function that solves the second problem is to be called `{problem.entry_point}`."
    asked = (
        "Solve both of these problems in Python. The solution of the second one calls that of the first, once or more."
        f"{name} Answer with one Python code block that holds both functions whole, together with their imports."
    )
    turn = f"{asked}\n\n{fenced(shown, 'python')}\n"
    return Prompt((turn,), text=in_comments(f"{asked}\n\n{shown}"), stop=AFTER_WHOLE)


def _suite(name: str, title: str, hub: str) -> Suite:
    return Suite(name, partial(_load, name, title, hub), prompt, aliases=(name.replace("-", "_"),), splits=("train",))


HUMANEVAL_PRO = _suite("humaneval-pro", "HumanEval Pro", "CodeEval-Pro/humaneval-pro")
MBPP_PRO = _suite("mbpp-pro", "MBPP Pro", "CodeEval-Pro/mbpp-pro")
