"""Extraction on real problems and real answers; needs CODEEVAL_DATA, the folder that holds them."""

from __future__ import annotations

import ast
import gzip
import json
import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.scoring.code.extract import Method, extract_code

# The data's own code has invalid escapes.
pytestmark = [
    pytest.mark.filterwarnings("ignore::SyntaxWarning"),
    pytest.mark.filterwarnings("ignore:invalid escape:DeprecationWarning"),
]

Row = dict[str, Any]

# The docstring of HumanEval/149 calls the function list_sort, and so does the answer.
MISNAMED = {"Python/149"}


def rows(name: str) -> list[Row]:
    """Read a data file, or skip the test with the reason."""
    folder = os.environ.get("CODEEVAL_DATA")
    if not folder:
        pytest.skip("CODEEVAL_DATA is not set: it names the folder of benchmark data")
    path = Path(folder) / name
    if not path.exists():
        pytest.skip(f"{path} is missing")
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    return json.loads(text) if path.suffix == ".json" else [json.loads(line) for line in text.splitlines()]


def defined(code: str | None, name: str) -> bool:
    """Whether code compiles and defines `name` at top level with more than a docstring."""
    compile(code or "", "<answer>", "exec")
    return any(
        isinstance(node, ast.FunctionDef | ast.ClassDef)
        and node.name == name
        and not (len(node.body) == 1 and isinstance(node.body[0], ast.Expr))
        for node in ast.parse(code or "").body
    )


def loose(body: str) -> str:
    """Take four blanks from the first line of code."""
    return body.strip("\n").removeprefix("    ")


# How a model may give the whole function.
WHOLE: dict[str, tuple[Callable[[str], str], Method]] = {
    "fenced": (lambda code: f"```python\n{code}\n```", Method.FENCED),
    "tildes": (lambda code: f"~~~py\n{code}\n~~~", Method.FENCED),
    "untagged": (lambda code: f"Sure!\n\n```\n{code}```\n\nThis isn't hard.", Method.FENCED),
    "crlf": (lambda code: f"```python\n{code}\n```".replace("\n", "\r\n"), Method.FENCED),
    "thinking": (lambda code: f"<think>\n```python\n{code[:50]}\n```\n</think>\n```python\n{code}\n```", Method.FENCED),
    "listed": (lambda code: "1. So:\n   ```python\n   " + code.replace("\n", "\n   ") + "\n   ```", Method.FENCED),
    "unclosed": (lambda code: f"Here:\n```python\n{code}", Method.UNCLOSED),
    "bare": (lambda code: code, Method.BARE),
    "prose around": (lambda code: f"Here is the code:\n\n{code}\n\nThis function isn't hard (see above.", Method.BARE),
    "orphaned fence": (lambda code: f"{code}\n```\nThis function isn't hard.", Method.BARE),
}
# How it may give the body alone.
BODY: dict[str, Callable[[str], str]] = {
    "bare": lambda body: body,
    "bare, prose around": lambda body: f"The body is:\n\n{body}\n\nThis isn't hard (see above.",
    "bare, first line unindented": loose,
    "fenced": lambda body: f"Sure.\n```python\n{body}\n```\nDone.",
    "fenced, first line unindented": lambda body: f"```python\n{loose(body)}\n```",
    "unclosed": lambda body: f"```python\n{body}",
    "crlf": lambda body: f"```python\n{body}\n```".replace("\n", "\r\n"),
    "tabs": lambda body: body.replace("    ", "\t"),
    "orphaned fence": lambda body: f"{body}\n```\n\nThis isn't hard.",
}


@pytest.mark.parametrize("dress", WHOLE)
def test_whole_humaneval_solutions(dress: str) -> None:
    wear, method = WHOLE[dress]
    for row in rows("humaneval/HumanEval.jsonl.gz"):
        stub, name = row["prompt"], row["entry_point"]
        program = (stub + row["canonical_solution"]).strip() + "\n"
        solution = extract_code(wear(program), prompt=stub, entry_point=name)
        assert solution.method is method, row["task_id"]
        assert solution.code == program, row["task_id"]


