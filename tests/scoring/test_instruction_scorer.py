"""InstructionScorer: strict and loose, by prompt and by instruction; the same answer has the same score everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.core.errors import DatasetError, UsageError
from pytest_codeeval.core.metric import Scored, Share
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.score import Score
from pytest_codeeval.scoring.instructions import language
from pytest_codeeval.scoring.instructions.instruction import variants
from pytest_codeeval.scoring.instructions.scorer import InstructionScorer
from tests.scoring.saying import scored

SCORER = InstructionScorer()
NO_COMMA = {"kind": "punctuation:no_comma", "args": {}}
QUOTED = {"kind": "startend:quotation", "args": {}}
TITLE = {"kind": "detectable_format:title", "args": {}}
WORDS = {"kind": "length_constraints:number_words", "args": {"num_words": 3, "relation": "at least"}}
# Short answers, of which langdetect without a seed says now this and now that.
UNSURE = ["Hello world", "OK", "la casa", "no", "Hallo Welt", "hej", "1 a", "bon"]


def asking(*instructions: dict[str, Any]) -> Problem:
    return Problem("IFEval/1", "Say it.", language="", extra={"instructions": list(instructions)})


def figures(score: Score) -> tuple[float, ...]:
    names = ("prompt loose", "instruction strict", "instruction loose", "fixed", "instructions")
    return tuple(score.measures[name] for name in names)


@pytest.mark.parametrize(
    ("text", "passed", "measures"),
    [
        ('"a b c"', True, (1, 3, 3, 1, 3)),
        ("a b c", False, (0, 2, 2, 0, 3)),
        ('Sure, here it is:\n"a b c"', False, (1, 1, 3, 0, 3)),
        ('"a b c"\nI hope, it helps', False, (1, 1, 3, 0, 3)),
        ('Sure, so:\n*"a b c"*\nI hope, it helps', False, (1, 1, 3, 0, 3)),
        ("a, b", False, (0, 0, 0, 0, 3)),
    ],
)
def test_the_figures_of_an_answer(text: str, passed: bool, measures: tuple[float, ...]) -> None:
    score = scored(SCORER, asking(NO_COMMA, QUOTED, WORDS), text)
    assert (score.passed, figures(score)) == (passed, measures)


@pytest.mark.parametrize(("text", "finish"), [("", "stop"), (" \n", "stop"), ("", "length"), ("a" * 70000, "stop")])
def test_who_says_nothing_or_too_much_follows_nothing(text: str, finish: str) -> None:
    score = scored(SCORER, asking(NO_COMMA, NO_COMMA), text, finish)
    assert (score.passed, figures(score)) == (False, (0, 0, 0, 0, 2))


def test_an_answer_that_was_cut_off_is_read_to_its_last_letter() -> None:
    score = scored(SCORER, asking(WORDS), "one two three", "length")
    assert (score.passed, score.outcome) == (True, "passed")
    score = scored(SCORER, asking(WORDS), "one two", "length")
    assert (score.passed, score.outcome, figures(score)) == (False, "cut_short", (0, 0, 0, 0, 1))


def test_it_says_what_is_not_followed() -> None:
    score = scored(SCORER, asking(TITLE, WORDS, NO_COMMA), "a, b")
    assert score.detail == (
        "not followed: detectable_format:title, length_constraints:number_words "
        "(relation 'at least', num_words 3), punctuation:no_comma"
    )
    assert (score.outcome, score.cause) == ("wrong_answer", "title")
    assert score.answer == {"followed": [False, False, False], "loosely": [False, False, False]}


def test_the_variants_of_loose_scoring_are_eight_and_none_is_blank() -> None:
    assert list(variants("*a*\n*b*\n*c*")) == [
        *("*a*\n*b*\n*c*", "a\nb\nc"),
        *("*b*\n*c*", "b\nc", "*a*\n*b*", "a\nb", "*b*", "b"),
    ]
    assert list(variants("a\n b \n")) == ["a\n b \n", "b", "a\n b"]
    assert list(variants("**")) == ["**"]


def test_a_kind_that_there_is_not_is_named() -> None:
    with pytest.raises(DatasetError, match="IFEval/1: 'x:y' is no kind of instruction"):
        scored(SCORER, asking({"kind": "x:y", "args": {}}), "a")


def test_instructions_weigh_alike_whichever_prompt_they_are_of() -> None:
    share = SCORER.metrics[2]
    assert isinstance(share, Share)

    def estimate(*problems: Sequence[tuple[int, int]]) -> float | None:
        samples = [
            [Scored(n == of, 0, {"instruction strict": n, "instructions": of}) for n, of in problem]
            for problem in problems
        ]
        found = share.estimate(samples)
        return found and found.value

    assert estimate([(3, 3)], [(0, 1)]) == 0.75
    assert estimate([(3, 3), (0, 3)], [(0, 1), (1, 1)]) == 0.5
    assert estimate([(0, 3)]) == 0.0


def test_without_what_tells_languages_its_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_PACKAGE", "langdetect_that_is_not_here")
    monkeypatch.setattr(language, "_factories", [])
    language.language_of.cache_clear()
    assert not language.can_tell()
    with pytest.raises(UsageError, match=r"needs langdetect: pip install 'pytest-codeeval\[ifeval\]'"):
        language.language_of("Hello world")


def test_languages_are_told_alike_in_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first four ask at the same time, before anything is loaded."""
    pytest.importorskip("langdetect", reason="the extra [ifeval] is not installed")
    monkeypatch.setattr(language, "_factories", [])
    language.language_of.cache_clear()
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(language.language_of.__wrapped__, UNSURE * 12))
    assert told == told[: len(UNSURE)] * 12
    assert len(language._factories) == 1


def test_languages_are_told_alike_in_processes() -> None:
    pytest.importorskip("langdetect", reason="the extra [ifeval] is not installed")
    program = (
        f"from pytest_codeeval.scoring.instructions.language import language_of\nprint([*map(language_of, {UNSURE})])"
    )
    paths = os.pathsep.join(filter(None, sys.path))
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": str(seed)},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in range(2)
    }
    assert said == {f"{[*map(language.language_of, UNSURE)]}\n"}
