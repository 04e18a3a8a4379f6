"""What holds of extraction in other languages whatever the answer: it never raises, and takes linear time."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.sourcecode.source import Source
from pytest_codeeval.core.sourcecode.syntax import SYNTAXES
from pytest_codeeval.scoring.code.extract import Method, extract_code, solution_of
from tests.core.foreign_problems import GO, JAVA, JS, LUA, PHP, RUST, SH

LANGUAGES = sorted(SYNTAXES)
PROBLEMS = [RUST, JAVA, GO, PHP, JS, SH, LUA]
PIECES = [
    *("```rust\n", "```java\n", "```\n", "<think>", "</think>", "Here is the code:\n", "It adds (really).\n"),
    *("{", "}", "(", ")", "[", "]", ";", "\n", "    ", "\t", "\\", "'", '"', "`", "/*", "*/", "//", "#", "--[[", "]]"),
    *("fn add(a: i64) {\n", "function add(a) {\n", "func add(a int) int {\n", "add() {\n", "local function add(a)\n"),
    *(
        "class Problem {\n",
        "class S {\n",
        "public static long add(long a) {\n",
        "sub add {\n",
        "add <- function(a) {\n",
    ),
    *(
        "def add(a)\n",
        "end\n",
        "}\n",
        "return a\n",
        "fn main() {}\n",
        "int main() {}\n",
        "func main() {\n",
        "test();\n",
    ),
    *("use a::{b, c::*};\n", "import java.util.*;\n", "package main\n", 'import (\n"fmt"\n)\n', "#include <a>\n"),
    *("<?php\n", "?>", "#!/bin/bash\n", "module.exports = add;\n", "export ", "<<EOF\n", "EOF\n", 'r#"', "=begin\n"),
    *("const add = (a) => a;\n", "#[test]\n", "@a\n", "// note\n", 'R"(', "/[/", "\0", "\ud800", "é", "\u2028", "\r\n"),
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=30).map("".join)


@example(text="fn main() {}\n", language="cpp", stub="f() {\n")
@given(text=TEXTS | st.text(), language=st.sampled_from([*LANGUAGES, "erlang"]), stub=st.sampled_from(["", "f() {\n"]))
@settings(max_examples=300, deadline=None)
def test_never_raises_and_is_coherent(text: str, language: str, stub: str) -> None:
    solution = extract_code(text, prompt=stub, entry_point="add", language=language, closing="}", test="fn main() {}")
    assert (solution.code is None) == (solution.method is Method.NONE) == (solution.cause is not None)
    assert solution.code is None or solution.code.strip()


@given(text=TEXTS, problem=st.sampled_from(PROBLEMS), form=st.sampled_from(Form))
@settings(max_examples=300, deadline=None)
def test_every_form_gives_a_program_or_a_reason(text: str, problem: Problem, form: Form) -> None:
    solution = solution_of(Completion(text, form=form), problem)
    assert (solution.code is None) == (solution.cause is not None)
    if form is Form.CONTINUATION and text.strip():
        assert (solution.code or "").startswith(problem.prompt.rstrip())


@given(code=TEXTS, language=st.sampled_from(LANGUAGES))
@settings(max_examples=300, deadline=None)
def test_masking_keeps_the_place_of_everything(code: str, language: str) -> None:
    source = Source(code, SYNTAXES[language])
    assert len(source.masked) == len(code)
    assert all(mask in (" ", char) for mask, char in zip(source.masked, code, strict=True))
    assert [n for n, char in enumerate(source.masked) if char == "\n"] == [n for n, c in enumerate(code) if c == "\n"]
    for definition in source.definitions:
        assert 0 <= definition.start < definition.end <= len(code)


NAMES = {"RUST": RUST, "GO": GO, "PHP": PHP, "JS": JS, "SH": SH, "LUA": LUA, "JAVA": JAVA}
HEADS = {
    "RUST": "fn add(a: i64, b: i64) -> i64 {\n",
    "GO": "func add(a int, b int) int {\n",
    "PHP": "function add($a, $b) {\n",
    "JS": "function add(a, b){\n",
    "SH": "add() {\n",
    "LUA": "local function add(a, b)\n",
    "JAVA": "public static long add(long a, long b) {\n",
}
ENDS = {"LUA": "end\n"}
ITEMS = {
    "RUST": [
        "use std::fmt;",
        "fn main() {}",
        "#[test]\nfn t() {}",
        "struct S { a: u8 }",
        "const C: char = '{';",
        "/* { */",
    ],
    "GO": ["package main", 'import "fmt"', "func main() {}", "type S struct {\n\ta int\n}", "var c = '{'", "// {"],
    "PHP": ["const C = '?>';", "function test() {}", "test();", "/* { */", "# {", "use A\\B;", "echo add(1, 2);"],
    "JS": ["function test() {}", "test();", "const c = '{';", "module.exports = add;", "// {", "export { add };"],
    "SH": ["#!/bin/bash", "# {", "run() {\n  echo '}'\n}", "add 1 2", "cat <<EOF\n{\nEOF"],
    "LUA": ["-- {", "local function f()\nend", "print(add(1, 2))", "return add", "local c = [[\nend]]"],
    "JAVA": ["import java.io.*;", "class S {\n  int a;\n}", "// {", "record R(int a) {}", "enum E { A }"],
}


@given(data=st.data(), name=st.sampled_from(sorted(NAMES)), body=st.sampled_from(["", "  x = 1;\n"]))
@settings(max_examples=400, deadline=None)
def test_a_program_that_was_taken_is_taken_again_as_it_is(data: st.DataObject, name: str, body: str) -> None:
    problem = NAMES[name]
    items = st.lists(st.sampled_from(ITEMS[name]), max_size=4, unique=True)
    function = HEADS[name] + body + ENDS.get(name, "}")
    drawn = data.draw(items, "items")
    at = data.draw(st.integers(0, len(drawn)), "place of the function")
    parts = [*drawn[:at], function, *drawn[at:]]
    first = solution_of(Completion("```\n" + "\n".join(parts) + "\n```"), problem)
    assert first.method is Method.FENCED
    assert HEADS[name].strip() in (first.code or "")
    assert solution_of(Completion(f"```\n{first.code}```"), problem) == first


HOSTILE = [
    *(
        "{",
        "}",
        '"',
        "'",
        "`",
        "/*",
        "//\n",
        "#",
        "\\",
        " ",
        "\n",
        "a",
        "a ",
        "a\n",
        "<<A\n",
        "=/[",
        "r#",
        'r#"',
        "[=[",
    ),
    *("fn a\n", "fn a(\n", "func solve(\n", "import (\n", "use a::{", "use a\n", "export {", "int solve(a) {}\n"),
    *(
        "class A {\n",
        "fn main() {}\n",
        "main();\n",
        "public static ",
        "std::vector<",
        "=begin\n",
        "?>\n",
        "#[a]\n// a\n",
    ),
    *("solve = ", "sub solve {\n", "solve <- function(a)\n", "```\n", "```js\nfunction a() {}\n```\n", "return {\n"),
]


@pytest.mark.parametrize("language", LANGUAGES[::4])  # the others take a minute and a half more
def test_time_is_linear_in_the_length_of_a_hostile_answer(language: str) -> None:
    problem = next((p for p in PROBLEMS if p.language == language), PHP)
    slow = {}
    for unit in HOSTILE:
        text = unit * (12_000 // len(unit))
        start = time.process_time()
        extract_code(text, prompt=problem.prompt, entry_point="solve", language=language, test=problem.test)
        solution_of(Completion(text, form=Form.CONTINUATION), problem)
        seconds = time.process_time() - start
        if seconds > 4:
            slow[unit] = seconds
    assert slow == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_megabyte_is_read_within_seconds(language: str) -> None:
    text = "".join(HOSTILE) * (1_000_000 // sum(map(len, HOSTILE)))
    start = time.process_time()
    extract_code(text, prompt="solve() {\n", entry_point="solve", language=language, closing="}", test=JS.test)
    assert time.process_time() - start < 30
