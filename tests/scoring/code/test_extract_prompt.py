"""The prompt's own code is never the answer: quoted, continued where it has come to its end, or called."""

from __future__ import annotations

import pytest

from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.scoring.code.extract import Method, extract_code, solution_of

STUBS = {
    "javascript": ("// Adds.\nfunction add(a, b) {\n", "    return a + b;\n}\n"),
    "rust": ("/// Adds.\nfn add(a: i64, b: i64) -> i64 {\n", "    a + b\n}\n"),
    "cpp": ("// Adds.\nlong add(long a, long b) {\n", "    return a + b;\n}\n"),
    "go": ("package add_test\n\n// Adds.\nfunc add(a int, b int) int {\n", "\treturn a + b\n}\n"),
    "php": ("<?php\n// Adds.\nfunction add($a, $b) {\n", "    return $a + $b;\n}\n"),
    "sh": ("#!/bin/bash\n# Adds.\nadd() {\n", "    echo $(($1 + $2))\n}\n"),
    "r": ("# Adds.\nadd <- function(a, b) {", "\n    a + b\n}\n"),
    "lua": ("-- Adds.\nlocal function add(a, b)\n", "    return a + b\nend\n"),
    "ruby": ("# Adds.\ndef add(a, b)\n", "  a + b\nend\n"),
    "perl": ("# Adds.\nsub add {\n    my($a, $b) = @_;\n", "    return $a + $b;\n}\n"),
}


def code_of(text: str, stub: str, language: str) -> str:
    return extract_code(text, prompt=stub, entry_point="add", language=language).code or ""


@pytest.mark.parametrize("close", [False, True])
@pytest.mark.parametrize("language", STUBS)
def test_a_prompt_that_is_quoted_behind_the_answer_is_no_correction(language: str, close: bool) -> None:
    stub, body = STUBS[language]
    end = "\n" + body.strip().split("\n")[-1] if close else ""
    text = f"```{language}\n{stub}{body}```\n\nIt completes\n\n```{language}\n{stub.rstrip()}{end}\n```\n"
    assert body.strip().split("\n")[0] in code_of(text, stub, language)


def test_an_example_is_no_body_where_a_function_of_another_name_stands() -> None:
    stub, body = STUBS["javascript"]
    text = f"```js\nfunction addUp(a, b) {{\n{body}```\n\nFor example:\n\n```js\naddUp(1, 2);\n```\n"
    assert code_of(text, stub, "javascript") == f"function addUp(a, b) {{\n{body}"


TALK = ["Sure, it is done.", "```\nadd(1, 2)\n```", "```\nreturn 1\n```", "a + b", "    add(1, 2)"]


@pytest.mark.parametrize("text", TALK)
@pytest.mark.parametrize("language", ["javascript", "rust", "cpp", "go", "php", "lua", "ruby"])
def test_a_prompt_that_has_its_function_whole_is_not_what_the_model_wrote(language: str, text: str) -> None:
    whole = "".join(STUBS[language])
    problem = Problem("1", whole, "t", "add", language=language, extra={"closing": ""})
    assert solution_of(Completion(text), problem).code != whole
    for form in (Form.CHAT, Form.PROGRAM):
        assert STUBS[language][1].strip() not in (solution_of(Completion(text, form=form), problem).code or "")


@pytest.mark.parametrize("text", TALK)
def test_a_prompt_in_python_that_has_its_function_whole_is_not_what_the_model_wrote(text: str) -> None:
    whole = 'def add(a, b):\n    """Make it faster."""\n    return a + b\n'
    problem = Problem("1", whole, "t", "add")
    for form in (Form.CHAT, Form.PROGRAM):
        code = solution_of(Completion(text, form=form), problem).code or ""
        assert "def add" not in code


def test_a_function_that_the_prompt_begins_is_continued() -> None:
    stub = "def add(a, b):\n    total = a\n"
    assert extract_code("    total += b\n    return total", prompt=stub, entry_point="add").code == (
        stub + "    total += b\n    return total\n"
    )


