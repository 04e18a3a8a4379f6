"""Reading: the docstring in an answer, taken from the function that it documents or given alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from inspect import cleandoc
from textwrap import dedent

from pytest_codeeval.core.pythontree import tree_of
from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.scoring.code.extract import extract_code
from pytest_codeeval.scoring.docstrings.task import DocstringTask, Function, function_in

LONGEST = 20_000
"""Characters of a docstring at most: its parsers have to be quick on whatever a model writes."""

_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_QUOTED = re.compile(r"""\s*[rRuU]?(?:\"\"\"|'''|"|')""")


@dataclass(frozen=True, slots=True)
class Found:
    """A docstring without its indentation, and where it stood; or the outcome of an answer that has none, and why."""

    text: str = ""
    where: str = ""
    outcome: str = ""
    why: str = ""


def docstring_in(text: str, task: DocstringTask, marks: Sequence[tuple[str, str]] = ()) -> Found:
    """Return the docstring of the function in an answer, or the one that is all of it.

    Nothing of an answer but this text goes any further. An answer whose function is another one is refused, and so is
    code behind a docstring: whoever reads them would run it.
    """
    program = extract_code(text, entry_point=task.name, thinking_marks=marks).code
    try:
        function = function_in(program, task.name) if program else None
    except ValueError:
        function = None
    found = _of_function(function, task) if function else _alone(text)
    if len(found.text) > LONGEST:
        return Found(outcome=Outcome.OUTPUT, why=f"the docstring is longer than {LONGEST:,} characters")
    return found


def _of_function(function: Function, task: DocstringTask) -> Found:
    text = ast.get_docstring(function)
    if text is None or not text.strip():
        return Found(outcome=Outcome.NO_ANSWER, why=f"{task.name} has no docstring in the answer")
    body = function.body[1:]
    elided = all(isinstance(one, ast.Pass) or _is_ellipsis(one) for one in body)
    if _signature(function) != _signature(task.function) or not (elided or _same(body, _bare(task.function))):
        return Found(outcome=Outcome.NOT_ALLOWED, why=f"the answer changes more of {task.name} than its docstring")
    return Found(text, "function")


def _alone(text: str) -> Found:
    """Return the docstring of an answer that gives no function: a string, or plain text."""
    said = dedent(_last_block(text)).strip()
    try:
        body = tree_of(said).body if _QUOTED.match(said) else []
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        body = []
    strings = [one for one in body if _text_of(one) is not None]
    if len(body) == 1 and strings:
        found = cleandoc(_text_of(body[0]) or "").strip()
        return Found(found, "docstring") if found else Found(outcome=Outcome.NO_ANSWER, why="the docstring is empty")
    if strings:
        return Found(outcome=Outcome.NOT_ALLOWED, why="the answer has code behind its docstring")
    if '"""' in said or "'''" in said:
        return Found(outcome=Outcome.NO_ANSWER, why="the answer holds neither the function nor one docstring")
    return Found(cleandoc(said), "docstring")


def _last_block(text: str) -> str:
    """Return what the last closed fence of an answer holds, all of the answer where there is none."""
    found, opening, lines = text, "", list[str]()
    for line in text.split("\n"):
        fence = _FENCE.match(line)
        if not opening:
            opening, lines = (fence[1] if fence else ""), []
        elif fence and line.strip() == fence[1] and fence[1].startswith(opening):
            found, opening = "\n".join(lines), ""
        else:
            lines.append(line)
    return found


def _text_of(statement: ast.stmt) -> str | None:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def _is_ellipsis(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant) and statement.value.value is ...
    )


def _bare(function: Function) -> list[ast.stmt]:
    return function.body[1:] if ast.get_docstring(function) is not None else function.body


def _same(one: list[ast.stmt], other: list[ast.stmt]) -> bool:
    return list(map(ast.dump, one)) == list(map(ast.dump, other))


def _signature(function: Function) -> list[str]:
    """Return what is called how; annotations may come and go."""
    arguments = function.args
    named = [*arguments.posonlyargs, None, *arguments.args, arguments.vararg, *arguments.kwonlyargs, arguments.kwarg]
    defaults = [*arguments.defaults, *arguments.kw_defaults]
    parts = ["" if one is None else one.arg for one in named]
    return [type(function).__name__, *parts, *("" if one is None else ast.dump(one) for one in defaults)]
