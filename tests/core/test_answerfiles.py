"""Solutions of several files as one text."""

from __future__ import annotations

import pytest

from pytest_codeeval.core.answerfiles import answered, joined

NAMES = ("a.cpp", "a.h")


@pytest.mark.parametrize("files", [{"a.cpp": "x\n"}, {"a.h": "h\n"}, {"a.cpp": "x\n", "a.h": "h\n", "b.h": "// b.h\n"}])
def test_files_are_found_again(files: dict[str, str]) -> None:
    found = answered(joined(files, NAMES), NAMES, r"\w+\.h")
    assert {name: text.strip() for name, text in found.items()} == {name: text.strip() for name, text in files.items()}


def test_one_file_that_is_asked_for_stands_for_itself() -> None:
    assert joined({"a.js": "let x;\n"}, ["a.js"]) == "let x;\n"
    assert answered("let x;\n", ["a.js"]) == {"a.js": "let x;\n"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("// file: src/a.h\nh\n// FILE: a_test.cpp\nt\n", {"a.h": "h\n"}),
        ("top\n// file: a.h\nh\n", {"a.h": "top\nh\n"}),
        ("// file: a.h\n1\n// file: a.h\n2\n", {"a.h": "2\n"}),
        ("// file: ../../a.sh\nh\n", {"a.cpp": "// file: ../../a.sh\nh\n"}),
        ("", {"a.cpp": ""}),
    ],
)
def test_what_nobody_asked_for_is_no_file(text: str, found: dict[str, str]) -> None:
    assert answered(text, NAMES) == found
