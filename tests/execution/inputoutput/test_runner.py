"""Whole programs on inputs: in every language, by each way to compare, and with checkers."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_codeeval import cli
from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.errors import BrokenTests, SandboxError, UsageError
from pytest_codeeval.core.inputoutput import Checker, InputOutput
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause, Verdict
from pytest_codeeval.execution.factory import lacking, make_runner
from pytest_codeeval.execution.inputoutput.comparing import difference
from pytest_codeeval.execution.inputoutput.runner import InputOutputRunner, whole_programs
from pytest_codeeval.execution.inputoutput.wholeprograms import WholePrograms
from pytest_codeeval.execution.runner import Runner
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.probe import probe
from pytest_codeeval.execution.toolchains.whole import program_of, whole, whole_languages
from pytest_codeeval.scoring.code.chat_forms import FORMS, answered
from pytest_codeeval.scoring.code.extract import solution_of
from pytest_codeeval.scoring.code.selftest import self_test

ADDERS = {
    name: text.lstrip("\n")
    for name, (_, text) in tomllib.loads(Path(cli.__file__).with_name("skeletons.toml").read_text())[
        "solutions"
    ].items()
}
"""Programs in each language that write the sum of two numbers: those that `codeeval new` writes."""
NODE = "console.log(require('fs').readFileSync('/dev/stdin', 'utf8').split(' ').map(Number).reduce((a, b) => a + b));\n"
SUMS = InputOutput((("3 4\n", "7\n"), ("5 6\n", "11\n")))


def problem_of(tests: InputOutput, language: str, solution: str = "") -> Problem:
    """Make a problem of tests."""
    return Problem("P/1", "Add.", tests.test, "", solution, language, extra=tests.extra)


def choice_of(folders: pytest.TempPathFactory) -> SandboxChoice:
    """Return the strongest sandbox of this machine; skips where there is none."""
    try:
        tier = probe(SandboxChoice()).name
    except UsageError as error:
        pytest.skip(str(error))
    return SandboxChoice(tier, (), str(folders.getbasetemp().parent / "toolchains"))


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InputOutputRunner]:
    """What runs programs of Bash, and checkers in Python."""
    runner = InputOutputRunner("sh", choice_of(tmp_path_factory))
    yield runner
    runner.close()


@pytest.mark.parametrize("name", sorted(ADDERS))
def test_each_language_reads_and_writes(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    if reason := lacking(name):
        pytest.skip(reason)
    problem = problem_of(SUMS, name, ADDERS[name])
    runner: Runner = make_runner(name, choice_of(tmp_path_factory))
    try:
        verdict = runner.check(problem, ADDERS[name], 10.0)
        other = replace(problem, test=SUMS.test.replace("11", "12"))
        wrong = None if whole(name).build else runner.check(other, ADDERS[name], 10.0)  # to build takes long
    finally:
        runner.close()  # type: ignore[attr-defined]
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, False), verdict
    assert [stage.name for stage in verdict.stages] == [*(["build"] if whole(name).build else []), "test"]
    if wrong is not None:
        assert wrong.cause is Cause.WRONG_ANSWER
        assert wrong.detail == "case 2 of 2: word 1 of the output: expected '12', got '11'"


def test_a_device_of_standard_input_is_there(tmp_path_factory: pytest.TempPathFactory) -> None:
    if reason := lacking("javascript"):
        pytest.skip(reason)
    runner = InputOutputRunner("javascript", choice_of(tmp_path_factory))
    try:
        assert runner.check(problem_of(SUMS, "javascript"), NODE, 10.0).passed
    finally:
        runner.close()


def test_all_languages_of_whole_programs_are_tried_here() -> None:
    assert set(ADDERS) == whole_languages()


@pytest.mark.parametrize("name", sorted(ADDERS))
def test_a_program_is_taken_whole_from_a_chat_answer(name: str) -> None:
    for form in FORMS:
        taken = answered(problem_of(SUMS, name, ADDERS[name]), form).code or ""
        lines = [line for line in ADDERS[name].splitlines() if line.strip()]
        assert set(lines) <= set(taken.splitlines()), (form, taken)
        assert "xample" not in taken or name == "python", form


ANSWERS = {
    "a correction": ("python", ["print(int(input()) - 1)  # much longer than the other", "print(int(input()))"], 1),
    "an example of use": ("python", ["print(int(input()))", "import sys, io\nsys.stdin = io.StringIO('1')\nmain()"], 0),
    "how to run it": ("sh", ["read a\necho $a", "echo '3 4' | bash solution.sh > out.txt"], 0),
    "a helper": ("cpp", ["int main() { int a; std::cin >> a; }", "int f() { return 1; } // no more than this one"], 0),
    "one block": ("python", ["print(1)"], 0),
    "none that reads": ("lua", ["print(1)", "print(1 + 1)"], 1),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_of_several_blocks_the_last_one_that_reads_is_meant(name: str) -> None:
    language, blocks, meant = ANSWERS[name]
    text = "\n".join(f"Look:\n\n```{language}\n{block}\n```\n" for block in blocks) + "\n```\n3 4\n```\n"
    assert (solution_of(Completion(text), problem_of(SUMS, language)).code or "").strip() == blocks[meant]


WRONG = {
    "silent": (":", Cause.WRONG_ANSWER, "the output ends after 0 of 1 words: expected '7'"),
    "status": ("echo 7; echo gone >&2; exit 3", Cause.EXCEPTION, "ended with exit status 3: gone"),
    "no command": ("nonesuch 3", Cause.EXCEPTION, "nonesuch: command not found"),
    "endless": ("while :; do :; done", Cause.CPU_TIME, "CPU time"),
    "waits": ("sleep 99", Cause.WALL_TIME, "not done after"),
    "killed": ("kill -9 $$", Cause.CRASHED, "killed by SIGKILL"),
    "floods": ("yes 7", None, ""),
    "looks around": ("ls -A", Cause.WRONG_ANSWER, "word 1 of the output: expected '7', got 'program.sh'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_it_writes_and_how_it_ends_is_said(name: str, shell: InputOutputRunner) -> None:
    code, cause, said = WRONG[name]
    verdict = shell.check(problem_of(SUMS, "sh"), code, 0.5)
    assert not verdict.passed and verdict.cause is (cause or verdict.cause), verdict
    assert verdict.detail.startswith("case 1 of 2: ") and said in verdict.detail


def test_a_case_knows_nothing_of_another(shell: InputOutputRunner) -> None:
    code = "read -r a b; [ -e seen ] && exit 1; touch seen /tmp/seen-too; echo $((a + b))"
    assert shell.check(problem_of(SUMS, "sh"), code, 2.0).passed


@pytest.mark.parametrize(
    ("found", "wanted", "exact", "tolerance", "said"),
    [
        ("1  2\n\n3", "1 2\n3\n", False, None, ""),
        ("1 3", "1 2", False, None, "word 2 of the output: expected '2', got '3'"),
        ("1 2 3", "1 2", False, None, "the output goes on after 2 words: got '3'"),
        ("1 2", "1 2\n", True, None, ""),
        ("1 2\r\n", "1 2\n", True, None, ""),
        ("1  2\n", "1 2\n", True, None, "line 1 of the output: expected '1 2', got '1  2'"),
        ("1\n\n", "1\n", True, None, "the output goes on after 1 lines: got ''"),
        ("1e999\n", "1e400\n", False, 1e-6, "word 1 of the output: expected '1e400', got '1e999'"),
        ("", "1\n", True, None, "line 1 of the output: expected '1', got ''"),
        ("0.333 5", "0.3334 5", False, 1e-3, ""),
        ("1e3", "1000.0", False, 1e-6, ""),
        ("0.33", "0.3334", False, 1e-3, "word 1 of the output: expected '0.3334', got '0.33'"),
        ("0.333", "0.3334", False, None, "word 1 of the output: expected '0.3334', got '0.333'"),
        ("7.0", "7", False, 1e-3, "word 1 of the output: expected '7', got '7.0'"),
        ("1000001", "1000000", False, 1e-3, "word 1 of the output: expected '1000000', got '1000001'"),
        *((word, "1.5", False, 0.9, f"word 1 of the output: expected '1.5', got {word!r}") for word in ("nan", "inf")),
        *(
            (word, "10.5", False, 0.5, f"word 1 of the output: expected '10.5', got {word!r}")
            for word in ("1_0.5", "１0.5")
        ),
        ("1e999", "1.5", False, 0.9, "word 1 of the output: expected '1.5', got '1e999'"),
    ],
)
def test_outputs_are_compared_by_words_lines_or_numbers(
    found: str, wanted: str, exact: bool, tolerance: float | None, said: str
) -> None:
    assert difference(found, wanted, InputOutput((), exact, tolerance)) == said


CHECKER = """\
import os, sys
given, expected, answer = (open(name).read().split() for name in sys.argv[1:])
if answer == ["loop"]:
    while True: pass
