"""Canonical solutions as chat models write them are taken from the answers as they are; perf/chat_forms.py runs all."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from pytest_codeeval.benchmarks import HUMANEVAL, HUMANEVALPACK_RUST, MBPP, RUST, STARTER, STARTER_RUST
from pytest_codeeval.core.problem import DataRequest, Problem
from pytest_codeeval.core.pythontree import tree_of
from pytest_codeeval.core.sourcecode.source import Source
from pytest_codeeval.core.sourcecode.syntax import SYNTAXES
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.execution.reference import reference
from pytest_codeeval.scoring.code.chat_forms import FORMS, answered, chat_answer

JS = Problem(
    "js",
    "const m = require('m');\n\n/*\n Adds.\n\n*/\nfunction add(a, b) {\n",
    "add();",
    "add",
    "function add(a, b) {\n  return a + b;\n}\n",
    "javascript",
    {"closing": ""},
)


def problems(suite: Suite, data: Path, step: int) -> list[Problem]:
    dataset = suite.load(DataRequest(str(data)))
    found = [problem for problem in dataset.problems if problem.task_id not in dataset.skipped][::step]
    assert len(found) > 10
    return found


def outline(code: str) -> str:
    """Return Python without docstrings and comments."""
    tree = tree_of(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def essence(code: str) -> str:
    """Return Rust without comments and blanks."""
    source = Source(code, SYNTAXES["rust"])
    return " ".join(source.without([span for span in source.inert if code.startswith(("//", "/*"), span[0])]).split())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("suite", "step"), [(STARTER, 1), (HUMANEVAL, 3), (MBPP, 11)], ids=["starter", "humaneval", "mbpp"]
)
def test_python_has_all_of_the_solution(data: Path, suite: Suite, step: int, form: str) -> None:
    for problem in problems(suite, data, step):
        code = outline(answered(problem, form).code or "")
        nodes = tree_of(outline(reference(problem))).body
        assert nodes, problem.task_id
        for node in nodes:
            assert ast.unparse(node) in code, (problem.task_id, code)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("suite", "step"),
    [(STARTER_RUST, 1), (HUMANEVALPACK_RUST, 3), (RUST, 6)],
    ids=["starter", "humanevalpack", "crates"],
)
def test_rust_has_all_of_the_solution(data: Path, suite: Suite, step: int, form: str) -> None:
    for problem in problems(suite, data, step):
        code = answered(problem, form).code or ""
        bare, whole = essence(reference(problem)), essence(code)
        assert len(bare) > 20, problem.task_id
        uses = [part for part in bare.split(";") if part.strip().startswith("use ")]
        assert bare.removeprefix(";".join(uses)).lstrip("; ") in whole, (problem.task_id, code)
        assert all(part.strip() in whole for part in uses), (problem.task_id, code)


@pytest.mark.parametrize("form", FORMS)
def test_a_prompt_with_helpers_passes_in_each_form(runner: PythonRunner, data: Path, form: str) -> None:
    for number in (10, 38):
        problem = HUMANEVAL.load(DataRequest(str(data))).problems[number]
        verdict = runner.check(problem, answered(problem, form).code or "", 5.0)
        assert verdict.passed, (problem.task_id, verdict)


def test_the_forms_differ() -> None:
    answers = [chat_answer(JS, form) for form in FORMS]
    assert len(set(answers)) == len(FORMS)
    assert all("return a + b;" in (answered(JS, form).code or "") for form in FORMS)
    assert "require('m')" in (answered(JS, "function only").code or "")


def test_own_imports_take_no_name_that_the_prompt_gives_to_something_else() -> None:
    prompt = 'math = 1\n\n\ndef f(a):\n    """Add one."""\n'
    problem = Problem("1", prompt, "assert f(1) == 2", "f", "    return a + math\n")
    assert "import math" not in chat_answer(problem, "own imports")
    other = Problem("1", prompt.replace("math", "one"), "assert f(1) == 2", "f", "    return a + one\n")
    assert "import math" in chat_answer(other, "own imports")
