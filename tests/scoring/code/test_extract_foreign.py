"""What is taken from answers in other languages than Python, and which program it makes with the prompt."""

from __future__ import annotations

import pytest

from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.scoring.code.extract import Method, Solution, extract_code, solution_of
from tests.core.foreign_problems import GO, JAVA, JS, LUA, PHP, RUST, SH, fence

WHOLE = "fn add(a: i64, b: i64) -> i64 {\n    a + b\n}"


def chat(text: str, problem: Problem) -> Solution:
    return solution_of(Completion(text), problem)


def code_of(text: str, problem: Problem) -> str:
    """Return the code of an answer, which must hold some."""
    code = chat(text, problem).code
    assert code is not None
    return code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param("    a + b", "    a + b\n}", id="cut before the brace"),
        pytest.param("    a + b\n", "    a + b\n\n}", id="line ended"),
        pytest.param("    a + b\n}\n\nfn more() {}\n", "    a + b\n}", id="goes on"),
        pytest.param("    a + b }", "    a + b }", id="its own brace"),
        pytest.param("    // a } in a comment\n    a + b", "    // a } in a comment\n    a + b\n}", id="comment"),
        pytest.param('    let _ = "}";\n    a + b', '    let _ = "}";\n    a + b\n}', id="string"),
        pytest.param("    let _ = '}';\n    a + b", "    let _ = '}';\n    a + b\n}", id="character"),
        pytest.param("    if a > b {\n        a", "    if a > b {\n        a\n}", id="cut short"),
    ],
)
def test_a_continuation_is_cut_and_closed_as_the_benchmark_does(body: str, code: str) -> None:
    solution = solution_of(Completion(body, form=Form.CONTINUATION), RUST)
    assert solution == Solution(RUST.prompt + code, Method.VERBATIM)


def test_a_continuation_that_repeats_the_prompt_has_it_once() -> None:
    text = RUST.prompt.rstrip() + "\n    a + b\n}\n\nfn main() {}\n"
    assert solution_of(Completion(text, form=Form.CONTINUATION), RUST).code == RUST.prompt + "    a + b\n}"


def test_a_continuation_without_stop_tokens_is_not_cut() -> None:
    problem = Problem("rs", RUST.prompt, RUST.test, "add", language="rust", extra={"closing": ""})
    text = "    a + b\n}\n\nfn more() {}\n"
    assert solution_of(Completion(text, form=Form.CONTINUATION), problem).code == RUST.prompt + text


def test_an_empty_continuation_is_no_code() -> None:
    solution = solution_of(Completion(" \n", form=Form.CONTINUATION), RUST)
    assert solution == Solution(None, Method.NONE, Cause.NO_CODE)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(WHOLE, WHOLE, id="whole function"),
        pytest.param("    a + b", RUST.prompt + "    a + b\n}", id="body"),
        pytest.param("    a + b\n}", RUST.prompt + "    a + b\n}", id="closed body"),
        pytest.param(RUST.prompt + "    a + b", RUST.prompt + "    a + b", id="never closed"),
        pytest.param("fn other() {}", "fn other() {}", id="another function"),
    ],
)
def test_a_recorded_program_is_run_as_it_is_but_a_body_stands_behind_the_prompt(text: str, code: str) -> None:
    assert solution_of(Completion(text, form=Form.PROGRAM), RUST) == Solution(code, Method.VERBATIM)


@pytest.mark.parametrize("tag", ["rust", "rs", "Rust", "", "text"])
def test_a_whole_function_gets_the_preamble_that_it_lacks(tag: str) -> None:
    code = code_of(f"Here:\n\n{fence(WHOLE, tag)}\nThis adds.", RUST)
    assert code.endswith(WHOLE + "\n")
    assert code.count("fn add") == 1
    assert code.count("fn twice") == code.count("use std::collections::HashMap;") == 1


def test_nothing_of_the_preamble_comes_twice() -> None:
    text = "use std::collections::HashMap;\n\nfn twice(n: i64) -> i64 {\n    n + n\n}\n\n" + WHOLE
    assert code_of(fence(text, "rust"), RUST) == text + "\n"