def test_a_comment_in_cpp_goes_on_behind_a_backslash() -> None:
    stub, body = STUBS["cpp"]
    text = f"```cpp\n{stub}    // as said \\\n    {{ here\n{body}int main() {{ add(1, 2); }}\n```"
    found = extract_code(text, prompt=stub, entry_point="add", language="cpp", test="int main() { }\n")
    assert found.code == f"{stub}    // as said \\\n    {{ here\n{body}"


@pytest.mark.parametrize("call", ["run_test", "run_test 1 2", "  run_test; "])
def test_a_call_in_bash_goes_with_the_function_that_is_cut(call: str) -> None:
    stub, body = STUBS["sh"]
    text = f"```bash\nset -e\n{stub}{body}run_test() {{\n    add 1 2\n}}\n{call}\necho done\n```"
    found = extract_code(text, prompt=stub, entry_point="add", language="sh", test="run_test() {\n:\n}\nrun_test")
    assert "run_test" not in (found.code or "")
    assert "echo done" in (found.code or "")


@pytest.mark.parametrize("line", ['$a =~ tr/"//d;', "$a =~ y/'/ /;", "my $c = $s/@{[2]} + $y/2;"])
def test_what_is_replaced_in_perl_is_no_code(line: str) -> None:
    stub, body = STUBS["perl"]
    text = f"```perl\n{stub}    {line}\n{body}sub check {{ print 1; }}\n```"
    found = extract_code(text, prompt=stub, entry_point="add", language="perl", test="sub check { print 2; }\n")
    assert found.code == f"{stub}    {line}\n{body}"


MAINS = {
    "rust": ("fn main() {\n    add(1, 2);\n}\n", "fn main() {\n    assert!(add(1, 2) == 3);\n}\n"),
    "go": ("func main() {\n\tadd(1, 2)\n}\n", "func main() {\n}\n"),
    "cpp": ("int main() {\n    add(1, 2);\n}\n", "int main() {\n}\n"),
    "javascript": ("const assert = require('assert');\n", "const assert = require('assert');\nassert(add(1, 2));\n"),
}


@pytest.mark.parametrize("language", MAINS)
def test_an_own_main_is_cut_where_the_prompt_is_in_words_too(language: str) -> None:
    own, test = MAINS[language]
    whole = "".join(STUBS[language])
    text = f"```{language}\n{whole}\n{own}```"
    problem = Problem("1", "Write add.", test, "add", language=language)
    assert solution_of(Completion(text), problem).code == whole
    crate = Problem("1", "Write add.", test, "add", language=language, extra={"crate": {}})
    assert own in (solution_of(Completion(text), crate).code or "")


def test_a_type_in_cpp_may_stand_on_a_line_of_its_own() -> None:
    stub, _ = STUBS["cpp"]
    text = "```cpp\n#include <vector>\nlong\nadd(long a, long b)\n{\n    return a + b;\n}\n\nint\nmain()\n{\n}\n```"
    found = extract_code(text, prompt=stub, entry_point="add", language="cpp", test="int main() { }\n")
    assert found.method is Method.FENCED
    assert "main" not in (found.code or "")
    assert "long\nadd(long a, long b)\n{" in (found.code or "")


@pytest.mark.parametrize("end", ["", "}\n"])
def test_an_example_is_no_body_however_long_it_is(end: str) -> None:
    stub, _ = STUBS["javascript"]
    example = "```js\nconsole.log(add(1, 2)); // which prints 3, as one would expect it to\n```"
    text = f"```js\n    return a + b;\n{end}```\n\nFor example:\n\n{example}\n"
    code = code_of(text, stub, "javascript")
    assert "return a + b" in code
    assert "console" not in code


def test_a_body_beside_a_longer_main_is_a_body() -> None:
    stub, _ = STUBS["rust"]
    main = 'fn main() {\n    println!("{} and {}", add(1, 2), add(3, 4));\n}\n'
    text = f"```rust\n    a + b\n```\n\nTo try it:\n\n```rust\n{main}```\n"
    assert "a + b" in code_of(text, stub, "rust")
