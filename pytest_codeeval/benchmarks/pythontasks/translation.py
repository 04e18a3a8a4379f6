"""python_code_translation: a function from another language to Python, or from Python to another language."""

from __future__ import annotations

import ast
from functools import cache
from typing import Any

from pytest_codeeval.benchmarks.dataset import row_problem
from pytest_codeeval.benchmarks.instructions import AFTER_PROGRAM, comment_of, fenced, in_comments
from pytest_codeeval.benchmarks.programs import LANGUAGES
from pytest_codeeval.benchmarks.pythontasks.rows import Made, Task, demand_tests
from pytest_codeeval.benchmarks.pythontasks.tongues import TONGUES
from pytest_codeeval.benchmarks.pythontasks.typed import Signature, tests
from pytest_codeeval.benchmarks.source import Row
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.language import canonical, title
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.pythontree import tree_of
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.execution.factory import lacking

_LACKING = cache(lacking)
_IN_PYTHON = (
    " In Python, arrays, vectors and sets are given and returned as lists, maps as dictionaries, several results as a "
    "tuple, and a value that is not there as None."
)
_SOURCE = "source_language"


def _make(row: Row, number: int) -> Made:
    code, source = row.text("code"), canonical(row.text(_SOURCE))
    target = canonical(row.text("language", required=False) or "python")
    for name, said in ((_SOURCE, source), ("language", target)):
        if said not in LANGUAGES:
            raise DatasetError(
                f"{row.where}: field {name!r} is {said[:40]!r}, and not one of {', '.join(sorted(LANGUAGES))}"
            )
    if (source == "python") == (target == "python"):
        raise DatasetError(f"{row.where}: one of {_SOURCE!r} and 'language' has to be Python, and the other not")
    fields = {"prompt": f"Translated from {title(source)}.", **row.fields, "language": target, _SOURCE: source}
    if target != "python" and fields.get("inputs") is not None:
        fields |= _carried(row, code, target)
    problem, needs = row_problem(Row(row.where, fields), number, target)
    if needs:
        raise DatasetError(f"{row.where}: translations to Rust use the standard library only")
    demand_tests(row, problem)
    return Made(problem, _LACKING(target))


def _carried(row: Row, code: str, target: str) -> dict[str, Any]:
    """Return the fields of a row whose cases are carried over from Python to another language."""
    tongue, inputs, outputs = TONGUES.get(target), row.fields["inputs"], row.fields.get("outputs")
    if tongue is None:
        raise DatasetError(
            f"{row.where}: 'inputs' are carried over to {', '.join(TONGUES)}, and not to {target}; give 'test' instead"
        )
    if not isinstance(inputs, list) or not isinstance(outputs, list) or len(inputs) != len(outputs) or not inputs:
        raise DatasetError(f"{row.where}: field 'inputs' needs 'outputs' beside it, and both lists of one length")
    try:
        signature = Signature.of(_function(code, row.text("entry_point")))
    except ValueError as error:
        raise DatasetError(f"{row.where}: field 'code' {error}") from None
    try:
        test = tests(signature, tongue, inputs, outputs)
    except ValueError as error:
        raise DatasetError(f"{row.where}: field 'inputs', {error}") from None
    stub = tongue.stub(signature, tongue)
    return {
        "prompt": stub,
        "closing": tongue.closing,
        "stop": [f"{tongue.closing}\n"],
        "test": test,
        "inputs": None,
        "outputs": None,
    }


def _function(code: str, name: str) -> ast.FunctionDef:
    try:
        body = tree_of(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"is not Python ({error or type(error).__name__})") from None
    found = [node for node in body if isinstance(node, ast.FunctionDef) and node.name == name]
    if not found:
        raise ValueError(f"defines no function {name!r}")
    return found[-1]


def prompt(problem: Problem) -> Prompt:
    """Show the function, and the beginning of the one that is wanted if its types have to be said."""
    extra = problem.extra
    source, target = str(extra[_SOURCE]), title(problem.language)
    code = str(extra["code"])
    asked = (
        f"Translate this {title(source)} function into a {target} function `{problem.entry_point}` that takes the same "
        "arguments in the same order and gives the same results:"
    )
    begun = f"It begins like this:\n\n{fenced(problem.stub, problem.language)}\n\n" if problem.stub else ""
    more = " Leave out tests and examples of use."
    if problem.language == "python":
        more = _IN_PYTHON
    chat = (
        f"{asked}\n\n{fenced(code, source)}\n\n{begun}Answer with one {target} code block that holds the whole "
        f"function, together with its imports.{more}\n"
    )
    if problem.language == "python":
        return Prompt((chat,), text=in_comments(f"{asked}\n\n{code}"), stop=AFTER_PROGRAM)
    mark = comment_of(problem.language)
    lines = "".join(f"{mark} {line}".rstrip() + "\n" for line in code.rstrip().split("\n"))
    return Prompt((chat,), text=f"{lines}\n{problem.stub}", stop=tuple(extra.get("stop", ()))[:4])


PYTHON_CODE_TRANSLATION = Suite(
    "python_code_translation",
    Task("python_code_translation", "translation.jsonl", _make).load,
    prompt,
    timeout=10.0,
)
