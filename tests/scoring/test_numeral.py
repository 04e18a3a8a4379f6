"""Numbers as models write them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.scoring.numeral import MOST_DIGITS, numbers, plain, value_of, written


def values(text: str) -> list[Fraction | None]:
    return [value_of(number) for number in numbers(plain(text))]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("18", 18),
        ("18.", 18),
        ("18...", 18),
        ("18.00", 18),
        (".5", "1/2"),
        ("-5", -5),
        ("\u22125", -5),
        ("-$5", -5),
        ("$-5", -5),
        ("- $5", -5),
        ("($5)", 5),
        ("**-5**", -5),
        ("+5", 5),
        ("1,450,000", 1450000),
        ("14,50,000", 1450000),
        ("1'800", 1800),
        ("1\u202f800", 1800),
        ("1\u00a0800", 1800),
        ("1{,}800", 1800),
        (r"1\,800", 1800),
        (r"1,\!800", 1800),
        ("１，８００", 1800),
        ("٤٢", 42),
        ("𝟒𝟐", 42),
        ("4\u200b2", 42),
        ("18%", 18),
        (r"18\%", 18),
        (r"\$18.50", "37/2"),
        ("€ 18", 18),
        ("USD18", 18),
        ("Rs.500", 500),
        ("1/2", "1/2"),
        (r"\frac{1}{2}", "1/2"),
        (r"\dfrac12", "1/2"),
        (r"-\frac{3}{4}", "-3/4"),
        (r"1\frac{1}{2}", "3/2"),
        ("1 1/2", "3/2"),
        ("1½", "3/2"),
        ("½", "1/2"),
        ("1.8e3", 1800),
        ("2E-1", "1/5"),
        (r"1.8 \times 10^{3}", 1800),
        ("1.8×10^3", 1800),
        (r"18 \text{ for 3 days}", 18),
        (r"\text{18 eggs}", 18),
        (r"\mathbf{18}", 18),
        ("18 m^2", 18),
        (r"18\ \text{m}^2", 18),
        ("18°", 18),
        ("$18$", 18),
        ("$$18$$", 18),
        (r"\( 18 \)", 18),
        ("007", 7),
    ],
)
def test_one_number_is_read(text: str, value: int | str) -> None:
    assert values(text) == [Fraction(value)]


@pytest.mark.parametrize(
    "text", ["", "etc..", "$$", "H2O", "x_1", "10:30", "3:4", "2024-01-05", "1/2/2024", "m^2", "-", "Ⅻ", "²"]
)
def test_what_is_no_number_is_not_read(text: str) -> None:
    assert values(text) == []


@pytest.mark.parametrize("text", ["1/0", "1" * (MOST_DIGITS + 1), "1e99", "1/" + "1" * 5000, "9" * 10_000])
def test_a_number_out_of_bounds_has_no_value(text: str) -> None:
    assert values(text) == [None]


@pytest.mark.parametrize(
    ("text", "found"),
    [("16 - 3 - 4 = 9", [16, 3, 4, 9]), ("16-3", [16, 3]), ("top-5", [5]), ("1,2,3", [1, 2, 3]), ("1,8000", [1, 8000])],
)
def test_several_numbers_stay_apart(text: str, found: list[int]) -> None:
    assert values(text) == [Fraction(value) for value in found]


def test_pieces_that_do_not_belong_to_a_number_are_left_out() -> None:
    assert values("1.2.3") == [Fraction("1.2")]
    assert values("5 3/2") == [Fraction(3, 2)]  # no part of a whole


@given(st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6))
def test_a_number_that_was_written_is_read_again(value: Fraction) -> None:
    assert values(written(value)) == [value]


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_commas_change_nothing(value: int) -> None:
    assert values(f"{value:,}") == values(f"{value}.00") == [value]


@given(st.text(alphabet="0123456789.,/-$ {}\\frac\u202f×^eE%½'", max_size=60))
def test_any_text_is_read(text: str) -> None:
    for number in numbers(plain(text)):
        value_of(number)