@pytest.mark.parametrize("dress", WHOLE)
def test_humaneval_functions_without_what_the_prompt_holds(dress: str) -> None:
    wear, method = WHOLE[dress]
    for row in rows("humaneval/HumanEval.jsonl.gz"):
        stub, name = row["prompt"], row["entry_point"]
        start = stub.rindex(f"def {name}(")
        solution = extract_code(wear(stub[start:] + row["canonical_solution"]), prompt=stub, entry_point=name)
        assert solution.method is method, row["task_id"]
        assert defined(solution.code, name), row["task_id"]
        assert ast.dump(ast.parse(solution.code or "")) == ast.dump(ast.parse(stub + row["canonical_solution"]))


@pytest.mark.parametrize("dress", BODY)
def test_humaneval_bodies(dress: str) -> None:
    for row in rows("humaneval/HumanEval.jsonl.gz"):
        stub, name = row["prompt"], row["entry_point"]
        solution = extract_code(BODY[dress](row["canonical_solution"]), prompt=stub, entry_point=name)
        assert solution.method is Method.CONTINUATION, row["task_id"]
        assert defined(solution.code, name), row["task_id"]
        if dress != "tabs":
            wanted = ast.dump(ast.parse(stub + row["canonical_solution"]))
            assert ast.dump(ast.parse(solution.code or "")) == wanted, row["task_id"]


@pytest.mark.parametrize("dress", WHOLE)
@pytest.mark.parametrize("name", ["mbpp/mbpp.jsonl", "mbpp/sanitized-mbpp.json"])
def test_whole_mbpp_solutions(name: str, dress: str) -> None:
    wear, method = WHOLE[dress]
    for row in rows(name):
        code = row["code"].replace("\r\n", "\n").strip()
        entry_point = next(
            node.name for node in reversed(ast.parse(code).body) if isinstance(node, ast.FunctionDef | ast.ClassDef)
        )
        solution = extract_code(wear(code), entry_point=entry_point)
        assert solution.method is method, row["task_id"]
        assert ast.dump(ast.parse(solution.code or "")) == ast.dump(ast.parse(code)), row["task_id"]


def test_chat_answers_of_qwen2_to_humaneval() -> None:
    problems = {row["task_id"]: row for row in rows("humaneval/HumanEval.jsonl.gz")}
    methods: Counter[Method] = Counter()
    for row in rows("recorded/chat_multipl_e/qwen2-7b-instruct/generations_python.jsonl.gz"):
        problem = problems[row["task_id"].replace("Python/", "HumanEval/")]
        solution = extract_code(row["generation"], prompt=problem["prompt"], entry_point=problem["entry_point"])
        assert defined(solution.code, problem["entry_point"]) != (row["task_id"] in MISNAMED), row["task_id"]
        methods[solution.method] += 1
    assert methods == {Method.FENCED: 156, Method.CONTINUATION: 8}


@pytest.mark.parametrize("language", ["js", "ts", "java", "cpp", "php", "sh", "cs"])
def test_chat_answers_of_qwen2_in_other_languages(language: str) -> None:
    for row in rows(f"recorded/chat_multipl_e/qwen2-7b-instruct/generations_{language}.jsonl.gz"):
        solution = extract_code(row["generation"], language=language)
        assert solution.method in (Method.FENCED, Method.UNCLOSED), row["task_id"]
        assert "```" not in (solution.code or "")


@pytest.mark.parametrize(
    "suite", ["humaneval-js", "humaneval-rs", "mbpp-js", "mbpp-rs", "humaneval-go", "humaneval-cpp"]
)
def test_gpt_answers_in_other_languages(suite: str) -> None:
    methods: Counter[Method] = Counter()
    for row in rows(f"multipl_e/{suite}.jsonl.gz"):
        methods[extract_code(row["gpt_solution"], language=row["language"]).method] += 1
    assert methods[Method.FENCED] >= 0.95 * methods.total()


def test_usual_answers_are_quick() -> None:
    problems = {row["task_id"]: row for row in rows("humaneval/HumanEval.jsonl.gz")}
    answers = rows("recorded/chat_multipl_e/qwen2-7b-instruct/generations_python.jsonl.gz")
    start = time.process_time()
    for row in answers:
        problem = problems[row["task_id"].replace("Python/", "HumanEval/")]
        extract_code(row["generation"], prompt=problem["prompt"], entry_point=problem["entry_point"])
    assert (time.process_time() - start) / len(answers) < 0.010  # measured: 0.0006
