"""Hostile text on its way to a terminal or a file."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.core.text import counted, encodable, printable

ANY_TEXT = st.text(st.characters(), max_size=200)


@given(ANY_TEXT)
def test_nothing_printed_controls_the_terminal(text: str) -> None:
    bad = {char for char in printable(text) if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}}
    assert bad <= {"\n", "\t"}


@given(ANY_TEXT)
def test_what_is_printed_can_be_encoded(text: str) -> None:
    assert printable(text).encode().decode() == printable(text)


@given(ANY_TEXT)
def test_printing_twice_changes_nothing(text: str) -> None:
    assert printable(printable(text), limit=10_000) == printable(text)


def test_ordinary_text_stays_as_it_is() -> None:
    text = "if x < 3:\n\treturn 'naïve 函数 🙂'"
    assert printable(text) == text


@pytest.mark.parametrize(
    ("char", "shown"),
    [
        ("\x1b", "\\x1b"),
        ("\r", "\\r"),
        ("\0", "\\x00"),
        ("\x9b", "\\x9b"),
        ("\u202e", "\\u202e"),
        ("\ufeff", "\\ufeff"),
        ("\ud800", "\\ud800"),
        ("\U000e0001", "\\U000e0001"),
    ],
)
def test_what_is_dangerous_shows_as_its_escape(char: str, shown: str) -> None:
    assert printable(f"a{char}b") == f"a{shown}b"


def test_a_long_text_is_cut_and_says_by_how_much() -> None:
    assert printable("x" * 25, limit=10) == "x" * 10 + "… (15 more characters)"
    assert printable("x" * 11, limit=10) == "x" * 10 + "… (1 more character)"


def test_a_number_has_the_noun_that_goes_with_it() -> None:
    assert [counted(number, "problem") for number in (0, 1, 2, 1640)] == [
        "0 problems",
        "1 problem",
        "2 problems",
        "1,640 problems",
    ]
    assert [counted(number, "answer is", "answers are") for number in (1, 2)] == ["1 answer is", "2 answers are"]


@given(ANY_TEXT)
def test_encodable_changes_lone_surrogates_only(text: str) -> None:
    safe = encodable(text)
    assert safe.encode().decode() == safe
    changed = {old for old, new in zip(text, safe, strict=True) if old != new}
    assert all("\ud800" <= char <= "\udfff" for char in changed)
