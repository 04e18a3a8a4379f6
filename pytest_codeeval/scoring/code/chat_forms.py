"""Chat forms: a canonical solution in the forms in which chat models write one, all of them right answers."""

from __future__ import annotations

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.inputoutput import has_input_output
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.execution.reference import reference
from pytest_codeeval.scoring.code.extract import Solution, solution_of
from pytest_codeeval.scoring.code.other_forms import other_form
from pytest_codeeval.scoring.code.python_forms import python_form

FORMS = ("function only", "own doc comment", "own imports", "prompt repeated", "example of use")


def chat_answer(problem: Problem, form: str) -> str:
    """Return the canonical solution as an answer in one of `FORMS`."""
    make = python_form if problem.language == "python" else other_form
    # Of a whole program no example of use comes with it, which would write to its output.
    whole = has_input_output(problem) and form == FORMS[-1]
    code = (reference(problem) if whole else make(problem, form, reference(problem))).rstrip()
    text = f"Here is a solution:\n\n````{problem.language}\n{code}\n````\n\nIt follows the description.\n"
    if form == "prompt repeated" and not problem.stub:
        text = f"{problem.prompt.rstrip()}\n\n{text}"  # words, and perhaps files
    if form == "example of use" and problem.entry_point:
        text += f"\nFor example:\n\n```{problem.language}\nresult = {problem.entry_point}\n```\n"
    return text


def answered(problem: Problem, form: str) -> Solution:
    """Return what is taken from such an answer."""
    return solution_of(Completion(chat_answer(problem, form)), problem)
