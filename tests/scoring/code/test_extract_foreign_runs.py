"""Programs taken from answers, built and run with their tests; a language whose tools are missing is skipped."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.execution.toolchains.catalogue import languages
from pytest_codeeval.execution.toolchains.program import assemble
from pytest_codeeval.scoring.code.extract import solution_of
from tests.core.foreign_problems import CPP, GO, JAVA, JS, LUA, PERL, PHP, RUBY, RUST, SH, TS, R, fence

# For each language: its problem, the name of its file, the commands, the body of a right answer and its end.
LANGUAGES: Mapping[str, tuple[Problem, str, list[str], str, str]] = {
    "rust": (RUST, "a.rs", ["rustc --edition 2021 -Awarnings -o a a.rs", "./a"], "    a + b", "\n}"),
    "cpp": (CPP, "a.cpp", ["g++ -std=c++17 -o a a.cpp", "./a"], "    return a + b;", "\n}"),
    "java": (
        JAVA,
        "Problem.java",
        ["javac -J-XX:TieredStopAtLevel=1 -J-XX:+UseSerialGC -d . Problem.java", "java -ea Problem"],
        "        return a + b;",
        "\n    }\n}",
    ),
    "go": (GO, "a_test.go", ["go test a_test.go"], "    return a + b", "\n}"),
    "php": (PHP, "a.php", ["php a.php"], "    return $a + $b;", "\n}"),
    "javascript": (JS, "a.js", ["node a.js"], "  return a + b;", "\n}"),
    "typescript": (TS, "a.ts", ["tsc --target es2020 --skipLibCheck a.ts", "node a.js"], "  return a + b;", "\n}"),
    "sh": (SH, "a.sh", ["bash a.sh"], "    echo $(( $1 + $2 ))", "\n}"),
    "lua": (LUA, "a.lua", ["lua5.4 a.lua"], "    return a + b", "\nend"),
    "ruby": (RUBY, "a.rb", ["ruby a.rb"], "    a + b", "\nend"),
    "perl": (PERL, "a.pl", ["perl a.pl"], "    return $a + $b;", "\n}"),
    "r": (R, "a.r", ["Rscript a.r"], "\n    return(a + b)", "\n}"),
}
# What answers bring of their own, and must not get into the way.
OWN = {
    "rust": ["fn main() {\n    assert_eq!(add(1, 2), 3);\n}", "#[cfg(test)]\nmod tests {\n    use super::*;\n}"],
    "cpp": ["int main() {\n    add(1, 2);\n    return 0;\n}", "#include <vector>\nusing namespace std;"],
    "go": ['func main() {\n\tfmt.Println(add(1, 2))\n}\n\nfunc TestOwn(t *testing.T) {\n\tt.Error("no")\n}'],
    "php": ["?>", "function test() {\n    add(1, 2);\n}\ntest();"],
    "javascript": ["module.exports = { add };", "console.log(add(1, 2));", "function test() {\n  throw 1;\n}\ntest();"],
    "typescript": ["export default add;", "console.log(add(1, 2));"],
    "sh": ['echo "$(add 1 2)"', "main() {\n    add 1 2\n}\nmain"],
    "lua": ["print(add(1, 2))", "return { add = add }"],
    "ruby": ["puts add(1, 2)", "if __FILE__ == $0\n  puts add(1, 2)\nend", "__END__\nexit 1"],
    "perl": ["print add(1, 2);", "1;", "__END__\nexit 1"],
    "r": ["print(add(1, 2))"],
}
CLASSES = {
    "class": "public class Problem {{\n{}\n\n    public static void main(String[] args) {{\n    }}\n}}",
    "other class": "import java.util.List;\n\nfinal class Solution {{\n    private int n;\n{}\n}}",
    "method": "import java.util.*;\n\n{}",
    "package": "package a;\n\nrecord Box(long n) {{}}\n\npublic class Problem {{\n{}\n}}\n\nclass Behind {{}}",
}


def run(problem: Problem, text: str, form: Form, folder: Path) -> list[int]:
    """Build and run the program of a completion; return the exit status of each step."""
    _, name, commands, *_ = LANGUAGES[problem.language]
    code = solution_of(Completion(text, form=form), problem).code
    text = f"{code}\n{problem.test}"
    if problem.language in ("javascript", "typescript"):  # there the tests stand in a scope of their own
        (text,) = assemble(languages()[problem.language], code or "", problem.test, "0" * 32).values()
    (folder / name).write_text(text)
    statuses = []
    for command in commands:
        program = command.split()
        if not program[0].startswith("./") and shutil.which(program[0]) is None:
            pytest.skip(f"{program[0]} is not installed")
        ran = subprocess.run(
            program, cwd=folder, capture_output=True, timeout=120, stdin=subprocess.DEVNULL, check=False
        )
        statuses.append(ran.returncode)
    return statuses


def function_of(language: str) -> str:
    """Return the whole function of a right answer, of Java the method."""
    problem, *_, body, end = LANGUAGES[language]
    lines = problem.prompt.rstrip("\n").split("\n")
    head = "\n".join(lines[-2:] if language == "perl" else lines[-1:])
    return head + "\n" + body.strip("\n") + (end.removesuffix("\n}") if language == "java" else end)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_continuation_passes_its_tests_and_a_wrong_one_fails(language: str, tmp_path: Path) -> None:
    problem, *_, body, end = LANGUAGES[language]
    text = body if problem.extra["closing"] else body + end
    assert not any(run(problem, text, Form.CONTINUATION, tmp_path))
    assert any(run(problem, text.replace("+", "-"), Form.CONTINUATION, tmp_path))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_body_passes_its_tests(language: str, tmp_path: Path) -> None:
    problem, *_, body, end = LANGUAGES[language]
    assert not any(run(problem, f"Sure:\n{fence(body + end, language)}", Form.CHAT, tmp_path))


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "java"])
def test_a_whole_function_passes_with_what_else_the_answer_brings(language: str, tmp_path: Path) -> None:
    problem = LANGUAGES[language][0]
    own = OWN[language]
    includes = [item for item in own if item.startswith("#include")]
    parts = [*includes, function_of(language), *(item for item in own if item not in includes)]
    tags = {"go": 'package main\n\nimport (\n\t"fmt"\n\t"os"\n\t"testing"\n)\n\n', "php": "<?php\n"}
    text = tags.get(language, "") + "\n\n".join(parts)
    assert not any(run(problem, f"Sure:\n{fence(text, language)}Done.", Form.CHAT, tmp_path))


@pytest.mark.parametrize("style", CLASSES)
def test_a_class_in_java_passes_its_tests(style: str, tmp_path: Path) -> None:
    text = CLASSES[style].format(function_of("java"))
    assert not any(run(JAVA, fence(text, "java"), Form.CHAT, tmp_path))


@pytest.mark.parametrize("name", ["Sum", "addNumbers"])
@pytest.mark.parametrize("language", ["javascript", "php", "lua"])
def test_a_function_of_another_name_fails(language: str, name: str, tmp_path: Path) -> None:
    text = function_of(language).replace("add", name)
    assert any(run(LANGUAGES[language][0], fence(text, language), Form.CHAT, tmp_path))


@pytest.mark.parametrize("stub", [JS.prompt, "Write add(a, b)."])
def test_names_of_javascript_that_the_tests_have_too_are_the_answer_s_own(stub: str, tmp_path: Path) -> None:
    problem = replace(JS, prompt=stub, extra={})
    add = "function add(a, b) {\n  assert(typeof a === 'number');\n  return a + b;\n}"
    own = "const assert = require('assert');", "const { ok: assert } = require('assert'), fs = require('fs');"
    module = "import assert, { deepEqual as same } from 'node:assert';\nimport * as fs from 'fs';\nsame(fs, fs);\n"
    helper = "function assert(x) { if (!x) throw 1; }\nfunction test() { throw 1; }\ntest();"
    for text in (*(f"{head}\n{add}" for head in (*own, helper)), f"{module}export {add}"):
        assert not any(run(problem, fence(text, "javascript"), Form.CHAT, tmp_path)), text
        assert any(run(problem, fence(text.replace("a + b", "a - b"), "javascript"), Form.CHAT, tmp_path))


def test_names_of_typescript_that_the_tests_have_too_are_the_answer_s_own(tmp_path: Path) -> None:
    text = "import { strict as assert } from 'assert';\ndeclare const require: any;\n"
    text += "const { sep: candidate } = require('path');\n"
    text += "function test(n: number): number {\n  assert(candidate);\n  return n;\n}\n"
    text += "function add(a: number, b: number): number {\n  return test(a + b);\n}"
    assert not any(run(TS, fence(text, "typescript"), Form.CHAT, tmp_path))
    assert any(run(TS, fence(text.replace("a + b", "a - b"), "typescript"), Form.CHAT, tmp_path))
