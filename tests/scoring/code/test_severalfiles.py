"""Answers of several files, in the forms in which models write them."""

from __future__ import annotations

import pytest

from pytest_codeeval.core.answerfiles import answered
from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.problem import PACKAGE, Problem
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.scoring.code.extract import solution_of
from pytest_codeeval.scoring.code.solution import Method

HEADER = "#pragma once\nint twice(int n);"
BODY = '#include "twice.h"\nint twice(int n) { return 2 * n; }'
TEST = '#include "twice.h"\nint main() { return twice(1) - 2; }'
CORRECTED = [
    ("twice.h", "#error"),
    ("No, it is this.\n\ntwice.h", HEADER),
    ("twice.cpp", BODY),
    ("twice_test.cpp", TEST),
    ("other.cpp", "int x;"),
]
BOTH = {"twice.cpp": BODY, "twice.h": HEADER}


def problem(language: str, *solution: str, test: str) -> Problem:
    """Return a problem of which these files are asked for."""
    files = {**dict.fromkeys(solution, ""), "Given.java": ""}
    return Problem("p", "", "", "", "", language, {PACKAGE: {"solution": list(solution), "test": test, "files": files}})


CPP = problem("cpp", "twice.cpp", "twice.h", test="twice_test.cpp")
JS = problem("javascript", "twice.js", test="twice.spec.js")
JAVA = problem("java", "Twice.java", test="TwiceTest.java")


def found(text: str, asked: Problem) -> dict[str, str]:
    """Return the files that are taken from an answer."""
    code = solution_of(Completion(text), asked).code
    assert code is not None
    parts = answered(code, asked.extra[PACKAGE]["solution"], r"\w+\.java")
    return {name: part.strip() for name, part in parts.items()}


@pytest.mark.parametrize(
    "text",
    [
        f"twice.h\n```\n{HEADER}\n```\n\ntwice.cpp\n```\n{BODY}\n```\n",
        f"Sure!\n\n### `src/twice.h`\n\n```cpp\n{HEADER}\n```\n\n**twice.cpp**:\n```cpp\n{BODY}\n```\nDone.",
        f"```cpp twice.h\n{HEADER}\n```\n```cpp:twice.cpp\n{BODY}\n```",
        f"```cpp\n// twice.h\n{HEADER}\n```\nand\n```cpp\n/* twice.cpp */\n{BODY}\n```",
        f"```cpp\n// file: twice.cpp\n{BODY}\n\n// file: twice.h\n{HEADER}\n```",
        f"The header:\n```cpp\n{HEADER}\n```\nThe rest:\n```cpp\n{BODY}\n```\nUse:\n```cpp\n{TEST}\n```",
        "\n".join(f"{name}\n```\n{code}\n```" for name, code in CORRECTED),
    ],
    ids=["aider", "headings", "info", "comments", "one block", "by content", "corrected, and others beside"],
)
def test_two_files_are_told_apart(text: str) -> None:
    assert found(text, CPP) == BOTH


def test_thinking_has_no_files_and_a_file_left_out_stays_as_it_is() -> None:
    text = f"<think>\ntwice.cpp\n```\nint draft;\n```\n</think>\ntwice.h\n```\n{HEADER}\n```\n"
    assert found(text, CPP) == {"twice.h": HEADER}
    cut = solution_of(Completion(f"twice.h\n```\n{HEADER}"), CPP)
    assert (cut.method, found(f"twice.h\n```\n{HEADER}", CPP)) == (Method.UNCLOSED, {"twice.h": HEADER})
    assert solution_of(Completion("  "), CPP).cause is Cause.NO_CODE
    assert solution_of(Completion("I'm sorry, but I cannot help with that."), CPP).cause is Cause.REFUSAL


def test_of_one_file_the_program_is_taken_and_not_its_tests() -> None:
    code, test = (
        "export const twice = (n) => 2 * n;",
        "import { twice } from './twice';\n" + "test('x', () => {});\n" * 9,
    )
    answer = f"```js\n{code}\n```\n\nTests:\n\n```js\n{test}```\n\n```bash\nnpm test\n```\n"
    assert found(answer, JS) == {"twice.js": code}
    assert found(f"twice.js\n```\n{code}\n```\ntwice.spec.js\n```\n{test}```\n", JS) == {"twice.js": code}
    assert found(code, JS) == {"twice.js": code}


def test_classes_in_java_are_files_of_their_own() -> None:
    own, more, main = (
        "class Twice {\n}",
        "record Pair(int a) {\n}",
        "class Main {\n  public static void main(String[] a) {}\n}",
    )
    blocks = "\n".join(f"```java\n{code}\n```" for code in (own, more, main, "class Given {\n}"))
    assert found(blocks, JAVA) == {"Twice.java": own, "Pair.java": more}
    assert found(f"Pair.java\n```java\n{more}\n```\nTwice.java\n```java\n{own}\n```", JAVA) == {
        "Twice.java": own,
        "Pair.java": more,
    }


@pytest.mark.parametrize(
    "text", ["// a.h " * 20_000, "`a.h` " * 20_000, "x/" * 50_000 + "a.h", "```\n// a.h\n" * 9_000]
)
def test_no_answer_takes_long(text: str) -> None:
    solution_of(Completion(text), CPP)
    solution_of(Completion(f"{text}\n```cpp\n{text}\n```\n"), CPP)