def test_a_name_that_the_answer_imports_is_left_out_of_the_prompts_import() -> None:
    head = "use std::{cmp::{self, max}, collections::{HashMap, HashSet as Set}, fmt::*};\n"
    problem = Problem("rs", head + "fn add(a: i64) {\n", "", "add", language="rust", extra={"closing": ""})
    code = code_of(fence("use std::collections::HashMap;\nfn add(a: i64) {}", "rust"), problem)
    assert code.split("\n\n")[0].splitlines() == [
        "use std::cmp;",
        "use std::cmp::max;",
        "use std::collections::HashSet as Set;",
        "use std::fmt::*;",
    ]


def test_attributes_of_the_file_stay_first() -> None:
    code = code_of(fence(f"#![allow(dead_code)]\n\n{WHOLE}", "rust"), RUST)
    assert code.startswith("#![allow(dead_code)]\n")
    assert "fn twice" in code


@pytest.mark.parametrize(
    "extra",
    [
        'fn main() {\n    println!("{}", add(1, 2));\n}',
        '/// Shows it.\n#[allow(unused)]\nfn main() {\n    let s = "}"; // }\n}',
        "pub fn main() { }",
    ],
)
@pytest.mark.parametrize("before", [False, True])
def test_an_answers_own_main_is_cut(extra: str, before: bool) -> None:
    code = code_of(fence(f"{extra}\n\n{WHOLE}" if before else f"{WHOLE}\n\n{extra}", "rust"), RUST)
    assert "main" not in code
    assert "Shows" not in code and "allow" not in code
    assert WHOLE in code


def test_a_main_stays_where_the_tests_bring_none() -> None:
    text = f"{WHOLE}\n\nfn main() {{}}"
    assert extract_code(fence(text, "rust"), entry_point="add", language="rust").code == text + "\n"
    tests = Problem("rs", "fn add(a: i64) {\n", "mod tests {}", "add", language="rust", extra={"closing": ""})
    assert "fn main" in code_of(fence(text, "rust"), tests)


def test_own_tests_of_the_tests_name_are_cut() -> None:
    test = "#[cfg(test)]\nmod tests {\n    use super::*;\n}\n"
    problem = Problem("rs", "fn add(a: i64) {\n", test, "add", language="rust", extra={"closing": ""})
    assert code_of(fence(f"{WHOLE}\n\n{test}", "rust"), problem) == WHOLE + "\n"


def test_the_last_block_that_defines_the_function_wins_and_helpers_are_added() -> None:
    helper = "fn half(n: i64) -> i64 {\n    n / 2\n}"
    final = WHOLE.replace("a + b", "half(2 * a) + b")
    text = (
        fence(WHOLE, "rust") + "Better:\n" + fence(helper, "rust") + fence(final, "rust") + fence("add(1, 2);", "rust")
    )
    code = code_of(text, RUST)
    assert code.endswith(f"{helper}\n\n{final}\n")
    assert code.count("fn add") == 1


@pytest.mark.parametrize(
    "text",
    [
        fence("    a + b\n}", "rust"),
        fence("    a + b", "rust"),
        fence("    a + b\n}\n\nfn main() {\n    add(1, 2);\n}", "rust"),
        fence("cargo run", "bash") + fence("    a + b\n}", ""),
        "    a + b\n}",
        "Here it is, the body of it:\n\n    a + b\n}",
    ],
)
def test_an_answer_with_only_the_body_continues_the_prompt(text: str) -> None:
    solution = chat(text, RUST)
    assert solution.method is Method.CONTINUATION
    assert (solution.code or "").rstrip() == RUST.prompt + "    a + b\n}"


def test_a_body_under_the_tag_of_another_language_is_seen_from_its_brace() -> None:
    assert code_of(fence("    return $a + $b;\n}", "javascript"), PHP) == PHP.prompt + "    return $a + $b;\n}\n"


def test_a_body_that_leaves_its_brace_to_nobody_is_closed() -> None:
    assert code_of(fence("  return a + b;", "js"), JS) == JS.prompt + "  return a + b;\n}\n"


def test_code_without_a_fence_loses_the_sentences_around_it() -> None:
    text = f"Here is the function you asked for.\n\n{WHOLE}\n\nIt adds the two numbers."
    solution = chat(text, Problem("rs", "fn add() {\n", "", "add", language="rust", extra={"closing": ""}))
    assert solution == Solution(WHOLE + "\n", Method.BARE)


