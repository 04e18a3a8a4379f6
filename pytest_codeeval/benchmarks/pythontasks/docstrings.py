"""python_docstring_generation: the docstring of a function, in one of three styles."""

from __future__ import annotations

from dataclasses import replace

from pytest_codeeval.benchmarks.dataset import row_id
from pytest_codeeval.benchmarks.instructions import fenced
from pytest_codeeval.benchmarks.pythontasks.rows import Made, Task
from pytest_codeeval.benchmarks.source import Row
from pytest_codeeval.core.errors import DataAbsent, DatasetError, MissingExtra
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.scoring.docstrings.documented import STYLES, parser
from pytest_codeeval.scoring.docstrings.examples import FUNCTION, TEST, examples_in
from pytest_codeeval.scoring.docstrings.scorer import DocstringScorer
from pytest_codeeval.scoring.docstrings.task import FUNCTION_NAME, REFERENCE, DocstringTask, reference_docstring

_RUBRIC = (
    "The text is the docstring of the function. It should tell somebody who does not see the code what the function is "
    "for, what each parameter may be and means, what comes back in which cases, and what goes wrong when: rightly, "
    "clearly, and in no more words than it takes. Examples should show more than the plainest case."
)
_ASKED = """\
Write the docstring of this Python function in the {style} style.

{code}

It has a summary line. It describes each parameter, and what is returned or yielded if anything is. It names the \
exceptions that `raise` statements of the function raise, and no others. It has at least one example in the form of a \
doctest, with `>>>`, that calls the function and shows what comes back.

Answer with one Python code block that holds the whole function with its docstring. Change nothing else of it.
"""


def load(request: DataRequest) -> Dataset:
    """Load the problems; see Task.load.

    Raises DataAbsent where the package that reads docstrings is missing.
    """
    try:
        parser()
    except MissingExtra as error:
        raise DataAbsent(str(error)) from None
    return _TASK.load(request)


def _make(row: Row, number: int) -> Made:
    style = row.fields.get("style", "google")
    if not isinstance(style, str) or style not in STYLES:
        raise DatasetError(f"{row.where}: field 'style' is {str(style)[:40]!r}, and not one of {', '.join(STYLES)}")
    code, name = row.text("code"), row.text("entry_point")
    raises = row.texts("raises", required=False) if row.fields.get("raises") is not None else None
    extra = {
        FUNCTION_NAME: name,
        "code": code,
        "style": style,
        "rubric": row.text("rubric", required=False) or _RUBRIC,
        REFERENCE: row.text("canonical_solution", required=False),
        **({"raises": raises} if raises is not None else {}),
        **({"difficulty": row.fields["difficulty"]} if row.fields.get("difficulty") else {}),
    }
    asked = _ASKED.format(style=STYLES[style], code=fenced(code, "python"))
    problem = Problem(row_id(row, number), asked, TEST, FUNCTION, extra=extra)
    return Made(replace(problem, canonical_solution=_canonical(row, problem)))


def _canonical(row: Row, problem: Problem) -> str:
    """Return a program that passes the test, by which the sandbox knows whether others can be judged by it.

    Raises DatasetError for code that cannot be documented, and for a reference that is none.
    """
    try:
        task = DocstringTask.of(problem)
    except ValueError as error:
        raise DatasetError(f"{row.where}: field 'code' {error}") from None
    if task.untold:
        raise DatasetError(
            f"{row.where}: field 'code' raises what is not seen from its text; name all that it raises in 'raises'"
        )
    try:
        text = reference_docstring(problem)
    except ValueError as error:
        raise DatasetError(f"{row.where}: field 'canonical_solution' {error}") from None
    if text and isinstance(fault := examples_in(text, task.name), str):
        raise DatasetError(f"{row.where}: field 'canonical_solution': {fault}")
    return f'{task.code.rstrip()}\n\n\ndef {FUNCTION}():\n    return [("1", "1", "1", 0)]\n'


def prompt(problem: Problem) -> str:
    """Put the function, and what its docstring has to have."""
    return problem.prompt


_TASK = Task("python_docstring_generation", "docstrings.jsonl", _make)
PYTHON_DOCSTRING_GENERATION = Suite(_TASK.suite, load, prompt, scorer=DocstringScorer())
