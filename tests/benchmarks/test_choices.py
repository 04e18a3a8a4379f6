"""Questions with choices: ARC and HellaSwag as published, and choices in another order."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.benchmarks import ARC_CHALLENGE, ARC_EASY, HELLASWAG
from pytest_codeeval.benchmarks.choices import shuffled
from pytest_codeeval.benchmarks.hellaswag import cleaned
from pytest_codeeval.benchmarks.source import Row, Rows
from pytest_codeeval.core.errors import DatasetError, UsageError
from pytest_codeeval.core.problem import DataRequest, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.scoring.choice import ChoiceScorer
from tests.scoring.saying import failing, scored

SCORER = ChoiceScorer()
PROBLEM = Problem("T/0", "Which?", language="", target="B", extra={"choices": ["one", "two", "three", "four"]})
FORMS: dict[str, Callable[[str], str]] = {
    "marker": lambda label: f"ANSWER: {label}",
    "bare": lambda label: label,
    "full stop": lambda label: f"{label}.",
    "brackets": lambda label: f"({label})",
    "bold": lambda label: f"**{label}**",
    "boxed": lambda label: f"\\boxed{{{label}}}",
    "sentence": lambda label: f"The correct answer is {label}.",
    "reasons before": lambda label: f"DNA has no part in it, and A is wrong.\n\nAnswer: ({label})",
    "reasons behind": lambda label: f"{label}\n\nExplanation: Because NASA says so.",
    "chinese": lambda label: f"答案：{label}。",
}


def loaded(suite: Suite, data: Path) -> tuple[Problem, ...]:
    return suite.load(DataRequest(str(data))).problems


@pytest.mark.parametrize(
    ("suite", "count", "first", "golds"),
    [
        (ARC_CHALLENGE, 1172, "ARC-Challenge/0", [261, 306, 311, 294]),
        (ARC_EASY, 2376, "ARC-Easy/0", None),
        (HELLASWAG, 1000, "HellaSwag/0", None),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_all_of_each_is_there(data: Path, suite: Suite, count: int, first: str, golds: list[int] | None) -> None:
    problems = loaded(suite, data)
    assert (len(problems), problems[0].task_id) == (count, first)
    spread = [sum(problem.target == label for problem in problems) for label in "ABCD"]
    assert sum(spread) == count
    assert golds is None or spread == golds
    assert not any(problem.prompt.startswith("Question:") for problem in problems)
    assert "not to be compared with published figures" in suite.note


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("suite", [ARC_CHALLENGE, HELLASWAG], ids=lambda suite: suite.name)
def test_every_gold_is_found_in_every_form(data: Path, suite: Suite, form: str) -> None:
    problems = loaded(suite, data)
    right = [problem for problem in problems if scored(SCORER, problem, FORMS[form](problem.target)).passed]
    assert len(right) == len(problems)


@pytest.mark.parametrize("suite", [ARC_CHALLENGE, HELLASWAG], ids=lambda suite: suite.name)
def test_every_wrong_letter_fails(data: Path, suite: Suite) -> None:
    tried = 0
    for number, problem in enumerate(loaded(suite, data)):
        form = list(FORMS.values())[number % len(FORMS)]
        for label in set("ABCD") - {problem.target}:
            score = scored(SCORER, problem, form(label))
            assert (score.passed, score.answer) == (False, label)
            tried += 1
    assert tried == 3 * len(loaded(suite, data))


@pytest.mark.parametrize("suite", [ARC_CHALLENGE, ARC_EASY, HELLASWAG], ids=lambda suite: suite.name)
def test_the_scorers_own_answers_do_as_they_should(data: Path, suite: Suite) -> None:
    problems = [
        problem
        for number, problem in enumerate(loaded(suite, data))
        if number % 20 == 0 or len(set(problem.extra["choices"])) < 4 or min(map(len, problem.extra["choices"])) < 3
    ]
    assert len(problems) > 40
    assert {problem.task_id: names for problem in problems if (names := failing(SCORER, problem))} == {}


def test_repeated_choices_are_never_the_right_one(data: Path) -> None:
    repeated = [problem for problem in loaded(ARC_CHALLENGE, data) if len(set(problem.extra["choices"])) < 4]
    assert len(repeated) == 4
    for problem in repeated:
        right = problem.extra["choices"]["ABCD".index(problem.target)]
        wrong = next(text for text in problem.extra["choices"] if problem.extra["choices"].count(text) > 1)
        assert scored(SCORER, problem, f"The answer is {right}").passed
        assert not scored(SCORER, problem, f"The answer is {wrong}").passed


@pytest.mark.parametrize("suite", [ARC_CHALLENGE, ARC_EASY, HELLASWAG], ids=lambda suite: suite.name)
def test_each_prompt_shows_what_is_chosen_from(data: Path, suite: Suite) -> None:
    problem = loaded(suite, data)[0]
    prompt = suite.prompt(problem)
    assert isinstance(prompt, Prompt)
    for label, text in zip("ABCD", problem.extra["choices"], strict=True):
        assert f"\n{label}) {text}\n" in prompt.turns[0]
        assert f"\n{label}) {text}\n" in prompt.text
    assert "`ANSWER: X`, where X is a letter from A to D" in prompt.turns[0]
    assert prompt.text.endswith("\nANSWER:")
    assert prompt.text.count("\nANSWER: ") in (3, 4)
    assert len(prompt.stop) <= 4


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("[header] How to bowl [title] Grip it. [step] As you bowl", "How to bowl. Grip it. As you bowl"),
        ("  [substeps] Use plain sauce. ", " Use plain sauce."),
        (", the man [sic] runs", ", the man runs"),
        ("[[[", "[[["),
    ],
)
def test_marks_of_pages_are_taken_away(text: str, clean: str) -> None:
    assert cleaned(text).replace("  ", " ").lstrip() == clean.lstrip()


def test_no_mark_of_a_page_is_left(data: Path) -> None:
    for problem in loaded(HELLASWAG, data):
        shown = "\n".join([problem.prompt, *problem.extra["choices"]])
        assert not any(mark in shown for mark in ("[header]", "[title]", "[step]", "[substeps]"))
        assert all(text == text.strip() != "" for text in problem.extra["choices"])
    assert loaded(HELLASWAG, data)[0].prompt == (
        "Pole vault: Pole vault is a sport where you run with a pole and stop and swing your body. A few women"
    )


@pytest.mark.parametrize(
    ("suite", "fields", "problem"),
    [
        (
            ARC_CHALLENGE,
            {
                "id": "Mercury_1",
                "question": "Which?",
                "choices": {"text": ["a", "b", "c"], "label": ["1", "2", "3"]},
                "answerKey": "3",
            },
            ("ARC-Challenge/0", "Which?", ["a", "b", "c"], "C"),
        ),
        (
            HELLASWAG,
            {"activity_label": "Fun", "ctx_a": "A man", "ctx_b": "", "endings": ["a.", "b.", "c.", "d."], "label": "3"},
            ("HellaSwag/0", "Fun: A man", ["a.", "b.", "c.", "d."], "D"),
        ),
    ],
    ids=["arc", "hellaswag"],
)
def test_rows_of_the_hub_are_read(
    monkeypatch: pytest.MonkeyPatch, suite: Suite, fields: dict[str, Any], problem: tuple[Any, ...]
) -> None:
    rows = Rows((Row("row 0", fields),), "0", "hub")
    monkeypatch.setattr("pytest_codeeval.benchmarks.source.rows_from_hub_if_there", lambda *_: rows)
    (found,) = suite.load(DataRequest()).problems
    assert (found.task_id, found.prompt, found.extra["choices"], found.target) == problem


@pytest.mark.parametrize(
    ("suite", "file", "row", "said"),
    [
        (ARC_CHALLENGE, "arc/arc_challenge.jsonl", {"query": "Q", "choices": ["a", "b"], "gold": 2}, "number 2, count"),
        (
            ARC_CHALLENGE,
            "arc/arc_challenge.jsonl",
            {"query": "Q", "choices": ["a", "b"], "gold": True},
            "'gold' is not",
        ),
        (ARC_CHALLENGE, "arc/arc_challenge.jsonl", {"query": "Q", "choices": ["a"], "gold": 0}, "not 2 to 26 choices"),
        (ARC_EASY, "arc/arc_easy.jsonl", {"query": "Q", "choices": ["a", " "], "gold": 0}, "each with a text"),
        (
            ARC_EASY,
            "arc/arc_easy.jsonl",
            {"question": "Q", "choices": {"text": ["a", "b"], "label": ["A", "B"]}, "answerKey": "C"},
            "'answerKey' is 'C'",
        ),
        (ARC_EASY, "arc/arc_easy.jsonl", {"question": "Q", "choices": ["a"], "answerKey": "A"}, "is not an object"),
        (
            HELLASWAG,
            "hellaswag/hellaswag_val_1000.jsonl",
            {"activity_label": "F", "ctx_a": "A", "ctx_b": "b", "endings": ["a", "b"], "label": ""},
            "'label' is no place",
        ),
    ],
)
def test_a_malformed_row_is_named(tmp_path: Path, suite: Suite, file: str, row: dict[str, Any], said: str) -> None:
    (tmp_path / file).parent.mkdir()
    (tmp_path / file).write_text(json.dumps(row) + "\n")
    with pytest.raises(DatasetError, match=rf"line 1.*{said}"):
        suite.load(DataRequest(str(tmp_path)))


@pytest.mark.parametrize(("suite", "name"), [(ARC_EASY, "arc-easy"), (HELLASWAG, "hellaswag")])
def test_without_data_the_ways_to_it_are_told(no_datasets: None, tmp_path: Path, suite: Suite, name: str) -> None:
    with pytest.raises(DatasetError, match=f"codeeval data fetch {name} --data "):
        suite.load(DataRequest(str(tmp_path)))


@given(st.integers(), st.lists(st.text(max_size=3), min_size=2, max_size=26), st.data())
def test_in_another_order_the_right_choice_is_the_same(seed: int, choices: list[str], draw: st.DataObject) -> None:
    right = draw.draw(st.integers(0, len(choices) - 1))
    problem = Problem("T/0", "Which?", target=chr(65 + right), extra={"choices": choices, "id": "x"})
    other = shuffled(problem, seed)
    assert sorted(other.extra["choices"]) == sorted(choices)
    assert other.extra["choices"][ord(other.target) - 65] == choices[right]
    assert other == shuffled(problem, seed)
    assert (other.extra["id"], other.prompt, problem.extra["choices"]) == ("x", "Which?", choices)


def test_the_order_follows_from_the_seed_and_the_task() -> None:
    def order(seed: int, task: str) -> list[str]:
        problem = Problem(task, "Which?", target="A", extra=PROBLEM.extra)
        return list(shuffled(problem, seed).extra["choices"])

    assert order(7, "T/0") == ["three", "one", "four", "two"]  # on every machine, in every release
    assert len({tuple(order(seed, "T/0")) for seed in range(50)}) > 10
    assert len({tuple(order(0, f"T/{number}")) for number in range(50)}) > 10
    targets = [shuffled(Problem(f"T/{n}", "", target="B", extra=PROBLEM.extra), 1).target for n in range(400)]
    assert all(60 < targets.count(label) < 140 for label in "ABCD")


# Scored by log-likelihood


def scored_suite(suite: Suite) -> Suite:
    assert suite.scored is not None
    return suite.scored


def asked_by(suite: Suite, problem: Problem) -> Prompt:
    prompt = suite.prompt(problem)
    assert isinstance(prompt, Prompt)
    return prompt


def test_arc_is_scored_in_the_words_of_lm_eval(data: Path) -> None:
    suite = scored_suite(ARC_CHALLENGE)
    rows = [json.loads(line) for line in (data / "arc/arc_challenge.jsonl").read_text("utf-8").splitlines()]
    problems = loaded(suite, data)
    assert len(problems) == len(rows) == 1172
    for problem, row in zip(problems, rows, strict=True):
        prompt = asked_by(suite, problem)
        assert prompt.text == f"{row['query']}\nAnswer:"
        assert prompt.text.startswith("Question: ")
        assert prompt.continuations == tuple(f" {choice}" for choice in row["choices"])
        assert "ABCD".index(problem.target) == row["gold"]


def test_hellaswag_is_scored_in_the_words_of_lm_eval(data: Path) -> None:
    def preprocessed(text: str) -> str:
        return re.sub(r"\[.*?\]", "", text.strip().replace(" [title]", ". ")).replace("  ", " ")

    suite = scored_suite(HELLASWAG)
    with gzip.open(data / "hellaswag/hellaswag_val_1000.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    problems = loaded(suite, data)
    leading = 0
    for problem, row in zip(problems, rows, strict=True):
        prompt = asked_by(suite, problem)
        context = f"{row['activity_label']}: {row['ctx_a']} {row['ctx_b'].capitalize()}"
        assert prompt.text == preprocessed(context)
        endings = [preprocessed(ending) for ending in row["endings"]]
        assert prompt.continuations == tuple(f" {ending}" for ending in endings)
        assert problem.extra["choices"] == endings  # with their own blanks, which are counted
        leading += sum(ending.startswith(" ") for ending in endings)
    assert leading == 134


@pytest.mark.parametrize("suite", [ARC_CHALLENGE, ARC_EASY, HELLASWAG], ids=lambda suite: suite.name)
def test_the_right_choice_is_the_same_by_letter_and_by_likelihood(data: Path, suite: Suite) -> None:
    pairs = zip(loaded(suite, data), loaded(scored_suite(suite), data), strict=True)
    assert all((one.task_id, one.target) == (other.task_id, other.target) for one, other in pairs)
    assert scored_suite(suite).name == suite.name
    assert "log-likelihood" in scored_suite(suite).note


@pytest.mark.parametrize(("suite", "names"), [(ARC_EASY, ["acc", "acc_norm"]), (HELLASWAG, ["acc_norm", "acc"])])
def test_the_published_figures_are_those_of_the_suite(suite: Suite, names: list[str]) -> None:
    assert [metric.name for metric in scored_suite(suite).measured_by] == names


@pytest.mark.parametrize(("suite", "own"), [(ARC_CHALLENGE, 4), (HELLASWAG, 3)], ids=["arc", "hellaswag"])
def test_shots_are_solved_questions_of_the_same_form(data: Path, suite: Suite, own: int) -> None:
    suite = scored_suite(suite)
    plain = suite.load(DataRequest(str(data)))
    shown = suite.load(DataRequest(str(data), shots=own))
    bare, prompt = asked_by(suite, plain.problems[0]), asked_by(suite, shown.problems[0])
    *shots, question = prompt.text.split("\n\n")
    assert (len(shots), question, prompt.continuations) == (own, bare.text, bare.continuations)
    if suite.name != "hellaswag":
        assert (
            shots[1] == "Question: Which of these is a source of energy that can be used again and again?\nAnswer: wind"
        )
    assert shown.note == f"{own} shots (this project's own)"
    assert shown.sha256 != plain.sha256
    with pytest.raises(UsageError, match=rf"--shots={own + 1}: there are {own} examples \(this project's own\); give "):
        suite.load(DataRequest(str(data), shots=own + 1))


def test_shots_are_the_first_of_the_training_part_if_it_is_there(tmp_path: Path) -> None:
    (tmp_path / "arc").mkdir()
    test = {"query": "Question: Which?", "choices": ["a", "b"], "gold": 1}
    training = {"id": "M", "question": "Where?", "choices": {"text": ["x", "y"], "label": ["1", "2"]}, "answerKey": "2"}
    (tmp_path / "arc/arc_easy.jsonl").write_text(json.dumps(test))
    (tmp_path / "arc/arc_easy_train.jsonl").write_text(f"{json.dumps(training)}\n" * 7)
    suite = scored_suite(ARC_EASY)
    found = suite.load(DataRequest(str(tmp_path), shots=6))
    assert (
        asked_by(suite, found.problems[0]).text == "Question: Where?\nAnswer: y\n\n" * 6 + "Question: Which?\nAnswer:"
    )
    assert found.note == "6 shots (arc_easy_train.jsonl)"
    with pytest.raises(UsageError, match="there are 7 examples"):
        suite.load(DataRequest(str(tmp_path), shots=8))
