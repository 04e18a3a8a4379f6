"""python_code_completion and python_function_generation: a function from its beginning, or from words."""

from __future__ import annotations

from pytest_codeeval.benchmarks.instructions import complete_function
from pytest_codeeval.benchmarks.pythontasks.rows import Made, Task, python_problem
from pytest_codeeval.benchmarks.source import Row
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.suite import Suite


def _begun(row: Row, number: int) -> Made:
    problem = python_problem(row, number)
    if not problem.stub:
        raise DatasetError(f"{row.where}: field 'prompt' is not code that begins {problem.entry_point}")
    return Made(problem)


def _told(row: Row, number: int) -> Made:
    problem = python_problem(row, number)
    if problem.stub:
        raise DatasetError(f"{row.where}: field 'prompt' is code, and the task is to write a function told in words")
    return Made(problem)


def from_words(problem: Problem) -> str:
    """Ask for the function that the words describe."""
    return (
        f"{problem.prompt.strip()}\n\nName it `{problem.entry_point}`. Answer with one Python code block that holds "
        "the whole function, together with its imports.\n"
    )


PYTHON_CODE_COMPLETION = Suite(
    "python_code_completion", Task("python_code_completion", "completion.jsonl", _begun).load, complete_function
)
PYTHON_FUNCTION_GENERATION = Suite(
    "python_function_generation", Task("python_function_generation", "generation.jsonl", _told).load, from_words
)
