"""Program: what is put together passes only where its tests ran to their end and held."""

from __future__ import annotations

import pytest

from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.execution.toolchains.catalogue import languages
from pytest_codeeval.execution.toolchains.program import assemble, reached_the_end
from tests.execution.toolchains.specimens import language

NONCE = "0123456789abcdef" * 2
NAMES = sorted(languages())


@pytest.mark.parametrize("name", NAMES)
def test_no_file_holds_the_nonce_as_it_is_written(name: str) -> None:
    trial = language(name).trial
    files = assemble(language(name), trial.solution, trial.test, NONCE)
    assert trial.solution in files[language(name).program]
    assert all(NONCE not in text for text in files.values())
    assert sum(text.count(NONCE[:16]) for text in files.values()) == 2  # both halves are alike in this one


def test_what_looks_like_a_field_in_a_solution_stays() -> None:
    files = assemble(language("js"), "// {test} {first}", "// {solution}", NONCE)
    assert files["program.js"].startswith("// {test} {first}\n;(() => {\n// {solution}\n")


def test_the_package_of_a_go_solution_is_that_of_what_grades_it() -> None:
    trial = language("go").trial
    assert "package twice_test\n" in assemble(language("go"), trial.solution, trial.test, NONCE)["grade_test.go"]
    assert "package main\n" in assemble(language("go"), "// nothing", trial.test, NONCE)["grade_test.go"]


def test_a_test_of_another_form_is_told() -> None:
    with pytest.raises(DatasetError, match=r"'int main\(\)' once, this one 0 times"):
        assemble(language("cpp"), "", "void f() {}", NONCE)


def test_a_nonce_of_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="32 hexadecimal digits"):
        assemble(language("js"), "", "", "abc")


@pytest.mark.parametrize(
    ("stdout", "expected"),
    [
        (f"ok!ok!\n{NONCE}\n", True),
        (f"{NONCE}\nsaid at exit", True),
        (f"{NONCE}\r\n", True),
        (f"\n{NONCE}", True),
        (f"ok!{NONCE}\n", False),
        (f"{NONCE}x\n", False),
        (f'"\\n{NONCE[:16]}" + "{NONCE[16:]}\\n"', False),
        (f"{NONCE[:31]}\n", False),
        ("", False),
    ],
)
def test_the_end_is_a_line_of_its_own(stdout: str, expected: bool) -> None:
    assert reached_the_end(stdout.encode(), NONCE) is expected


def test_tests_that_are_a_module_stand_in_no_function() -> None:
    test = "import assert from 'node:assert';\nassert(twice(1) === 2);"
    assert f";{test}\nglobalThis" in assemble(language("js"), "", test, NONCE)["program.js"]
