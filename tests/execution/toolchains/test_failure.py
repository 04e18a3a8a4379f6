"""Failure: the first thing that went wrong, in one short line, whatever was printed."""

from __future__ import annotations

import time

import pytest

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.toolchains.catalogue import languages
from pytest_codeeval.execution.toolchains.failure import build_failure, failure
from pytest_codeeval.execution.toolchains.program import assemble
from tests.execution.toolchains.specimens import SPECIMENS, language

NONCE = "0123456789abcdef" * 2
JS_WRONG = """\
node:assert:125
  throw new AssertionError(obj);
  ^

AssertionError [ERR_ASSERTION]: Expected values to be loosely deep-equal:

7

should loosely deep-equal

6
    at test (/tmp/x/program.%s:%d:10)
    at Object.<anonymous> (/tmp/x/program.%s:%d:1) {
"""


def said(name: str, output: str, errors: str, status: int = 1) -> tuple[Cause, str]:
    """Return what is said of a specimen's program that printed this."""
    ours = language(name)
    files = assemble(ours, SPECIMENS[ours.name].wrong, ours.trial.test, NONCE)
    return failure(ours, files, output.encode(), errors.encode(), status)


def line_of(name: str, text: str) -> int:
    """Return the number of the line of a specimen's program that holds a text."""
    ours = language(name)
    lines = assemble(ours, SPECIMENS[ours.name].wrong, ours.trial.test, NONCE)[ours.program].split("\n")
    return next(number for number, line in enumerate(lines, 1) if text in line)


class TestAWrongAnswer:
    def test_quotes_the_assertion_and_the_answer(self) -> None:
        at = line_of("js", "candidate(3)")
        assert said("js", "", JS_WRONG % ("js", at, "js", at + 3)) == (
            Cause.WRONG_ANSWER,
            "assert.deepEqual(candidate(3),6);: got 7",
        )

    def test_of_typescript_says_both_values(self) -> None:
        assert said("ts", "", JS_WRONG % ("js", 3, "js", 4)) == (
            Cause.WRONG_ANSWER,
            "Expected values to be loosely deep-equal: got 7, expected 6",
        )

    def test_of_java_quotes_the_line_of_the_first_frame_in_the_tests(self) -> None:
        at = line_of("java", "twice((0l))")
        errors = f'Exception in thread "main" java.lang.AssertionError\n\tat Problem.main(Problem.java:{at})\n'
        assert said("java", "", errors) == (Cause.WRONG_ANSWER, "assert(twice((0l)) == (0l));")

    def test_of_cpp_is_the_assertion_as_printed(self) -> None:
        errors = "program: program.cpp:9: void codeeval_tests(): Assertion `candidate((3)) == (6)' failed.\n"
        assert said("cpp", "", errors) == (Cause.WRONG_ANSWER, "candidate((3)) == (6)")

    def test_of_a_shell_may_say_nothing(self) -> None:
        assert said("sh", "", "") == (Cause.WRONG_ANSWER, "an expectation of the tests did not hold")

    def test_of_lua_is_read_from_its_report(self) -> None:
        at = line_of("lua", "candidate(3)")
        report = f"Failed tests:\n-------------\n1) test_humaneval\nprogram.lua:{at}: expected: 6, actual: 7\nstack\n"
        assert said("lua", report, "") == (Cause.WRONG_ANSWER, "lu.assertEquals(candidate(3), 6): got 7")

    def test_of_r_is_the_expression(self) -> None:
        errors = "Error: isTRUE(all.equal(candidate(3), 6)) is not TRUE\nExecution halted\n"
        assert said("r", "", errors) == (Cause.WRONG_ANSWER, "isTRUE(all.equal(candidate(3), 6))")


