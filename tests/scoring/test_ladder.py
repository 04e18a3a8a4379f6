"""Where the final number of an answer is found; lm-eval's rules beside, as documented."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.scoring.ladder import ANSWER_LINE, BOXED, HASHES, LAST_NUMBER, RANKS, final_number, strict_number


@pytest.mark.parametrize(
    ("text", "rank", "value"),
    [
        (r"\boxed{18}", BOXED, 18),
        (r"$$\boxed{18}$$", BOXED, 18),
        (r"\boxed{9} and \boxed{18}. #### 3", BOXED, 18),
        (r"\boxed{\frac{1}{2}}", BOXED, Fraction(1, 2)),
        (r"\boxed{\boxed{18}}", BOXED, 18),
        (r"\boxed{x = 18}", BOXED, 18),
        (r"\boxed{18 = x}", BOXED, 18),
        (r"\boxed{3 \times 6 = 18}", BOXED, 18),
        (r"\boxed{\$18 \text{ in 3 days}}", BOXED, 18),
        (r"\boxed{18 (3 days)}", BOXED, 18),
        (r"\boxed{(18)}", BOXED, 18),
        (r"\boxed{18, 20}", BOXED, None),
        ("The answer is negative 18, in 3 days", ANSWER_LINE, -18),
        ("The answer is minus 18, in 3 days", ANSWER_LINE, -18),
        ('The answer is "18" in 3 days', ANSWER_LINE, 18),
        ("The answer is <b>18</b> in 3 days", ANSWER_LINE, 18),
        ("The answer is therefore, USD 18 in 3 days", ANSWER_LINE, 18),
        ("Answer - 18. In 3 days.", ANSWER_LINE, 18),
        ("#### 18<|im_end|>", HASHES, 18),
        (r"\boxed{18 \text{ or } 20}", BOXED, None),
        (r"\boxed{1 800}", BOXED, 1800),
        (r"into a \boxed{}: 18", LAST_NUMBER, 18),
        (r"\boxed{18", LAST_NUMBER, 18),
        (r"\boxed{eighteen} #### 18", HASHES, 18),
        ("9 * 2 = 18\n#### 18", HASHES, 18),
        ("#### 9\n#### $18 dollars", HASHES, 18),
        ("####18", HASHES, 18),
        ("#### **18**", HASHES, 18),
        ("#### 18\n#### Explanation: 3 eggs", HASHES, 18),
        ("#### 3 * 6 = 18", HASHES, 18),
        ("#### Step 3: Total\n18", LAST_NUMBER, 18),
        ("#### 2. Total\n9 * 2 = 18", LAST_NUMBER, 18),
        ("### 3\n18", LAST_NUMBER, 18),
        ("The answer is 18. There were 3 days.", ANSWER_LINE, 18),
        ("The answer is 18 (for 3 days)", ANSWER_LINE, 18),
        ("The answer is $18.", ANSWER_LINE, 18),
        ("The answer is -$5.", ANSWER_LINE, -5),
        ("The answer is 1 800 dollars", ANSWER_LINE, 1800),
        ("The answer to the question is 18, in 3 days", ANSWER_LINE, 18),
        ("The final answer is therefore 18 in 3 days", ANSWER_LINE, 18),
        ("**Answer:** 18\n(3 days)", ANSWER_LINE, 18),
        ("**Final Answer**: $18$ in 3 days", ANSWER_LINE, 18),
        ("ANSWER: 18\n3", ANSWER_LINE, 18),
        ("A: 18\n3", ANSWER_LINE, 18),
        ("答案是18元，3天", ANSWER_LINE, 18),
        ("答案：18。3", ANSWER_LINE, 18),
        ("Respuesta: 18. 3", ANSWER_LINE, 18),
        ("<answer>18</answer> 3", ANSWER_LINE, 18),
        ("## Answer\n\n18 dollars\n\nThat is 3 days.", ANSWER_LINE, 18),
        ("The answer is:\n\\[\n18\n\\]\nin 3 days", ANSWER_LINE, 18),
        ("The answer is 3 * 6 = 18.", ANSWER_LINE, 18),
        ("The answer is 9.\nThe answer is 18.\nIn 3 days.", ANSWER_LINE, 18),
        ("The answer is 18 or 20", ANSWER_LINE, None),
        ("Answer: 16 - 3 - 4 = 9 eggs.\n9 * 2 = $18", LAST_NUMBER, 18),
        ("Answer:\n16 - 3 = 13\n13 + 5 = 18", LAST_NUMBER, 18),
        ("Answer: Janet sells 9 eggs and makes $18", LAST_NUMBER, 18),
        ("18 (for 3 days)", LAST_NUMBER, 18),
        ("(18)", LAST_NUMBER, 18),
        ("She makes $18 (9 eggs × $2).", LAST_NUMBER, 18),
        ("18...", LAST_NUMBER, 18),
        ("it is 18 etc..", LAST_NUMBER, 18),
        ("x = 1/2", LAST_NUMBER, Fraction(1, 2)),
        ("18 people leave at 10:30", LAST_NUMBER, 18),
        ("first 18, then " + "9" * 5000, LAST_NUMBER, None),
    ],
)
def test_each_rank_stands_where_it_should(text: str, rank: str, value: int | Fraction | None) -> None:
    found = final_number(text)
    assert found is not None
    assert (found.rank, found.value) == (rank, value)


@pytest.mark.parametrize(
    "text", ["", "etc..", "eighteen", "at 10:30", "$$", "####", r"\boxed{}", "The answer is:", "-"]
)
def test_where_there_is_no_number_none_is_found(text: str) -> None:
    assert final_number(text) is None


# Of an answer, what lm-eval's strict rule takes, what its flexible one does (as read), and the number that is meant.
LM_EVAL = [
    ("9 * 2 = 18\n#### 18", "18", "18", 18),
    ("#### 1,800.", "1800", "1,800.", 1800),
    ("#### -5", "-5", "-5", -5),
    ("#### 9\nQ: next?\n#### 18", "9", "18", 9),  # a base model that goes on with the next question
    ("#### $18", None, "$18", 18),
    ("####18", None, "18", 18),
    ("#### 18.00", "18.00", "18.00", 18),  # unlike "18"
    ("A: 18", None, "18", 18),
    ("so $$18$$", None, "$$", 18),
    ("18...", None, "18...", 18),
    (r"1{,}800", None, "800", 1800),
    (r"1\,800", None, "800", 1800),
    ("18 (for 3 days)", None, "3", 18),
    ("It is 18 etc..", None, "..", 18),
    ("1/2", None, "2", Fraction(1, 2)),
]


@pytest.mark.parametrize(("text", "strict", "flexible", "meant"), LM_EVAL)
def test_lm_evals_rules_and_what_is_meant(text: str, strict: str | None, flexible: str, meant: int | Fraction) -> None:
    assert strict_number(text) == strict
    found = final_number(text)
    assert found is not None
    assert found.value == meant


HOSTILE = [
    *(" ", "\n", "1", "1 ", "1,", "14,50,", "111,1111", "-", "1-", "1/", "1:", ".", "[", "<", "$", "(", "(1", "{", "}"),
    *("#", "#### ", "####1 ", r"\boxed{", r"\boxed{1", r"\boxed{}", r"\text{", r"\frac{", "\\", "答案", "½", "×10^"),
    *("answer ", "answer: ", "answer is 1 + ", "the answer: 3-", "A:\n", "answer\n", "1 or "),
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_the_longest_hostile_text_is_read_in_a_moment(unit: str, cpu: None) -> None:
    text = f"answer: {unit * ((1 << 16) // len(unit))}"
    final_number(text)
    strict_number(text)


@given(st.lists(st.sampled_from(HOSTILE), max_size=20).map("".join), st.integers(0, 10**6))
def test_whatever_stands_before_hashes_the_number_behind_them_is_found(before: str, number: int) -> None:
    found = final_number(f"{before.replace('boxed', '')}\n\n#### {number}\n")
    assert found is not None
    assert (found.rank, found.value) == (HASHES, number)


@given(st.lists(st.sampled_from([*HOSTILE, "18", "is ", "或", "\u2028", "x"]), max_size=30).map("".join))
def test_any_text_has_a_number_of_a_known_rank_or_none(text: str) -> None:
    found = final_number(text)
    assert found is None or found.rank in RANKS


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # taken back
        *(
            (f"Answer: 17{words}18.", 18)
            for words in (
                ", no wait, ",
                ". Correction: ",
                " → ",
                ", I mean ",
                ", or rather ",
                "; actually ",
                " (corrected: ",
            )
        ),
        ("The answer is 17 eggs? No, it is 18.", 18),
        ("Answer: ~~17~~ 18", 18),
        ("Answer: 18, not 17.", 18),
        ("Answer: 18, no 5 cents are left", 18),
        ("Answer: 18. So 2 are left.", 18),
        ("\\boxed{17}\nWait, that is wrong. It is 18.", 18),
        ("#### 17\n\nI made a mistake. 9 * 2 = 18, so she has 18 dollars.", 18),
        ("Answer: 18\n\nWait, that is right: 16 - 7 = 9.", 18),
        # only supposed, or said by others
        ("The answer is 18. If there were 3 days, the answer would be 54.", 18),
        ("If there are 2 days, the answer is 18.", 18),
        ("The answer is 18, though some think the answer is 17.", 18),
        # gone on with the next question
        ("#### 18\n\nQuestion: Tom has 3 apples.\nAnswer: He has 3.\n#### 3", 18),
        ("A: 18\n\n**Question:** Tom has 5.\nA: 8", 18),
        ("Question: Tom has 5.\n#### 5\n\nQuestion: Janet?\n#### 18", 18),
        ("We need one thing.\nQuestion: how many eggs?\nAnswer: 18", 18),
        # two of them
        *(
            (f"Answer: {both}", None)
            for both in ("17, 18", "17 | 18", "17 and 18", "17-18", "either 17 or 18", "between 17 and 18")
        ),
        ("#### 17, 18", None),
        ("It is 17 or 18.", None),
        # powers, and decimals as much of the world writes them
        ("The answer is 10^1000000", None),
        ("The answer is 2^3", 8),
        ("The answer is 10^{-2}", Fraction(1, 100)),
        ("Die Antwort ist 1.450.000.", 1450000),
        ("Die Antwort ist 1.450,50 €.", Fraction("1450.5")),
        ("Die Antwort ist 18,5 €.", Fraction("18.5")),
        ("The answer is 14,50,000", 1450000),
        ("The answer is 1.450", Fraction("1.45")),
        ("The answer is 1,450", 1450),
    ],
)
def test_what_is_taken_back_supposed_or_asked_next_is_no_answer(text: str, value: int | Fraction | None) -> None:
    found = final_number(text)
    assert found is not None
    assert found.value == value
