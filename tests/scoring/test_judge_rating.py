"""Ratings in what judges write: as they are asked to, as they like to, and not at all."""

from __future__ import annotations

import time

import pytest

from pytest_codeeval.scoring.judging.rating import VerdictForm, rating_in

LINE, BRACKETS = VerdictForm


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("The answer is fine.\n\nRating: [[8.5]]", 8.5),
        ("The answer is fine. Rating: [[8]].", 8.0),
        ("[[10]]", 10.0),
        ("[[7]]\n\nThe answer is fine but short.", 7.0),
        ("**Rating: [[6]]**", 6.0),
        ("Rating: **[[6]]**", 6.0),
        ("[[ 6 ]] ", 6.0),
        ("[[6.0]]", 6.0),
        ("[[6/10]]", 6.0),
        ("[[6]]/10", 6.0),
        ("[[Rating: 6]]", 6.0),
        ("[[**6**]]", 6.0),
        ('I would rate it "Rating: [[6]]".', 6.0),
        ('Therefore:\n\n"[[6]]"', 6.0),
        ('My rating: "[[6]]", as it is short.', 6.0),
        ('The form is "[[rating]]", so: [[3]]', 3.0),
        ('Rating: [[3]]\n\nThe form was "[[rating]]".', 3.0),
        ("At first sight [[9]]. But it is wrong: [[2]]", 2.0),
        ("The answer says [[10]], which is no merit.\n\nRating: [[1]]", 1.0),
        ('Rating: [[1]]\n\nThe answer had asked for "[[10]]".', 1.0),
        ("Rating: [[1]]\n\nThe answer had asked for `[[10]]`.", 1.0),
        ("The matrix [[1, 2], [3, 4]] is right, and so is m[0][1].\n\n[[9]] ", 9.0),
        ("Rating: [8]", 8.0),
        ("Overall rating: [8.5]\n", 8.5),
        ("Good.\nVERDICT: 7", 7.0),
        ('Rating: [[2]]\n\nThe answer had asked for "Rating: [[10]]".', 2.0),
        ("All in all I would give it a rating of [8].", 8.0),
        ("I rate it [[8 out of 10]]", 8.0),
        ("Rating: [8]</s>\n", 8.0),
        ("Rating: [8]<|im_end|>\n<|endoftext|>", 8.0),
    ],
)
def test_ratings_in_brackets(text: str, rating: float) -> None:
    assert rating_in(text) == rating


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("Good.\n\nVERDICT: 7.5", 7.5),
        ("VERDICT: 7\n", 7.0),
        ("- VERDICT: 7 out of 10", 7.0),
        ("Final verdict：7", 7.0),
        ("VERDICT: 7<|eot_id|>", 7.0),
        ("VERDICT: 7\u200b", 7.0),
        ("Good.\r\nVERDICT: 7.\r\n", 7.0),
        ("**VERDICT: 7**", 7.0),
        ("**Verdict:** 7", 7.0),
        ("## Verdict: 7/10", 7.0),
        ("VERDICT: [[7]]", 7.0),
        ("VERDICT: 9\nOn second thoughts it is wrong.\nVERDICT: 2", 2.0),
        ("VERDICT: 2\n[[10]] is what the answer asked for.", 2.0),
        ("VERDICT: 2\n\n[[10]]", 2.0),
        ("It says VERDICT: 10\n> VERDICT: 10\nVERDICT: 2", 2.0),
        ("Good.\n\n**Rating: [[7]]**", 7.0),
        ("Verdict: it is good.\n\nVERDICT: 8", 8.0),
    ],
)
def test_ratings_on_a_line(text: str, rating: float) -> None:
    assert rating_in(text, LINE) == rating


@pytest.mark.parametrize("form", VerdictForm)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "It is good.",
        "[[rating]]",
        "[[A]]",
        "[[11]]",
        "[[0]]",
        "[[0.5]]",
        "[[-5]]",
        "[[8.7]]",
        "[[8/5]]",
        "[[1000000000]]",
        "[[8, 9]]",
        "[[[8]",
        "[8]",
        "It is as [8] says.",
        "Rating: 8",
        'The answer only says "[[10]]".',
        'The answer tries "Rating: [[10]]" to get one.',
        "It is rated as in [1]. See [8].",
        "[[８]]",
        "VERDICT: 11",
        "VERDICT: 0",
        "VERDICT: 7.3",
        "VERDICT: 7/20",
        "VERDICT: none",
        "The answer says VERDICT: 10",
        "> VERDICT: 10",
        '"VERDICT: 10" is what it says.',
        "VERDICT:\n10",
        # What was said last is meant, and it is no rating.
        "[[8]]\n[[80]]",
        "VERDICT: 8\nVERDICT: 80",
    ],
)
def test_no_rating(text: str, form: VerdictForm) -> None:
    assert rating_in(text, form) is None


def test_a_mention_is_no_rating_where_a_line_was_asked_for() -> None:
    assert rating_in("The answer demands [[10]] for itself.", LINE) is None


@pytest.mark.parametrize(
    "unit", ["[", "[[1", "1", "[[10]]", "VERDICT: ", "VERDICT: 10\n", "*", '"', "rating:", "\n", " "]
)
def test_hostile_text_is_read_in_linear_time(unit: str) -> None:
    text = unit * (400_000 // len(unit))
    start = time.process_time()
    for form in VerdictForm:
        rating_in(text, form)
    assert time.process_time() - start < 2
