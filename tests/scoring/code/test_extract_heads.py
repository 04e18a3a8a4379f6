"""What a whole function gets of the prompt's head: all that it lacks, nothing twice, and each part of it whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.sourcecode.source import Source
from pytest_codeeval.core.sourcecode.syntax import SYNTAXES
from pytest_codeeval.scoring.code.extract import Method, Solution, solution_of
from tests.core.foreign_problems import CPP, JAVA, RUST, SH, TS, fence
from tests.core.rich_problems import C_COMMENTS, COMMENTS, FIRST, FUNCTIONS, HEADS, rich
from tests.scoring.code.test_extract_foreign_runs import run

STYLES = ("function", "documented", "repeated", "changed", "some", "example")


def answer(problem: Problem, style: str, items: list[str], comment: str) -> str:
    """Return a right answer in one style; `items` are those that it repeats, if it repeats some."""
    language = problem.language
    head, body = FUNCTIONS[language]
    whole = problem.prompt + body + ("\n}" if language == "java" else "")
    if style in ("repeated", "changed"):
        return whole.replace("Adds", "Sums up") if style == "changed" else whole
    first = FIRST.get(language, "") if language != "java" and style == "some" else ""
    parts = [*(items if style == "some" else []), (comment if style != "function" else "") + head + body]
    return first + "\n\n".join(parts)


def squeezed(code: str) -> str:
    return " ".join(code.split())


def taken(problem: Problem, text: str, style: str) -> Solution:
    words = "Use it:\n\n" + fence("add", problem.language) if style == "example" else "That is all."
    return solution_of(Completion(f"Sure:\n\n````{problem.language}\n{text}\n````\n\n{words}"), problem)


@given(data=st.data(), language=st.sampled_from(sorted(HEADS)), style=st.sampled_from(STYLES))
@settings(max_examples=250, deadline=None)
def test_all_that_is_lacked_is_there_once_and_whole(data: st.DataObject, language: str, style: str) -> None:
    comments = st.sampled_from(COMMENTS.get(language, C_COMMENTS))
    some = st.lists(st.sampled_from(sorted(HEADS[language])), unique=True, max_size=4)
    items = data.draw(some, "items of the prompt")
    problem = rich(language, items, data.draw(comments, "comment of the prompt"))
    own = data.draw(comments, "comment of the answer")
    if "/** Adds. */ " in own and language == "java":
        own = ""  # it would stand before the indentation
    kept = [item for item in items if data.draw(st.booleans(), "whether the answer has it")]
    solution = taken(problem, answer(problem, style, kept, own), style)
    assert solution.method is Method.FENCED
    code = solution.code or ""
    assert _is_closed(code, language), code
    assert squeezed("".join(FUNCTIONS[language])) in squeezed(code)  # a method may be outdented
    for item in items:
        if mark := HEADS[language][item]:
            assert code.count(mark) == 1, mark
            assert squeezed(item) in squeezed(code)
    again = solution_of(Completion(f"```````\n{code}```````"), problem)
    assert again.code == code


def _is_closed(code: str, language: str) -> bool:
    """Whether code that is put behind is code, and in no comment or string."""
    source = Source(code + "\nmark\n", SYNTAXES[language])
    return source.masked.endswith("\nmark\n")


@pytest.mark.parametrize("language", sorted(HEADS))
def test_a_function_that_leaves_all_of_it_out_builds_and_passes(language: str, tmp_path: Path) -> None:
    items = list(HEADS[language])
    comment = COMMENTS.get(language, C_COMMENTS)[1]
    problem = rich(language, items, comment)
    text = answer(problem, "some", items[1::3], comment)
    assert not any(run(problem, f"````{language}\n{text}\n````", Form.CHAT, tmp_path))


@pytest.mark.parametrize(
    "doc", ["/*\n Doc.\n\n*/", "/*\n Doc.\n*/", "/* a /* nested */\n\n*/", "/// a\n\n// b", "#[a(\n\nb)]"]
)
def test_a_comment_over_blank_lines_goes_with_its_function(doc: str) -> None:
    problem = Problem(
        "rs", f"use std::fmt;\n\n{doc}\nfn add(a: i64) -> i64 {{\n", "", "add", language="rust", extra={"closing": ""}
    )
    solution = taken(problem, "fn add(a: i64) -> i64 {\n    a\n}", "function")
    assert solution.code == "use std::fmt;\n\nfn add(a: i64) -> i64 {\n    a\n}\n"


def test_a_comment_behind_code_on_its_line_stays_with_that() -> None:
    source = Source("int one; // its note\nint add() {\n}\nint two; /* long\n\n*/ int more() {\n}\n", SYNTAXES["cpp"])
    starts = {definition.name: source.with_attached(definition) for definition in source.definitions}
    assert source.code[starts["add"] :].startswith("int add")
    assert source.code[starts["more"] :].startswith("int more")


def test_constants_and_macros_of_cpp_are_values() -> None:
    code = (
        "#define T(x) (2 * (x))\nstatic const long MOD = 10;\nconst std::string& f(int a) {\n}\nstatic int a[2][3];\n"
    )
    found = [(definition.name, definition.kind) for definition in Source(code, SYNTAXES["cpp"]).definitions]
    assert found == [("T", "value"), ("MOD", "value"), ("f", "name"), ("a", "value")]


def test_an_answers_own_main_is_cut_with_all_of_the_comment_above() -> None:
    main = "/*\n Example:\n\n add(1, 2)\n*/\nint main() {\n    add(1, 2);\n}"
    text = f"{FUNCTIONS['cpp'][0]}{FUNCTIONS['cpp'][1]}\n\n{main}"
    code = taken(CPP, text, "function").code or ""
    assert "Example" not in code and "main" not in code
    assert _is_closed(code, "cpp")


@pytest.mark.parametrize(
    ("problem", "body"),
    [
        (SH, "\n    echo $(( $1 + $2 ))"),
        (JAVA, "\n        return a + b;"),
        (CPP, "    return a + b;"),
        (RUST, "    a + b"),
    ],
    ids=["sh", "java", "cpp", "rust"],
)
@pytest.mark.parametrize("behind", ["", "\n", "\n```\n\nThat is it."])
def test_a_bare_answer_that_repeats_the_prompt_goes_on_as_a_continuation(
    problem: Problem, body: str, behind: str
) -> None:
    bare = solution_of(Completion(problem.prompt + body + behind), problem)
    raw = solution_of(Completion(problem.prompt + body, form=Form.CONTINUATION), problem)
    assert bare.method is Method.CONTINUATION
    if problem is not JAVA:  # its imports are sorted anew
        assert (bare.code or "").split() == (raw.code or "").split()
    assert Source(bare.code or "", SYNTAXES[problem.language]).balance == (1 if problem is JAVA else 0)


def test_a_prompt_that_is_only_quoted_is_no_answer() -> None:
    words = "\n\nHere is the completed function:\n\n"
    whole = fence("".join(FUNCTIONS["sh"]), "sh")
    for text in (
        SH.prompt + words + whole,
        SH.prompt + "\n" + whole,
        SH.prompt + "\n" + fence(FUNCTIONS["sh"][1], "sh"),
    ):
        assert "echo $(( $1 + $2 ))\n}" in (solution_of(Completion(text), SH).code or "")


def test_a_function_that_was_closed_is_not_closed_again() -> None:
    text = TS.prompt + FUNCTIONS["typescript"][1] + "\n"
    assert (solution_of(Completion(text), TS).code or "").count("}") == 1


def test_a_file_quoted_from_the_question_is_not_the_answer() -> None:
    given_file = "pub fn add(a: i64) -> i64 {\n    // Put your code here, and nothing else.\n    todo!()\n}"
    problem = Problem("crate", f"Adds.\n\n{fence(given_file, 'rust')}", "", language="rust")
    right = "pub fn add(a: i64) -> i64 { a }\n"
    text = f"The file is:\n\n{fence(given_file, 'rust')}\nIt becomes:\n\n{fence(right, 'rust')}"
    assert solution_of(Completion(text), problem).code == right
