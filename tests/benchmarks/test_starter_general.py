"""This project's own problems in words: targets are right, references hold what is looked for, prompts fit the kind."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from string import ascii_uppercase
from types import SimpleNamespace
from typing import cast

import pytest

from pytest_codeeval.benchmarks import STARTER_GENERAL
from pytest_codeeval.benchmarks.starter_general import ByKind, load, prompt
from pytest_codeeval.core.completion import Completion, SamplingParams
from pytest_codeeval.core.problem import DataRequest, Problem
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.scorer import Scorer, Tools
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.scoring.answertest import SandboxTools, answer_test
from pytest_codeeval.scoring.calls.samples import wanted
from pytest_codeeval.scoring.calls.schema import parameters
from pytest_codeeval.scoring.calls.validation import unchecked, violation
from pytest_codeeval.scoring.instructions.kinds import OF_LANGUAGE, OF_SENTENCES

DATASET = load(DataRequest())
PROBLEMS = {int(problem.task_id.removeprefix("General/")): problem for problem in DATASET.problems}
OF_KIND = {
    kind: [problem for problem in DATASET.problems if problem.extra["kind"] == kind]
    for kind in ("number", "choice", "judge", "instructions", "calls", "prediction", "json")
}

F = Fraction
AFTER_FIRST_ISLAND = 148 - 36 + 52
COMPUTED = {
    0: AFTER_FIRST_ISLAND - F(AFTER_FIRST_ISLAND, 4),
    1: 4 - 3 * ((24 + 4 - 18) // 2) + 2,
    2: 1350 * (4 * 8 + 5) * F(49, 50),
    3: sum(14 + 2 * row for row in range(18)) - 2 * sum(row % 3 == 0 for row in range(1, 19)),
    4: 20 - 4 * F("2.35") - 5 * F("0.80"),
    5: F("85.20") - 130 - F("18.90") + 3 * F("12.50"),
    6: 160 * F(85, 100) * F(90, 100),
    7: 145_000 - 1240 * 75 * F("1.40"),
    8: F(3, 4) * F(2, 3) + F(1, 8),
    9: (1 - F(2, 5)) * F(3, 4),
    10: F("4.8") * F(3, 8),
    11: (5 * F("3.4") + F("5.2")) / 6,
}

GRAVITY = {"Mars": 3.7, "Jupiter": 24.8, "the Moon": 1.6, "Venus": 8.9, "Neptune": 11.2}
YEARS = {"First World War": 1918, "Sputnik": 1957, "Berlin Wall": 1989, "Wright brothers": 1903}
LANDING = datetime(2025, 1, 1, 22, 30) + timedelta(hours=5 - 3)
RIGHT = {
    12: "It glows less brightly than before.",
    13: f"on {min(GRAVITY, key=lambda body: GRAVITY[body])}",
    14: "Eastby, all year round",
    15: "It doubles.",
    16: "the Suez Canal",
    17: next(choice for choice in PROBLEMS[17].extra["choices"] if min(YEARS, key=lambda n: YEARS[n]) in choice),
    18: "Bolivia",
    19: LANDING.strftime("%H:%M"),
    20: "close",
    21: "The mug on the table is blue.",
    22: "The barn was repaired within a week.",
    23: "".join(chr(ord(letter) - 2) for letter in "FQI"),
}


TOOLS = cast(Tools, SimpleNamespace(thinking_marks=(), judges=()))


class Named(Scorer):
    """Says its name in whatever it is asked."""

    def __init__(self, name: str, judged: bool = False) -> None:
        self.name, self.judged = name, judged

    def score(self, problem: Problem, completions: Sequence[Completion], tools: Tools) -> Score:
        return Score(True, answer=self.name, detail=completions[-1].text)

    def reference(self, problem: Problem) -> str:
        return f"{self.name} {problem.target}"

    def wrong_answers(self, problem: Problem) -> dict[str, str]:
        return {self.name: "wrong"}


SCORER = ByKind({"number": Named("number"), "choice": Named("choice"), "judge": Named("judge", judged=True)})


def test_there_are_57_problems_that_need_no_file_a_few_of_each_kind() -> None:
    assert [problem.task_id for problem in DATASET.problems] == [f"General/{number}" for number in range(57)]
    few = {"instructions": 5, "calls": 7, "prediction": 5, "json": 4}
    assert {kind: len(problems) for kind, problems in OF_KIND.items()} == {
        "number": 12,
        "choice": 12,
        "judge": 12,
        **few,
    }
    assert Counter(len(problem.extra["turns"]) for problem in OF_KIND["judge"]) == {1: 6, 2: 6}
    assert DATASET.source == "package"
    assert len({problem.prompt for problem in DATASET.problems}) == 57


def test_each_kind_has_a_score_of_its_own_and_so_has_what_is_to_be_answered_by_no_call() -> None:
    sizes = {kind: len(problems) for kind, problems in OF_KIND.items()}
    assert {name: len(ids) for name, ids in DATASET.parts.items()} == {**sizes, "calls": 5, "irrelevance": 2}
    shown = [task_id for ids in DATASET.parts.values() for task_id in ids]
    assert sorted(shown) == sorted(problem.task_id for problem in DATASET.problems)
    assert {PROBLEMS[int(one[8:])].extra["category"] for one in DATASET.parts["irrelevance"]} == {"irrelevance"}
    assert STARTER_GENERAL.scored is not None and not STARTER_GENERAL.scored.load(DataRequest()).parts


def test_every_number_is_what_the_puzzle_comes_to() -> None:
    assert {number: F(PROBLEMS[number].target) for number in range(12)} == COMPUTED


def test_numbers_are_written_in_all_the_usual_ways() -> None:
    targets = [problem.target for problem in OF_KIND["number"]]
    for mark in ("-", ".", "/"):
        assert any(mark in target for target in targets), mark
    assert {3, 5} <= {len(target) for target in targets if target.isdecimal()}


def test_every_letter_is_that_of_the_right_choice() -> None:
    chosen = {n: PROBLEMS[n].extra["choices"][ascii_uppercase.index(PROBLEMS[n].target)] for n in range(12, 24)}
    assert chosen == RIGHT


def test_choices_are_distinct_and_every_letter_is_right_somewhere() -> None:
    for problem in OF_KIND["choice"]:
        choices = [choice.casefold().strip(" .") for choice in problem.extra["choices"]]
        assert len(set(choices)) == len(choices) in (4, 5), problem.task_id
    assert Counter(problem.target for problem in OF_KIND["choice"]) == {"A": 2, "B": 3, "C": 3, "D": 3, "E": 1}


@pytest.mark.parametrize("problem", OF_KIND["judge"], ids=lambda problem: problem.task_id)
def test_what_is_judged_has_a_good_answer_to_each_turn_that_holds_the_keywords(problem: Problem) -> None:
    extra = problem.extra
    assert extra["rubric"] and extra["keywords"]
    assert len(extra["reference"]) == len(extra["turns"])
    assert problem.prompt == extra["turns"][0]
    for keyword in extra["keywords"]:
        assert keyword == keyword.lower()
        begun = re.compile(rf"(?<!\w){re.escape(keyword)}")
        assert all(begun.search(answer.lower()) for answer in extra["reference"]), keyword


@pytest.mark.parametrize(("number", "turn", "most"), [(24, 0, 60), (31, 1, 50)])
def test_references_are_as_short_as_was_asked(number: int, turn: int, most: int) -> None:
    assert f"at most {most} words" in PROBLEMS[number].extra["turns"][turn]
    assert len(PROBLEMS[number].extra["reference"][turn].split()) <= most


def test_a_number_is_asked_for_with_examples_or_a_system_prompt_by_category() -> None:
    roles = {
        problem.extra["category"]: "".join(message["role"][0] for message in prompt(problem).messages())
        for problem in OF_KIND["number"]
    }
    assert roles == {"counting": "u", "money": "su", "parts": "uauau"}
    for problem in OF_KIND["number"]:
        asked = prompt(problem)
        questions = [*(question for question, _ in asked.examples), *asked.turns]
        assert problem.prompt in asked.turns[0]
        assert len({question.partition("\n\n")[2] for question in questions}) == 1  # each is asked in the same way
        assert all("\nAnswer: " in answer for _, answer in asked.examples)


def test_choices_are_listed_under_their_letters() -> None:
    for problem in OF_KIND["choice"]:
        for text in (prompt(problem).turns[0], prompt(problem).text):
            lines = text.split("\n")
            assert lines[0] == problem.prompt or lines[0] == f"Question: {problem.prompt}"
            listed = [f"{ascii_uppercase[n]}) {choice}" for n, choice in enumerate(problem.extra["choices"])]
            assert lines[2 : 2 + len(listed)] == listed
            assert not any(letter in "".join(lines[2 + len(listed) :]) for letter in ("A)", "B)", "C)", "D)", "E)"))


def test_a_model_that_continues_text_is_given_a_beginning_and_where_to_stop() -> None:
    for problem in (*OF_KIND["number"], *OF_KIND["choice"]):
        asked = prompt(problem)
        assert problem.prompt in asked.text
        assert asked.text.endswith(("\nSolution:", "\nAnswer:"))  # no blank behind, which would split a token
        assert asked.stop
    for kind in ("judge", "instructions", "calls", "json"):
        assert {prompt(problem).text for problem in OF_KIND[kind]} == {""}
    for problem in OF_KIND["prediction"]:
        assert prompt(problem).text.endswith("==") and problem.extra["code"] in prompt(problem).text


def test_texts_are_sampled_as_their_category_needs() -> None:
    sampled = {problem.extra["category"]: dict(prompt(problem).sampling) for problem in DATASET.problems}
    assert {category: params.get("temperature") for category, params in sampled.items() if params} == {
        "writing": 0.7,
        "explanation": 0.1,
        "planning": 0.0,
    }
    for params in sampled.values():
        SamplingParams(**params)
    assert [prompt(problem).turns for problem in OF_KIND["judge"]] == [
        tuple(problem.extra["turns"]) for problem in OF_KIND["judge"]
    ]


@pytest.mark.parametrize("problem", [PROBLEMS[0], PROBLEMS[12], PROBLEMS[35]], ids=lambda problem: problem.task_id)
def test_each_problem_goes_to_the_scorer_of_its_kind(problem: Problem) -> None:
    kind = problem.extra["kind"]
    score = SCORER.score(problem, [Completion("first"), Completion("last")], TOOLS)
    assert (score.answer, score.detail) == (kind, "last")
    assert SCORER.reference(problem) == f"{kind} {problem.target}"
    assert SCORER.right_answers(problem) == {"reference": f"{kind} {problem.target}"}
    assert SCORER.wrong_answers(problem) == {kind: "wrong"}
    assert SCORER.for_problem(problem).judged == (kind == "judge")


def test_a_judge_is_needed_if_one_of_the_kinds_is_judged() -> None:
    assert SCORER.judged
    assert not ByKind({"number": Named("number")}).judged
    assert [metric.name for metric in SCORER.metrics] == ["accuracy"]


def test_right_answers_pass_and_wrong_ones_do_not(runner: PythonRunner) -> None:
    scorer = STARTER_GENERAL.scorer
    assert scorer is not None
    tools = SandboxTools(lambda problem, code: runner.check(problem, code, 1.0))
    found = answer_test(scorer.for_problem, DATASET.problems, tools, quick=False)
    assert (found.failures, found.survivors, found.skipped) == ((), (), 12)
    assert found.tried == 45 and found.mutants > 400
    for problem in DATASET.problems:
        if not scorer.for_problem(problem).judged:
            (said,) = scorer.for_problem(problem).references(problem)
            assert scorer.score(problem, [Completion(said)], tools).passed, problem.task_id


def test_a_text_of_instructions_is_one_that_answers_the_question() -> None:
    for problem in OF_KIND["instructions"]:
        assert STARTER_GENERAL.scorer is not None
        assert STARTER_GENERAL.scorer.reference(problem) == problem.target != ""
        assert not any(one["kind"] in OF_LANGUAGE | OF_SENTENCES for one in problem.extra["instructions"])


def test_functions_are_tools_whose_right_calls_are_as_their_schema_says() -> None:
    for problem in OF_KIND["calls"]:
        asked, offered = prompt(problem), {one["name"]: one for one in problem.extra["functions"]}
        assert len(asked.tools) == len(offered) and asked.turns == (problem.prompt,)
        assert asked.without_tools is not None and all(name in asked.without_tools.turns[0] for name in offered)
        for call in wanted(problem, all_given=True):
            assert not violation(call.values, parameters(offered[call.name], "python")), problem.task_id
    assert Counter(len(problem.extra["calls"]) for problem in OF_KIND["calls"]) == {0: 2, 1: 3, 2: 2}


def test_json_is_asked_for_with_its_schema_which_does_not_name_what_is_right() -> None:
    for problem in OF_KIND["json"]:
        schema = problem.extra["schema"]
        assert json.dumps(schema) in prompt(problem).turns[0]
        assert not violation(json.loads(problem.target), schema) and not unchecked(schema)
        assert problem.target not in prompt(problem).turns[0]


def test_what_a_function_does_is_predicted_in_both_directions_without_a_temperature() -> None:
    assert Counter(problem.extra["mode"] for problem in OF_KIND["prediction"]) == {"output": 3, "input": 2}
    for problem in OF_KIND["prediction"]:
        assert "????" in prompt(problem).turns[0] and not prompt(problem).sampling


def test_the_suite_scores_every_kind_and_needs_a_judge() -> None:
    assert STARTER_GENERAL.scorer is not None and STARTER_GENERAL.scorer.judged
    assert [metric.name for metric in STARTER_GENERAL.measured_by] == ["accuracy"]
