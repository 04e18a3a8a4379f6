"""The judge without a model: what it says follows from the words that a good answer has."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest

from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.backends.demo.backend import DemoBackend
from pytest_codeeval.generation.backends.demo.judge import scripted_verdict
from pytest_codeeval.scoring.judging.rating import VerdictForm, rating_in
from tests.generation.scripted import ask


def script(answer: str, keywords: tuple[str, ...] = (), reference: str = "") -> str:
    return json.dumps({"answer": answer, "keywords": keywords, "reference": reference})


@pytest.mark.parametrize(
    ("said", "rating"),
    [
        (script("Light is Scattered by short wavelengths.", ("scatter", "wavelength")), 9.0),
        (script("Light is scattered.", ("scatter", "wavelength")), 2.5),
        (script("Because.", ("scatter", "wavelength")), 1.0),
        (script("It upscatters a wavelength", ("scatter", "wavelength")), 2.5),  # a word begins so
        (script("Four and eight.", reference="Four, then eight!"), 7.0),
        (script("four then eight", reference="Four, then eight!"), 10.0),
        (script("No.", reference="Four, then eight!"), 1.0),
        (script("Anything."), 5.0),
        (script("C++ (really)", ("c++", "(really)")), 9.0),
    ],
)
def test_ratings(said: str, rating: float) -> None:
    verdict = scripted_verdict(said)
    assert [rating_in(verdict, form) for form in VerdictForm] == [rating, rating]


@pytest.mark.parametrize("said", ["", "{", "[]", "7", '{"answer": "x"}', "[" * 100_000])
def test_a_script_that_is_none_is_an_error(said: str) -> None:
    with pytest.raises(BackendError, match="demo rates answers of problems that come with a script"):
        scripted_verdict(said)


def test_the_demo_backend_judges_where_a_judge_is_asked() -> None:
    request = replace(ask(), suite="judge:general", script=script("Yes.", ("yes",)))
    (completion,) = asyncio.run(DemoBackend().generate([request]))
    assert completion.text.endswith("VERDICT: 9")
    assert completion.finish_reason == "stop"