@pytest.mark.parametrize(
    ("name", "errors", "cause", "detail"),
    [
        ("js", "ReferenceError: isPrime is not defined\n    at twice (/t/program.js:2:3)", Cause.EXCEPTION,
         "ReferenceError: isPrime is not defined"),
        ("js", "/t/program.js:3\n}\n^\n\nSyntaxError: Unexpected token '}'\n    at wrapSafe (node:internal)",
         Cause.SYNTAX_ERROR, "SyntaxError: Unexpected token '}'"),
        ("cpp", "terminate called after throwing an instance of 'std::out_of_range'\n  what():  vector\n",
         Cause.EXCEPTION, "std::out_of_range: vector"),
        ("cpp", "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n",
         Cause.MEMORY, "std::bad_alloc"),
        ("java", 'Exception in thread "main" java.lang.StackOverflowError\n\tat Problem.twice(Problem.java:4)\n',
         Cause.EXCEPTION, "java.lang.StackOverflowError"),
        ("perl", "Can't locate Foo/Bar.pm in @INC (you may need\n", Cause.IMPORT_MISSING, "Can't locate Foo/Bar.pm"),
        ("sh", "program.sh: line 3: is_prime: command not found\n", Cause.EXCEPTION, "is_prime: command not found"),
        ("ruby", "program.rb:3: syntax error, unexpected `end'\n", Cause.SYNTAX_ERROR,
         "syntax error, unexpected `end'"),
        ("lua", "lua: program.lua:3: ')' expected near 'end'\n", Cause.SYNTAX_ERROR, "')' expected near 'end'"),
        ("php", "Fatal error: Uncaught Error: Call to undefined function f() in /t/program.php:3\nStack",
         Cause.EXCEPTION, "Error: Call to undefined function f()"),
        ("go", "fatal error: all goroutines are asleep - deadlock!\n", Cause.EXCEPTION,
         "fatal error: all goroutines are asleep - deadlock!"),
        ("php", "PHP Fatal error:  Out of memory (allocated 2097152) (tried to allocate 9 bytes) in /t/program.php:3\n",
         Cause.MEMORY, "Out of memory (allocated 2097152) (tried to allocate 9 bytes) in program.php:3"),
        ("ruby", "program.rb:3:in `+': failed to allocate memory (NoMemoryError)\n", Cause.MEMORY,
         "failed to allocate memory (NoMemoryError)"),
        ("lua", "1) test_humaneval\nnot enough memory\n", Cause.MEMORY, "not enough memory"),
        ("r", "Error in twice(3) : \n  vector memory exhausted (limit reached?)\n", Cause.MEMORY,
         "vector memory exhausted (limit reached?)"),
        ("r", "Error: cannot allocate vector of size 128.0 Gb\n", Cause.MEMORY,
         "cannot allocate vector of size 128.0 Gb"),
        ("java", "Exception in thread \"main\" java.lang.OutOfMemoryError: Java heap space\n", Cause.MEMORY,
         "Exception in thread \"main\" java.lang.OutOfMemoryError: Java heap space"),
        ("go", "fatal error: runtime: out of memory\n", Cause.MEMORY, "fatal error: runtime: out of memory"),
        ("sh", "program.sh: line 3: xrealloc: cannot allocate 18446744071562067968 bytes\n", Cause.MEMORY,
         "xrealloc: cannot allocate 18446744071562067968 bytes"),
        ("sh", "bash: fork: retry: Resource temporarily unavailable\n", Cause.PROCESSES,
         "bash: fork: retry: Resource temporarily unavailable"),
    ],
)  # fmt: skip
def test_the_symptom_that_comes_first_is_the_cause(name: str, errors: str, cause: Cause, detail: str) -> None:
    assert said(name, "", errors) == (cause, detail)
    assert said(name, "", f"a warning\n{errors}\nTypeError: later\n") == (cause, detail)


def test_an_early_end_that_says_all_is_well_is_told_as_such() -> None:
    cause, detail = said("js", "", "", status=0)
    assert cause is Cause.TAMPERING
    assert "before the tests were done" in detail


@pytest.mark.parametrize(
    ("name", "output", "detail"),
    [
        ("cpp", "/tmp/x/program.cpp: In function 'f':\n/tmp/x/program.cpp:4:3: error: 'two' was not declared\n",
         "program.cpp:4: 'two' was not declared"),
        ("cpp", "/usr/bin/ld: /tmp/cc.o: in function `f':\nprogram.cpp:(.text+0x2): undefined reference to `MD5'\n",
         "undefined reference to `MD5'"),
        ("ts", "program.ts(2,3): error TS2322: Type 'string' is not assignable to type 'number'.\n",
         "program.ts(2,3): TS2322: Type 'string' is not assignable to type 'number'."),
        ("java", "Problem.java:4: error: incompatible types\n        return 1;\n",
         "Problem.java:4: incompatible types"),
        ("go", "# command-line-arguments\n./program_test.go:9:5: undefined: two\n",
         "program_test.go:9: undefined: two"),
        ("go", "\nsomething else in /a/b/c.go\n", "something else in c.go"),
        ("go", "", "the build failed without a word"),
    ],
)  # fmt: skip
def test_a_failed_build_is_its_first_error(name: str, output: str, detail: str) -> None:
    assert build_failure(language(name), b"", output.encode()) == detail
    assert build_failure(language(name), output.encode(), b"") == detail


@pytest.mark.parametrize("name", sorted(languages()))
@pytest.mark.parametrize(
    "unit",
    [b"a", b" ", b"\n", b"/a", b"-/", b"Error: ", b"a.", b"1) x\n", b"Assertion `", b"Failure: ", b": ", b"a:1",
     b"Error in : isTRUE(", b"SyntaxError: \n", b"program.js:1 ", b"x at program.pl line 1", b"\xff\x00",
     b"lua: program.lua:1: near ", b"AssertionError: \n\n", b"Exception in thread "],
)  # fmt: skip
def test_nothing_that_is_printed_takes_long_or_much(name: str, unit: bytes) -> None:
    ours = language(name)
    printed = unit * (200_000 // len(unit))
    files = assemble(ours, SPECIMENS[name].wrong, ours.trial.test, NONCE)
    started = time.process_time()
    _, detail = failure(ours, files, printed, printed)
    built = build_failure(ours, printed, printed)
    assert time.process_time() - started < 2
    assert len(detail) < 1500 and len(built) < 700
    assert "\n" not in detail + built
