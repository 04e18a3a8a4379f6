"""python_code_repair: a function that is wrong, to be mended with as few changes as it takes."""

from __future__ import annotations

from pytest_codeeval.benchmarks.instructions import AFTER_PROGRAM, fenced, in_comments
from pytest_codeeval.benchmarks.pythontasks.rows import Made, Task, python_problem
from pytest_codeeval.benchmarks.source import Row
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.scoring.code.mutants import BROKEN
from pytest_codeeval.scoring.code.repair import RepairScorer


def _make(row: Row, number: int) -> Made:
    problem = python_problem(row, number)
    if problem.stub:
        raise DatasetError(f"{row.where}: field 'prompt' is code, and has to say in words what the function does")
    broken = row.text(BROKEN)
    if broken.strip() == problem.canonical_solution.strip():
        raise DatasetError(f"{row.where}: field {BROKEN!r} is the same as 'canonical_solution'")
    return Made(problem)


def prompt(problem: Problem) -> Prompt:
    """Show what is to be done and what does it wrongly."""
    words, broken = problem.prompt.strip(), str(problem.extra[BROKEN])
    asked = f"A Python function is to do the following.\n\n{words}\n\nThis one does not:"
    chat = (
        f"{asked}\n\n{fenced(broken, 'python')}\n\nMend it with as few changes as it takes, and keep its name and "
        "parameters. Answer with one Python code block that holds the whole mended function, together with its "
        "imports.\n"
    )
    text = f"{in_comments(asked)}{in_comments(broken)}# The mended function:\n\n"
    return Prompt((chat,), text=text, stop=AFTER_PROGRAM)


PYTHON_CODE_REPAIR = Suite(
    "python_code_repair", Task("python_code_repair", "repair.jsonl", _make).load, prompt, scorer=RepairScorer()
)