@pytest.mark.parametrize(
    ("text", "method"),
    [
        (f"<think>{fence('fn add() {}', 'rust')}</think>{fence(WHOLE, 'rust')}", Method.FENCED),
        (f"```rust\n{WHOLE}\n", Method.UNCLOSED),
        (fence(WHOLE, "c++"), Method.FENCED),
        ("- As a list item:\n  ```rust\n  " + WHOLE.replace("\n", "\n  ") + "\n  ```\n", Method.FENCED),
    ],
)
def test_markdown_around_a_function(text: str, method: Method) -> None:
    solution = chat(text, RUST)
    assert solution.method is method
    assert (solution.code or "").endswith(WHOLE + "\n")


@pytest.mark.parametrize("name", ["Add", "addNumbers", "ad"])
def test_a_function_of_another_name_is_not_renamed(name: str) -> None:
    code = code_of(fence(WHOLE.replace("add", name), "rust"), RUST)
    assert f"fn {name}(" in code
    assert "fn add(" not in code


def test_a_crate_is_taken_as_it_is() -> None:
    crate = Problem("leap", "Tell leap years.", "fn main() {}\n", language="rust", extra={"crate": {"name": "leap"}})
    text = "pub fn is_leap(y: u64) -> bool {\n    y % 4 == 0\n}\n\nfn main() {}\n\n#[cfg(test)]\nmod tests {}"
    answer = fence('[package]\nname = "leap"', "toml") + fence(text, "rust") + fence("is_leap(4);", "rust")
    assert chat(answer, crate) == Solution(text + "\n", Method.FENCED)


METHOD = "    public static long add(long a, long b) {\n        return a + b;\n    }"
MAIN = "    public static void main(String[] args) {\n        System.out.println(add(1, 2));\n    }"


@pytest.mark.parametrize(
    ("answer", "parts"),
    [
        pytest.param(f"class Problem {{\n{METHOD}\n}}", ["class Problem {"], id="class"),
        pytest.param(f"public class Problem {{\n{METHOD}\n\n{MAIN}\n}}", ["\nclass Problem {"], id="public, main"),
        pytest.param(
            f"class Solution {{\n{METHOD}\n}}", ["class Solution {", "class Problem extends Solution {"], id="name"
        ),
        pytest.param(f"public final class S {{\n{METHOD}\n}}", ["\nclass S {", "Problem extends S {"], id="final"),
        pytest.param(METHOD, ["class Problem {\n"], id="method"),
        pytest.param(f"{METHOD}\n\n{MAIN}", ["class Problem {\n"], id="method, main"),
        pytest.param(f"import java.awt.*;\n\n{METHOD}", ["import java.awt.*;", "class Problem {\n"], id="import"),
        pytest.param(
            f"package a.b;\nimport java.util.*;\nclass Pair {{ int a; }}\npublic class Problem {{\n{METHOD}\n}}",
            ["class Pair { int a; }", "\nclass Problem {"],
            id="package, class before",
        ),
        pytest.param(
            f"public class Problem {{\n{METHOD}\n}}\n\npublic class Pair {{ int a; }}",
            ["class Pair { int a; }", "\nclass Problem {"],
            id="class behind",
        ),
    ],
)
def test_java_is_left_with_the_class_of_the_tests_open(answer: str, parts: list[str]) -> None:
    solution = chat(fence(answer, "java"), JAVA)
    code = solution.code or ""
    assert solution.method is Method.FENCED
    assert [part for part in [*parts, "return a + b;"] if part not in code] == []
    assert "main" not in code and "package" not in code and "public class" not in code
    assert code.count("import java.util.*;") == code.count("import java.math.*;") == 1
    assert code.count("{") - code.count("}") == 1
    assert code.index("class Problem") > code.rindex("import")


@pytest.mark.parametrize("end", ["", "\n    }", "\n    }\n}", "\n    }\n\n" + MAIN + "\n}\n"])
def test_a_body_in_java_never_closes_the_class(end: str) -> None:
    code = code_of(fence("        return a + b;" + end, "java"), JAVA)
    assert code.split() == [*JAVA.prompt.split(), *["return", "a", "+", "b;", "}"]]


def test_a_class_behind_a_body_in_java_stays() -> None:
    code = code_of(fence("        return new Pair().sum(a, b);\n    }\n}\n\nclass Pair { }", "java"), JAVA)
    assert code.index("class Pair { }") < code.index("class Problem {")
    assert code.count("{") - code.count("}") == 1