if answer == ["raises"] or given == ["mistaken"]:
    print(undefined)
if answer == ["dies"] or given == ["broken"]:
    os.abort()
if sorted(answer) != sorted(expected):
    sys.exit("not these words: " + " ".join(answer))
"""


def checked(runner: InputOutputRunner, code: str, given: str = "a b") -> Verdict:
    """Run a program that a checker is asked about."""
    tests = InputOutput(((given, "a b"),), checker=Checker("python", CHECKER))
    return runner.check(problem_of(tests, "sh"), code, 2.0)


def test_a_checker_decides(shell: InputOutputRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytest_codeeval.execution.inputoutput.checking._SECONDS", 0.5)
    assert checked(shell, "echo b a").passed
    for code, said in {
        "echo c": "the checker does not take the output: not these words: c",
        "echo raises": "the checker came to no verdict on the output: NameError: name 'undefined' is not defined",
        "echo dies": "the checker came to no verdict on the output: killed by SIGABRT",
        "echo loop": "the checker came to no verdict on the output: used more than 0.5 s",
    }.items():
        verdict = checked(shell, code)
        assert (verdict.cause, verdict.passed) == (Cause.WRONG_ANSWER, False) and said in verdict.detail, verdict
    with pytest.raises(
        BrokenTests, match="cannot tell right from wrong, even of the expected output .killed by SIGABRT"
    ):
        checked(shell, "echo b a", "broken")
    with pytest.raises(BrokenTests, match="NameError: name 'undefined' is not defined"):
        checked(shell, "echo b a", "mistaken")


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("javascript", "const undefinedName = missing;\nprocess.exit(0);"),
        ("ruby", "puts undefined_name"),
        ("lua", "error('no')"),
    ],
)
def test_what_a_checker_raises_is_its_own_in_other_languages_too(
    language: str, source: str, shell: InputOutputRunner
) -> None:
    if reason := lacking(language):
        pytest.skip(reason)
    tests = InputOutput((("a", "a"),), checker=Checker(language, source))
    with pytest.raises(BrokenTests, match="cannot tell right from wrong"):
        shell.check(problem_of(tests, "sh"), "cat", 2.0)


def test_a_checker_that_cannot_be_built_is_nobodys_fault(shell: InputOutputRunner) -> None:
    if reason := lacking("go"):
        pytest.skip(reason)
    tests = InputOutput((("a", "a"),), checker=Checker("go", "package main\nfunc main() {"))
    with pytest.raises(BrokenTests, match=r"the checker of P/1 cannot be built: program\.go:"):
        shell.check(problem_of(tests, "sh"), "cat", 2.0)


def test_tools_that_do_not_work_are_no_fault_of_a_program(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    runner = InputOutputRunner("sh", choice_of(tmp_path_factory))
    broken = replace(whole("sh"), run=("bash", "--no-such-option", "program.sh"))
    programs: WholePrograms = whole_programs("sh", choice_of(tmp_path_factory))
    programs._language = broken
    runner._programs = programs
    try:
        with pytest.raises(SandboxError, match="the tools for Bash do not work in the sandbox: .*no-such-option"):
            runner.check(problem_of(SUMS, "sh"), "exit 1", 2.0)
    finally:
        runner.close()


@pytest.mark.parametrize(
    ("code", "file", "main"),
    [
        ("class A { public static void main(String[] a) {} }", "A.java", "A"),
        ("class B { class C {} } public class A { public static void main(String[] a) {} }", "A.java", "A"),
        ("public class A { class C {} public static void main(String[] a) {} } class B {}", "A.java", "A"),
        ("class A { static class B { public static void main(String[] a) {} } }", "A.java", "A$B"),
        ("public interface P {} class A { static void main(String[] a) {} }", "P.java", "A"),
        ('class A { String s = "class B { static void main("; }', "A.java", "A"),
        ("", "Main.java", "Main"),
        ("}}}} class A { static void main(", "A.java", "A"),
    ],
)
def test_a_program_in_java_is_called_what_it_calls_itself(code: str, file: str, main: str) -> None:
    language, files = program_of(whole("java"), code)
    assert list(files) == [file] == [language.build[0][-1]] and language.run[-1] == main


def test_javascript_with_imports_is_a_module_and_php_has_its_tag() -> None:
    assert list(program_of(whole("javascript"), "import fs from 'fs';\n")[1]) == ["program.mjs"]
    assert list(program_of(whole("javascript"), "// import fs\n")[1]) == ["program.js"]
    assert program_of(whole("php"), "echo 1;")[1] == {"program.php": "<?php\necho 1;"}


def test_a_language_that_is_not_known_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"programs in 'jave' cannot be run .*\(did you mean 'java'\?\)"):
        whole_programs("jave", SandboxChoice())


def test_a_checker_that_takes_everything_speaks_against_the_scores(shell: InputOutputRunner) -> None:
    lax = "import sys\nsys.exit(0)"
    blank = "import sys\nsys.exit(open(sys.argv[3]).read() == 'I do not know.\\n')"  # as where nothing is expected
    strict = "import sys\nsys.exit(open(sys.argv[2]).read() != open(sys.argv[3]).read())"
    tests = {
        name: InputOutput((("3 4\n", "" if name == "nothing" else "7\n"),), checker=Checker("python", source))
        for name, source in {"lax": lax, "blank": blank, "nothing": blank, "strict": strict}.items()
    }
    problems = [replace(problem_of(own, "sh"), task_id=name) for name, own in tests.items()]
    found = self_test(shell, problems, lambda _: 3.0, quick=True)
    assert found.survivors == (
        ("lax", "its checker takes an empty output"),
        ("lax", "its checker takes an output of other words"),
        ("blank", "its checker takes an empty output"),
    )
    assert (found.tried, found.mutants, found.believed) == (0, 4, False)
