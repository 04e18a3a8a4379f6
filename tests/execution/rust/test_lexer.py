from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.execution.rust.lexer import Kind, closing, names, tokens


def texts(source: str) -> list[str]:
    return [token.text for token in tokens(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("let a = 'x';", ["let", "a", "=", "'x'", ";"]),
        ("fn f<'a>(x: &'a str)", ["fn", "f", "<", "'a", ">", "(", "x", ":", "&", "'a", "str", ")"]),
        (r"'\'' '\u{1F600}' b'\x00'", [r"'\''", r"'\u{1F600}'", r"b'\x00'"]),
        (r'"a \" // b" c', [r'"a \" // b"', "c"]),
        ('r#"a " b"# c', ['r#"a " b"#', "c"]),
        ('br##"x"# "## cr"y" b"z"', ['br##"x"# "##', 'cr"y"', 'b"z"']),
        ("a /* b /* c */ d */ e // f\ng", ["a", "e", "g"]),
        ("0..10 1.5 1.max(2)", ["0", "..", "10", "1.5", "1", ".", "max", "(", "2", ")"]),
        ("1e-3 0xFF_u8 2.", ["1e-3", "0xFF_u8", "2."]),
        ("r#fn != r", ["fn", "!=", "r"]),
        ("('a'..='z')", ["(", "'a'", "..=", "'z'", ")"]),
        ("x.0.1", ["x", ".", "0.1"]),
        ("'outer: loop { break 'outer }", ["'outer", ":", "loop", "{", "break", "'outer", "}"]),
    ],
)  # fmt: skip
def test_a_source_falls_into_tokens(source: str, expected: list[str]) -> None:
    assert texts(source) == expected


@pytest.mark.parametrize("source", ['let a = "never closed', "/* never /* closed */", 'r#"never closed"', 'b"x'])
def test_what_is_never_closed_is_the_rest_of_the_text(source: str) -> None:
    assert tokens(source)[-1].kind is Kind.BROKEN
    assert tokens(source)[-1].end == len(source)


def test_inner_docs_are_kept_and_other_comments_are_not() -> None:
    assert [token.kind for token in tokens("//! a\n/// b\n/*! c */ // d\n")] == [Kind.INNER_DOC, Kind.INNER_DOC]


def test_names_in_comments_and_strings_are_none() -> None:
    assert names("a(\"b\", 'c') // d\n/* e */ r#f") == {"a", "f"}


def test_a_bracket_is_closed_by_its_own() -> None:
    found = tokens("f(\"(\", [1, (2)], ')') + 1")
    assert found[closing(found, 1) + 1].text == "+"
    assert closing(tokens("f(("), 1) == 3


@given(st.text(alphabet="ar#\"'/*\\\n !{b1.e", max_size=60))
def test_any_text_can_be_read_in_order(source: str) -> None:
    found = tokens(source)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(0 <= token.start < token.end <= len(source) for token in found)
