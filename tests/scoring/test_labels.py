"""Which choice an answer names; what other harnesses take for one, as documented, beside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.scoring.labels import MARKER, QUOTED_TEXT, WHOLE_ANSWER, named_choice
from pytest_codeeval.scoring.options import Options

PLANET = (
    "Planetary density will decrease.",
    "Planetary years will become longer.",
    "Planetary days will become shorter.",
    "Planetary gravity will become stronger.",
)
NUMBERS = ("4", "3", "2", "1")
TWICE = ("increase", "decrease", "increase", "remain the same")
ALLELES = ("R", "rr", "Rr", "RR")
FORMULAS = ("C", "NO_{2}", "O_{2}", "CO")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # taken back
        *(
            (f"ANSWER: C{words}B", "B")
            for words in (", no wait, ", "... Actually, ", " → ", ". Correction: ", ", sorry, ")
        ),
        ("ANSWER: C (no, B)", "B"),
        ("ANSWER: ~~C~~ B", "B"),
        ("The answer is C. No B is right", "C"),
        ("ANSWER: C\n\nWait, that's wrong. It is B.", "B"),
        ("ANSWER: C\n\nWait, that's right. It is not B.", "C"),
        ("The answer is not A but C.", "C"),
        ("Die Antwort ist nicht A, sondern C.", "C"),
        ("答案不是A，而是C。", "C"),
        # offered together with another one
        *(
            (f"ANSWER: A{more}", "")
            for more in ("; C", " | C", " (or C)", ". C is also correct.", ", but C may be equally right")
        ),
        (r"\boxed{A, C}", ""),
        (r"\boxed{A,C}", ""),
        # only supposed, or said by others
        ("Here the answer is C. If it were about years, the answer would be B.", "C"),
        ("If days get shorter, the answer is C.", "C"),
        ("Some may say the answer is A, but the answer is C.", "C"),
        ("The answer is C, although some say the answer is A.", "C"),
        # gone on with the next question
        ("ANSWER: C\n\nQuestion: Which colour?\nA) red\nB) blue\nANSWER: B", "C"),
        ("C\n\nQ: Which colour?\nAnswer: B", "C"),
        ("Question: Which?\nAnswer: A\n\nQuestion: And which?\nAnswer: C", "C"),
        # chosen
        *(
            (f"{words} C.", "C")
            for words in ("I choose", "I'd go with", "I pick", "So it's", "La bonne réponse est la")
        ),
        *(
            (f"{words} C", "C")
            for words in ("Jawaban:", "Đáp án:", "Het antwoord is", "Cevap:", "الإجابة هي", "正解は")
        ),
        ("I choose A mixture.", None),
        # a question that is repeated
        ("\n".join(f"{label}) {text}" for label, text in zip("ABCD", PLANET, strict=True)), None),
    ],
)
def test_what_is_taken_back_supposed_or_asked_next_is_no_answer(text: str, said: str | None) -> None:
    assert labels(text) == said


def labels(text: str, choices: tuple[str, ...] = PLANET) -> str | None:
    """Return the labels that are named, None if none is."""
    named = named_choice(text, Options(choices))
    return None if named is None else "".join(named.labels)


@pytest.mark.parametrize(
    "text",
    [
        *("ANSWER: C", "answer: C", "Answer: (C)", "**Answer:** C", "**Answer: C**", "ANSWER: [C]", "Answer: <C>"),
        *(
            "`ANSWER: C`",
            'ANSWER: "C"',
            "ANSWER：Ｃ",
            "ANSWER\nC",
            "### Answer\n\n**C**",
            "Final answer: C.",
            "ANSWER: c",
        ),
        *(
            "The answer is C",
            "the best answer is: C",
            "The answer is **C) Planetary days**",
            "The answer is C, as it is",
        ),
        *("The answer is C because A is wrong.", "The answer is C. A is wrong.", "Answer: C - shorter", "answer = C;"),
        *(
            "The correct option is (C).",
            "My choice is C.",
            "Option C is correct. DNA is in the nucleus.",
            "选C",
            "答案是C",
        ),
        *(
            "(C) is the best choice.",
            "**C** is the correct answer.",
            "<answer>C</answer> A",
            "正确答案：C。",
            "Antwort: C",
        ),
        *(
            r"\boxed{C}",
            r"So $\boxed{\textbf{(C)}}$.",
            r"\boxed{C) Planetary days}",
            r"\boxed{\text{C}}, not A",
            "ANSWER: 3",
        ),
        *("ANSWER: A\nNo.\nANSWER: C", "ANSWER: C\n\nThe answer is well known.", "ANSWER: X is asked.\nANSWER: C"),
        *(
            "The answer is C, A is wrong.",
            "The answer is C and A is wrong.",
            "Answer: C planetary days will become shorter",
            "Answer: C (see above)",
        ),
        *(
            "ANSWER: C<|im_end|>",
            "ANSWER → C",
            "Answer - C",
            "答えはCです",
            "정답은 C입니다",
            "答案是选项C",
            "正确选项是C",
        ),
        "Therefore, answer choice C is correct.",
        "The answer is Planetary days will become shorter.\n\nIt spins faster.",
    ],
)
def test_a_label_behind_a_marker(text: str) -> None:
    assert named_choice(text, Options(PLANET)) == (MARKER, ("C",))


@pytest.mark.parametrize(
    "text",
    [
        *("C", "C.", "(C)", "**C**", "C)", "c", "(c)", "3", " C \n", "C\n\nExplanation: Because NASA says so."),
        *("C) Planetary days will become shorter.", "C. planetary days will become shorter", "It spins faster.\n\nC"),
        *(
            "(C) Planetary days will become shorter.\n\nAnd (A) is wrong.",
            "It spins faster.\n**C**",
            "3) " + PLANET[2],
            "C</s>",
        ),
    ],
)
def test_a_label_that_is_the_whole_of_an_answer_or_of_its_first_or_last_line(text: str) -> None:
    assert named_choice(text, Options(PLANET)) == (WHOLE_ANSWER, ("C",))


@pytest.mark.parametrize("text", [PLANET[2], "So planetary days will become shorter", f"As said:\n\n**{PLANET[2]}**"])
def test_a_text_that_the_last_line_quotes(text: str) -> None:
    assert named_choice(text, Options(PLANET)) == (QUOTED_TEXT, ("C",))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "...",
            "I think it is B because A is wrong.",
            "A mixture",
            "Answer: A mixture",
            "The answer is a mixture.",
        ),
        *("The answer is a (large) mixture.", "The answer is a: b"),
        *("B vitamins", "It is in vitamin\nC", "The answer is not A.", "ANSWER: X", "ANSWER: E", "E", "5", "ANSWER: 5"),
        *("The answer is A's", "the answer is B-like", "Option A is correct in part.", "A or B", "A, B, C, D"),
        *(
            "A) this\nB) that\nC) more",
            "A\nB",
            "c) is one of them",
            "Planetary days",
            "A. Planetary days and years",
            "0",
        ),
        *(f"It is not true that {PLANET[2]}", f"A) {PLANET[2]}", f"{PLANET[0]} {PLANET[1]}", "The answer is 3.5", "\0"),
    ],
)
def test_a_stray_capital_or_text_names_nothing(text: str) -> None:
    assert labels(text) is None


@pytest.mark.parametrize(
    "text",
    ["ANSWER: A or B", "ANSWER: A and B", "Answer: A and B are right", "Answer: A, B", "(A)/(B)", "A, B and C", "A、B"],
)
def test_several_labels_behind_a_marker_are_none(text: str) -> None:
    assert labels(text if "ANS" in text.upper() else f"Answer: {text}") == ""


@pytest.mark.parametrize(
    ("choices", "text", "found"),
    [
        (NUMBERS, "ANSWER: 4", "A"),
        (NUMBERS, "4", "A"),
        (NUMBERS, "D", "D"),
        (NUMBERS, "ANSWER: D) 1", "D"),
        (NUMBERS, "2 + 2 = 4", None),
        (("6", "7", "13", "19"), "ANSWER: 2", None),
        (("975 grams", "1,000 grams", "1,025 grams", "2,500 grams"), "The answer is 1,025 grams.", "C"),
        (("6:00 A.M.", "10:00 A.M.", "1:00 P.M.", "3:00 P.M."), "ANSWER: 1:00 P.M.", "C"),
        (("4-6", "5-7", "7-9", "10-12"), "ANSWER: 4-6", "A"),
        (TWICE, "increase", "AC"),
        (TWICE, "ANSWER: C", "C"),
        (TWICE, "It will decrease", "B"),
        (TWICE, "C) increase", "C"),
        (TWICE, "B) increase", None),
        (ALLELES, "ANSWER: Rr", "C"),
        (ALLELES, "ANSWER: RR", "D"),
        (ALLELES, "rr", "B"),
        (ALLELES, "ANSWER: R", "A"),
        (FORMULAS, "ANSWER: C", "C"),
        (FORMULAS, "CO", "D"),
        (FORMULAS, "It is CO2", None),
        (("light", "light energy", "heat", "sound"), "It is light energy", "B"),
        (("yes", "no"), "ANSWER: b", "B"),
    ],
)
def test_texts_that_look_like_labels_or_like_each_other(choices: tuple[str, ...], text: str, found: str | None) -> None:
    assert labels(text, choices) == found


# Of an answer, whether lm-eval's match with the bare letter finds B (cut at the first full stop, punctuation ignored),
# and what EvalScope's last capital is, as read; the label that is meant.
OTHERS = [
    ("B", True, "B", "B"),
    ("B. " + PLANET[1], True, "P", "B"),
    ("(B)", True, "B", "B"),
    ("The best answer is B.", False, "B", "B"),
    ("**B**", True, "B", "B"),
    ("B\n\nExplanation: Because NASA says so.", True, "A", "B"),
    ("Option B is correct. DNA is in the nucleus.", False, "A", "B"),
    ("I think it is B because A is wrong.", False, "A", None),
    ("It spins faster. ANSWER: B", False, "B", "B"),
]


@pytest.mark.parametrize(("text", "bare", "last_capital", "meant"), OTHERS)
def test_what_other_harnesses_find_and_what_is_meant(text: str, bare: bool, last_capital: str, meant: str) -> None:
    cut = text.split("\n\n")[0].split(".")[0]
    assert (cut.strip("()*. ") == "B") is bare
    assert [letter for letter in text if letter.isupper()][-1] == last_capital
    assert labels(text) == meant


HOSTILE = [
    *(" ", "\n", "A", "B ", "A\n", "A) \n", "1\n", "(", "((A", "[", "<", "*", "**A**", "`", "$", "\\", ":", "。", "\0"),
    *(
        "answer",
        "answer:",
        "answer: A",
        "ANSWER: A or ",
        "answer: A,",
        "answer is ",
        "answer\n",
        "答案",
        "选",
        r"\text{",
    ),
    *(
        r"\boxed{",
        r"\boxed{A",
        "option A is ",
        "A is correct",
        "the correct option ",
        "increase ",
        "not ",
        "rr ",
        "option ",
    ),
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_the_longest_hostile_text_is_read_in_a_moment(unit: str, cpu: None) -> None:
    text = unit * ((1 << 16) // len(unit))
    labels(text, TWICE)
    labels(f"answer: {text[: 1 << 14]}", ALLELES)


@given(st.lists(st.sampled_from(HOSTILE), max_size=20).map("".join), st.sampled_from("ABCD"))
def test_whatever_stands_before_the_last_line_its_marker_decides(before: str, label: str) -> None:
    assert labels(f"{before}\n\nANSWER: {label}", TWICE) == label


@given(st.lists(st.sampled_from([*HOSTILE, *"ABCD", *TWICE]), max_size=30).map("".join))
def test_any_text_names_labels_that_are_offered_or_none(text: str) -> None:
    assert set(labels(text, TWICE) or "") <= set("ABCD")


@pytest.mark.parametrize("choices", [("",) * 4, ("a",), ("x",) * 26, ("a a", "a", "a a a", "."), ()])
def test_odd_choices_are_read(choices: tuple[str, ...]) -> None:
    for text in ("", "A", "a", "ANSWER: a", "ANSWER: Z", "a a a", ".", "1"):
        labels(text, choices)