def test_go_keeps_one_package_and_the_imports_that_are_used() -> None:
    answer = (
        'package main\n\nimport (\n\t"fmt"\n\tstr "strings"\n\t"os"\n)\n\nfunc add(a int, b int) int {\n'
        '\treturn a + b + len(str.TrimSpace(" "))\n}\n\nfunc main() {\n\tfmt.Println(add(1, 2), os.Args)\n}\n\n'
        "func TestMine(t *testing.T) {}\n\nfunc TestMain(m *testing.M) {}\n"
    )
    code = code_of(fence(answer, "go"), GO)
    assert code.startswith("package add_test\n")
    assert code.count("package") == 1
    imports = [line for line in code.splitlines() if line.startswith("import")]
    assert sorted(imports) == ['import "fmt"', 'import "testing"', 'import str "strings"']
    assert "main" not in code and "TestM" not in code


@pytest.mark.parametrize("start", ["<?php\n", "<?php\n\n", "<?PHP\n", "", "<?\n"])
@pytest.mark.parametrize("end", ["", "\n?>", "\n?>\n\n"])
def test_php_has_one_opening_tag_and_no_closing_one(start: str, end: str) -> None:
    function = "function add($a, $b) {\n    return $a + $b . '?>';\n}"
    code = code_of(fence(start + function + end, "php"), PHP)
    assert code.split() == ["<?php", *function.split()]


def test_a_body_in_php_loses_the_closing_tag() -> None:
    assert code_of(fence("    return $a + $b;\n}\n?>", "php"), PHP) == PHP.prompt + "    return $a + $b;\n}\n"


@pytest.mark.parametrize(
    "answer",
    [
        "export function add(a, b) {\n  return a + b;\n}",
        "export default function add(a, b) {\n  return a + b;\n}",
        "function add(a, b) {\n  return a + b;\n}\n\nmodule.exports = add;",
        "function add(a, b) {\n  return a + b;\n}\n\nmodule.exports = { add };",
        "function add(a, b) {\n  return a + b;\n}\n\nexport { add };",
        "function add(a, b) {\n  return a + b;\n}\n\nexport default add;",
        "const assert = require('assert');\nfunction add(a, b) {\n  return a + b;\n}",
        "function add(a, b) {\n  return a + b;\n}\nfunction test() {\n  if (add(1, 2) != 3) { throw 1; }\n}\ntest();",
    ],
)
def test_javascript_is_left_as_one_script_with_the_tests(answer: str) -> None:
    code = code_of(fence(answer, "javascript"), JS)
    assert code.split() == ["function", "add(a,", "b)", "{", "return", "a", "+", "b;", "}"]


@pytest.mark.parametrize(
    "answer",
    ["const add = (a, b) => a + b;", "var add = function (a, b) {\n  return a + b;\n};", "const add = (a) => {\n}"],
)
def test_a_function_that_is_assigned_is_a_whole_one(answer: str) -> None:
    assert chat(fence(answer, "js"), JS) == Solution(answer + "\n", Method.FENCED)


@pytest.mark.parametrize("start", ["", "#!/bin/bash\n", "#!/usr/bin/env bash\n\n", "# Adds.\n"])
def test_a_shell_script_has_its_first_line_once(start: str) -> None:
    code = code_of(fence(f"{start}function add {{\n  echo $(( $1 + ${{#2}} ))\n}}", "bash"), SH)
    assert code.startswith(("#!/bin/bash\n", "#!/usr/bin/env bash\n"))
    assert code.count("#!") == 1


@pytest.mark.parametrize("end", ["", "\n\nreturn add", "\nreturn { add = add }"])
@pytest.mark.parametrize("head", ["local function add(a, b)", "function add(a, b)", "add = function(a, b)"])
def test_a_module_in_lua_does_not_return(head: str, end: str) -> None:
    function = f"{head}\n  return a + b\nend"
    assert chat(fence(function + end, "lua"), LUA) == Solution(function + "\n", Method.FENCED)


def test_a_language_that_nobody_knows_is_taken_by_its_tag() -> None:
    text = fence("x", "text") + fence("add(A, B) -> A + B.", "erlang")
    assert extract_code(text, entry_point="add", language="erlang").code == "add(A, B) -> A + B.\n"
