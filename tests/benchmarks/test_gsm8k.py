"""GSM8K as published: its golds in every form in which models write them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.benchmarks import GSM8K
from pytest_codeeval.benchmarks.gsm8k_examples import EXAMPLES
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest, Problem
from pytest_codeeval.scoring.ladder import final_number
from pytest_codeeval.scoring.number import NumberScorer
from tests.scoring.saying import failing, scored

SCORER = NumberScorer()
FORMS: dict[str, Callable[[str], str]] = {
    "hashes": lambda gold: f"#### {gold}",
    "boxed": lambda gold: f"\\boxed{{{gold}}}",
    "display": lambda gold: f"$$\\boxed{{{gold}}}$$",
    "bold": lambda gold: f"**{gold}**",
    "full stop": lambda gold: f"{gold}.",
    "decimals": lambda gold: f"{gold}.00",
    "money": lambda gold: f"The answer is ${gold}.",
    "commas": lambda gold: f"In 3 days that makes {int(gold):,}",
}


@pytest.fixture
def problems(data: Path) -> tuple[Problem, ...]:
    return GSM8K.load(DataRequest(str(data))).problems


def test_all_of_it_is_there(problems: tuple[Problem, ...]) -> None:
    assert (len(problems), problems[0].task_id, problems[-1].task_id) == (1319, "GSM8K/0", "GSM8K/1318")
    assert (problems[0].target, problems[0].prompt[:13]) == ("18", "Janet’s ducks")
    assert max(map(len, (problem.target for problem in problems))) == len("1450000")
    assert sum(problem.target.startswith("-") for problem in problems) == 2
    assert not any("<<" in problem.canonical_solution for problem in problems)
    assert problems[0].canonical_solution.startswith("Janet sells 16 - 3 - 4 = 9 duck eggs a day.\n")


@pytest.mark.parametrize("form", FORMS)
def test_every_gold_is_found_in_every_form(problems: tuple[Problem, ...], form: str) -> None:
    right = [problem for problem in problems if scored(SCORER, problem, FORMS[form](problem.target)).passed]
    assert len(right) == 1319


def test_the_worked_answers_pass_both_rules(problems: tuple[Problem, ...]) -> None:
    scores = [scored(SCORER, problem, SCORER.reference(problem)) for problem in problems]
    assert sum(bool(score.passed) for score in scores) == 1319
    # lm-eval compares with the gold as it is written, without commas as well.
    assert sum(score.measures["strict"] for score in scores) == 1319


def test_the_scorers_own_answers_do_as_they_should(problems: tuple[Problem, ...]) -> None:
    assert {problem.task_id: names for problem in problems[::10] if (names := failing(SCORER, problem))} == {}


def test_a_base_model_is_shown_eight_examples_that_are_right(problems: tuple[Problem, ...]) -> None:
    prompt = GSM8K.prompt(problems[0])
    assert not isinstance(prompt, str)
    assert prompt.text == f"{EXAMPLES}Question: {problems[0].prompt}\nAnswer:"
    assert prompt.stop == ("Question:", "</s>", "<|im_end|>")
    assert problems[0].prompt in prompt.turns[0]
    answers = [shot.split("Answer:")[1] for shot in EXAMPLES.split("Question:")[1:]]
    assert [answer.count("#### ") for answer in answers] == [1] * 8
    for step in (line.rpartition(" = ") for answer in answers for line in answer.splitlines() if " = " in line):
        words = [word for word in step[0].split() if word[0].isdigit() or word in {"+", "-", "*", "/"}]
        found = final_number(step[2])
        assert found is not None
        assert _worth(words[-3:]) == found.value


def _worth(words: list[str]) -> float:
    left, sign, right = words
    a, b = float(left), float(right)
    return {"+": a + b, "-": a - b, "*": a * b, "/": a / b}[sign]


def test_no_example_is_one_of_the_problems(problems: tuple[Problem, ...]) -> None:
    said = {problem.prompt for problem in problems}
    assert not any(shot.split("\nAnswer:")[0].strip() in said for shot in EXAMPLES.split("Question:")[1:])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"question": "How many?", "answer": "18"}, "line 1: field 'answer' does not end in '#### ' and a number"),
        ({"question": "How many?", "answer": "#### many"}, "does not end in '#### '"),
        ({"question": "", "answer": "#### 18"}, "field 'question' is empty"),
    ],
)
def test_a_malformed_row_is_named(tmp_path: Path, row: dict[str, Any], said: str) -> None:
    (tmp_path / "gsm8k").mkdir()
    (tmp_path / "gsm8k/test.jsonl").write_text(json.dumps(row) + "\n")
    with pytest.raises(DatasetError, match=said):
        GSM8K.load(DataRequest(str(tmp_path)))


def test_without_data_the_ways_to_it_are_told(no_datasets: None, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"codeeval data fetch gsm8k --data .*gsm8k/test\.jsonl"):
        GSM8K.load(DataRequest(str(tmp_path)))
