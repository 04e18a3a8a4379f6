"""What a scorer may say, and what is an error of it."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from pytest_codeeval.core.errors import ScorerError
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.soundscore import sound

NAN, INFINITY = float("nan"), float("inf")


def deep(levels: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(levels):
        found = [found]
    return found


@pytest.mark.parametrize("answer", [None, "text", 1.5, 10**100, True, [1, {"a": (2,)}], {"a": None}])
def test_a_score_that_json_takes_is_left_as_it_is(answer: object) -> None:
    score = Score(True, answer=answer, value=2, measures={"x": 1})
    assert sound(score) is score


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (NAN, "nan"),
        ({"a": [1, -INFINITY], "b": (NAN, 2)}, {"a": [1, "-inf"], "b": ["nan", 2]}),
        (10**6000, "a number of 19932 bits"),
        ([-(10**6000)], ["a number of 19932 bits"]),
        ({"a": {3}}, {"a": "{3}"}),
        (b"x", "b'x'"),
        ({(1, 2): 3, 4: None}, {"(1, 2)": 3, "4": None}),
        (1 + 2j, "(1+2j)"),
    ],
    ids=[
        "nan",
        "within",
        "long",
        "long within",
        "set",
        "bytes",
        "keys",
        "complex",
    ],  # pytest writes no number of so many digits either
)
def test_what_a_model_said_and_json_has_no_form_for_is_text(answer: object, kept: object) -> None:
    score = sound(Score(False, "wrong_answer", answer=answer, detail="no"))
    assert (score.answer, score.detail) == (kept, "no")
    json.dumps(score.to_json(), allow_nan=False)


def test_what_is_nested_without_end_is_cut() -> None:
    said = json.dumps(sound(Score(False, answer=deep(100_000))).answer)
    assert said == "[" * 50 + '"\\u2026"' + "]" * 50


class Unspeakable:
    def __repr__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (None, "returned NoneType and not a Score"),
        (True, "returned bool and not a Score"),
        (Score(1), "passed=1, which has to be"),  # type: ignore[arg-type]
        (Score(True, value=NAN), "value=nan"),
        (Score(True, value=INFINITY), "value=inf"),
        (Score(True, value=10**400), "value=1000"),
        (Score(True, value="1"), "value='1'"),  # type: ignore[arg-type]
        (Score(True, value=Fraction(1, 2)), "value=Fraction"),  # type: ignore[arg-type]
        (Score(True, value=Unspeakable()), "value=a Unspeakable"),  # type: ignore[arg-type]
        (Score(True, detail=None), "detail=None"),  # type: ignore[arg-type]
        (Score(True, stages=(3,)), "stages=(3,)"),  # type: ignore[arg-type]
        (Score(True, stages=None), "stages=None"),  # type: ignore[arg-type]
        (Score(True, measures=[1]), "measures=[1]"),  # type: ignore[arg-type]
        (Score(True, measures={"x": NAN}), "measure 'x'=nan"),
        (Score(True, measures={1: 1.0}), "measure 1=1.0"),  # type: ignore[dict-item]
    ],
)
def test_nonsense_is_an_error_of_the_scorer(score: object, said: str) -> None:
    with pytest.raises(ScorerError) as caught:
        sound(score)
    assert said in str(caught.value)
