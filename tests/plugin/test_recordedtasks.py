"""Which problems of a suite a recording has, and what is said of the others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.problem import Dataset, Problem
from pytest_codeeval.core.protocol import Protocol, Way
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.generation.backends.replay.harnesses import position_id, question_id
from pytest_codeeval.plugin.case import make_cases
from pytest_codeeval.plugin.loadedsuite import LoadedSuite
from pytest_codeeval.plugin.recordedtasks import RecordedTasks
from pytest_codeeval.plugin.unknowntasks import UnknownTasks
from tests.plugin.options import settings

PROBLEMS = tuple(Problem(f"Mbpp/{number}", f"do {number}", "assert True", "f") for number in (9, 10, 11, 12, 13))
DATASET = Dataset(PROBLEMS, "a" * 64, "test", scored=("test", frozenset(("Mbpp/11", "Mbpp/12", "Mbpp/13"))))
SUITE = Suite("mbpp", lambda _: DATASET, lambda problem: problem.prompt, aliases=("mbpp", ""))
LOADED = LoadedSuite(SUITE, DATASET)
OTHER = replace(LOADED, suite=replace(SUITE, name="other"))
IN_RUST = replace(LOADED, suite=replace(SUITE, name="other", language="rust"))


def by_order(task: str, total: int, loaded: LoadedSuite = LOADED) -> list[str]:
    """Return the problems that generations by order are found to be of."""
    tasks = RecordedTasks(loaded, {position_id(task, number, total): 1 for number in range(total)})
    return [problem.task_id for problem in PROBLEMS if tasks.id_of(problem)]


def test_generations_by_order_are_of_the_part_that_scores_are_published_for() -> None:
    assert by_order("mbpp", 3) == ["Mbpp/11", "Mbpp/12", "Mbpp/13"]
    assert by_order("mbpp", 2) == ["Mbpp/11", "Mbpp/12"]
    tasks = RecordedTasks(LOADED, {position_id("mbpp", number, 3): 1 for number in range(3)})
    assert tasks.id_of(PROBLEMS[3]) == position_id("mbpp", 1, 3)


def test_rows_that_say_what_they_ask_are_of_that_problem_in_whatever_order() -> None:
    counts = {question_id(problem.prompt): 1 for problem in reversed(PROBLEMS[:3])}
    tasks = RecordedTasks(LOADED, counts)
    assert [tasks.id_of(problem) for problem in PROBLEMS[:3]] == list(reversed(counts))
    assert tasks.id_of(PROBLEMS[3]) == ""


@pytest.mark.parametrize(
    ("task", "total", "loaded"),
    [
        ("mbpp", 4, LOADED),  # more than there are
        ("humaneval", 3, LOADED),  # of another suite
        ("other", 2, OTHER),  # fewer, of problems whose order may be another elsewhere
        ("mine", 2, LOADED),
        ("mine", 3, IN_RUST),
    ],
)
def test_generations_by_order_of_what_is_not_certain_are_left_out(task: str, total: int, loaded: LoadedSuite) -> None:
    assert by_order(task, total, loaded) == []


@pytest.mark.parametrize("loaded", [LOADED, OTHER])
def test_generations_without_a_task_have_to_be_as_many_as_there_are_problems(loaded: LoadedSuite) -> None:
    assert len(by_order("mine", 3, loaded)) == 3


def test_it_is_said_why_nobody_knows_what_generations_are_of() -> None:
    counts = {position_id("mine", 0, 2): 1, position_id("mine", 1, 2): 1}
    _, missing = make_cases(LOADED, settings(models=["replay:x.jsonl"]), {"replay:x": counts})
    (said,) = missing
    assert said.startswith("replay:x has generations of 'mine' by order, 2 of them, where mbpp has 3 problems, so that")


def test_fewer_samples_than_asked_for_are_taken_on_request_only() -> None:
    recorded = {"replay:x": {"mbpp/11": 2, "mbpp/12": 5}}
    options = {"models": ["replay:x.jsonl"], "samples": "4"}
    for fewer, expected in ((False, [4, 4]), (True, [2, 4])):
        cases, _ = make_cases(LOADED, settings(fewer_samples=fewer, **options), recorded)
        assert [len(case.requests) for case in cases] == expected


def test_recordings_whose_files_have_one_name_are_told_apart() -> None:
    found = settings(models=["replay:a/samples.jsonl", "replay:b/samples.jsonl", "replay:c/mine.jsonl"]).models
    assert [spec.label for spec in found] == ["replay:a/samples", "replay:b/samples", "replay:mine"]
    assert len({spec.folder for spec in found}) == 3


def test_what_no_suite_has_is_counted_and_named() -> None:
    unknown = UnknownTasks({"replay:x": {"a": 1, "b": 1, "c\ud800": 1, "d": 2, "e": 1}, "replay:y": {"a": 1}})
    assert list(unknown.lines()) == []  # nothing was compared
    unknown.take_away({"replay:x": ["a"], "replay:y": ["a"]})
    unknown.take_away({"replay:x": ["zzz"]})
    assert list(unknown.lines()) == [
        "replay:x: 4 recorded tasks are of no suite of this run, and not scored (b, c\\ud800, d, …)"
    ]
    assert unknown.to_json("replay:x") == {"unknown_tasks": {"count": 4, "first": ["b", "c\ud800", "d", "e"]}}
    assert unknown.to_json("replay:y") == {"unknown_tasks": {"count": 0, "first": []}}
    assert unknown.to_json("qwen-turbo") == {}


def test_what_a_suite_has_is_known_whether_or_not_it_is_run() -> None:
    loaded = replace(LOADED, dataset=replace(DATASET, skipped={"Mbpp/12": "needs a crate"}))
    assert RecordedTasks(loaded, {"mbpp/11": 1, "12": 1, "t/1": 1}).matched == ["mbpp/11", "12"]


@pytest.mark.parametrize(
    ("recorded", "found"),
    [
        ("mbpp@raw:mbpp/11", True),
        ("mbpp-test@raw:mbpp/11", True),
        ("mbpp:mbpp/11", False),  # asked by our own prompt
        ("mbpp@other:mbpp/11", False),
        ("mbpp/11", True),  # by another harness
    ],
)
def test_results_of_ours_are_of_the_protocol_that_they_were_asked_by(recorded: str, found: bool) -> None:
    suite = SUITE.under(Protocol("raw", completion=Way("raw", "{prompt}", "")))
    loaded = LoadedSuite(suite, replace(DATASET, variant="test"))
    assert RecordedTasks(loaded, {recorded: 1}).matched == [recorded] * found


def test_results_by_a_protocol_are_none_of_ours() -> None:
    tasks = RecordedTasks(LOADED, {"mbpp@raw:mbpp/11": 1})
    assert tasks.matched == []
    assert tasks.lacking("it") == "it has no sample of mbpp (it has such as 'mbpp@raw:mbpp/11')"


def test_nobody_claims_to_know_what_a_recorded_model_was_asked() -> None:
    (case, *_), _ = make_cases(LOADED, settings(models=["replay:x.jsonl"]), {"replay:x": {"mbpp/11": 1}})
    assert case.asked([Completion("a")]) == (
        "[The answers are recorded: what the model was asked is not known. The problem says:]\n\ndo 11"
    )


def test_who_continues_a_prompt_is_shown_with_what_it_continued() -> None:
    chosen = settings(models=["openai:m"], base_url="http://127.0.0.1:1/v1", mode="completion")
    (case, *_), _ = make_cases(LOADED, chosen, {})
    assert case.asked([Completion("x", form=Form.CONTINUATION)]) == case.requests[0].prompt != ""
    assert case.asked([Completion("x", form=Form.CHAT)]) == "do 9"
