"""One item is one problem put to one model, with all its samples."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.benchmarks import HUMANEVAL, MBPP, STARTER
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.scorer import Scorer
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.core.toolbox import tool
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.execution.reference import reference
from pytest_codeeval.plugin.case import Case, make_cases
from pytest_codeeval.plugin.loadedsuite import LoadedSuite, load_suite
from pytest_codeeval.scoring.number import NumberScorer
from tests.plugin.options import settings

PROBLEMS = tuple(Problem(f"Mbpp/{number}", f"do {number}", "assert True", "f") for number in (11, 12, 13))
DATASET = Dataset(PROBLEMS, "a" * 64, "test")
SUITE = Suite("mbpp", lambda _: DATASET, lambda problem: f"please {problem.prompt}", aliases=("mbpp", ""))
LOADED = LoadedSuite(SUITE, DATASET)


def recorded(**counts: int) -> tuple[list[Case], list[str]]:
    """Make cases for a replay that has so many samples of each recorded id."""
    return make_cases(
        LOADED,
        settings(models=["replay:x.jsonl"]),
        {"replay:x": {key.replace("_", "/"): n for key, n in counts.items()}},
    )


def test_every_model_gets_every_problem() -> None:
    cases, missing = make_cases(LOADED, settings(models=["litellm:a/b", "litellm:c/d"]), {})
    assert [case.id for case in cases] == [
        f"{model}-Mbpp/{number}" for model in ("a/b", "c/d") for number in (11, 12, 13)
    ]
    assert missing == []


def test_the_samples_of_a_problem_are_asked_for_together() -> None:
    (case, *_), _ = make_cases(LOADED, settings(models=["litellm:a/b"], samples="3", temperature="0.8"), {})
    assert [request.sample_index for request in case.requests] == [0, 1, 2]
    assert len({request.key for request in case.requests}) == 3
    (request, *_) = case.requests
    assert request.messages == ({"role": "user", "content": "please do 11"},)
    assert (request.suite, request.task_id, request.params.temperature) == ("mbpp", "Mbpp/11", 0.8)


def test_a_limit_takes_the_first_problems() -> None:
    cases, _ = make_cases(LOADED, settings(limit="2", models=["litellm:a/b"]), {})
    assert [case.problem.task_id for case in cases] == ["Mbpp/11", "Mbpp/12"]


def test_who_answers_with_right_answers_says_how_many_it_does_not_know() -> None:
    dataset = Dataset((Problem("T/1", "one", target="1"), Problem("T/2", "two"), Problem("T/3", "three")))
    loaded = LoadedSuite(Suite("t", lambda _: dataset, lambda problem: problem.prompt, scorer=NumberScorer()), dataset)
    cases, missing = make_cases(loaded, settings(models=["reference"]), {})
    assert [case.problem.task_id for case in cases] == ["T/1"]
    assert missing == ["reference knows no right answer to 2 problems of t"]
    assert make_cases(loaded, settings(models=["reference"], limit="1"), {})[1] == []


def test_a_recording_leaves_out_what_it_does_not_hold() -> None:
    cases, missing = recorded(mbpp_12=4)
    assert [(case.problem.task_id, len(case.requests), case.requests[0].script) for case in cases] == [
        ("Mbpp/12", 4, "mbpp/12")
    ]
    assert missing == []


@pytest.mark.parametrize("known", ["mbpp:mbpp/11", "mbpp/11", "11"])
def test_a_recording_may_know_a_task_by_other_names(known: str) -> None:
    cases, _ = make_cases(LOADED, settings(models=["replay:x.jsonl"]), {"replay:x": {known: 1}})
    assert [case.requests[0].script for case in cases] == [known]


def test_a_recording_that_holds_nothing_is_told_with_the_nearest() -> None:
    assert recorded(mbpp_110=1)[1] == ["replay:x has no sample of mbpp (did you mean 'mbpp/110'?)"]
    assert recorded(humaneval_0=1)[1] == ["replay:x has no sample of mbpp (it has such as 'humaneval/0')"]


def test_the_samples_asked_for_go_before_those_recorded() -> None:
    cases, _ = make_cases(LOADED, settings(models=["replay:x.jsonl"], samples="2"), {"replay:x": {"mbpp/11": 10}})
    assert [len(case.requests) for case in cases] == [2]


def test_results_of_the_sanitized_part_are_not_those_of_the_whole() -> None:
    loaded = LoadedSuite(SUITE, replace(DATASET, variant="sanitized"))
    whole = {"replay:x": {"mbpp:mbpp/11": 1}}
    own = {"replay:x": {"mbpp-sanitized:mbpp/11": 1}}
    replayed = settings(models=["replay:x.jsonl"])
    assert make_cases(loaded, replayed, whole)[0] == []
    assert len(make_cases(loaded, replayed, own)[0]) == 1


def test_no_problem_is_no_case_of_a_recording() -> None:
    loaded = LoadedSuite(SUITE, replace(DATASET, problems=()))
    assert make_cases(loaded, settings(models=["replay:x.jsonl"]), {"replay:x": {"mbpp/11": 1}})[0] == []


def test_a_part_of_a_suite_has_a_name_of_its_own() -> None:
    loaded = LoadedSuite(SUITE, replace(DATASET, variant="test", scored=None))
    assert loaded.name == "mbpp-test"
    assert loaded.to_json()["scored_name"] == ""


def test_what_a_report_has_to_know_is_plain_json() -> None:
    loaded = LoadedSuite(
        SUITE, replace(DATASET, faults={"Mbpp/11": "odd"}, scored=("test", frozenset(["Mbpp/12", "Mbpp/11"])))
    )
    assert json.loads(json.dumps(loaded.to_json())) == {
        "suite": "mbpp",
        "language": "python",
        "sha256": "a" * 64,
        "source": "test",
        "problems": 3,
        "skipped": {},
        "faults": {"Mbpp/11": "odd"},
        "scored_name": "mbpp-test",
        "scored_ids": ["Mbpp/11", "Mbpp/12"],
        "self_test": None,
        "raised_limits": {},
        "languages": {},
        "parts": {},
        "metrics": [{"name": "pass@k"}],
        "note": "",
        "judges": [],
        "shuffled": None,
        "overridden": [],
        "tools": {},
    }


def test_a_report_knows_the_tasks_of_each_language_where_there_are_several() -> None:
    first, *others = DATASET.problems
    loaded = LoadedSuite(SUITE, replace(DATASET, problems=(replace(first, language="js"), *others)))
    expected = {"javascript": [first.task_id], "python": [problem.task_id for problem in others]}
    assert loaded.to_json()["languages"] == expected
    skipped = LoadedSuite(SUITE, replace(loaded.dataset, skipped={first.task_id: "needs a crate"}))
    assert skipped.to_json()["languages"] == {}


def test_a_suite_is_loaded_as_the_settings_ask() -> None:
    asked = []

    def load(request: DataRequest) -> Dataset:
        asked.append(request)
        return DATASET

    suite = replace(SUITE, load=load, splits=("test",))
    assert load_suite(suite, settings(splits=["test"])).dataset is DATASET
    assert asked == [DataRequest(None, "test", None, "python")]


def test_the_references_of_starter_pass_as_they_are_asked_for(runner: PythonRunner) -> None:
    loaded = load_suite(STARTER, settings())
    cases, _ = make_cases(loaded, settings(models=["reference"], limit="3"), {})
    assert [runner.check(case.problem, reference(case.problem), 3.0).passed for case in cases] == [True] * 3


@pytest.mark.parametrize(("suite", "problems"), [(HUMANEVAL, 164), (MBPP, 974)], ids=["humaneval", "mbpp"])
def test_every_published_problem_has_a_reference_that_compiles(data: Path, suite: Suite, problems: int) -> None:
    asked = settings(models=["reference"], data=str(data))
    cases, _ = make_cases(load_suite(suite, asked), asked, {})
    assert len(cases) == problems
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for case in cases:
            compile(reference(case.problem), case.id, "exec")


def test_a_base_model_gets_the_prompt_to_continue_and_where_to_stop() -> None:
    (case, *_), _ = make_cases(LOADED, settings(models=["openai:a"], mode="completion", model_args=["top_k=5"]), {})
    (request,) = case.requests
    assert request.mode == "completion"
    assert request.prompt
    assert request.prompt_stop
    assert request.args == (("top_k", "5"),)
    (chat, *_), _ = make_cases(LOADED, settings(models=["openai:a"]), {})
    assert (chat.requests[0].mode, chat.requests[0].prompt, chat.requests[0].args) == ("chat", "", ())


@pytest.mark.parametrize(
    ("options", "native"),
    [
        ({}, True),
        ({"tools": "prompt"}, False),
        ({"tools": "native"}, True),
        ({"models": ["vllm:org/name"]}, False),
        ({"models": ["vllm:org/name"], "model_args": ["tool_call_parser=hermes"]}, True),
        ({"models": ["vllm:org/name"], "tools": "native"}, True),
    ],
    ids=str,
)
@pytest.mark.parametrize("without", [None, Prompt(("In words.",))])
def test_tools_are_given_as_such_or_in_words(options: dict[str, Any], native: bool, without: Prompt | None) -> None:
    add = tool("add", "Adds.", {})
    prompt = Prompt(("Add.",), system="Be brief.", tools=(add,), tool_choice="required", without_tools=without)
    suite = Suite("mbpp", lambda _: DATASET, lambda problem: prompt, scorer=Scorer())
    asked = settings(**{"models": ["openai:a"], "base_url": "http://127.0.0.1:1/v1", **options})
    if "models" in options:
        asked = settings(**options)
    case = make_cases(LoadedSuite(suite, DATASET), asked, {})[0][0]
    (request,) = case.requests
    said = "".join(str(message["content"]) for message in request.messages)
    assert case.tools == ("native" if native else "prompt")
    if native:
        assert (request.tools, request.tool_choice, said) == ((add,), "required", "Be brief.Add.")
        assert case.asked([]).endswith(f"[tools]\n{add}")
    else:
        assert (request.tools, request.tool_choice) == ((), "")
        assert said == "In words." if without else ('"name": "add"' in said and said.startswith("Be brief.\n\nYou may"))


def test_problems_that_share_a_task_id_are_refused() -> None:
    """Only the first of them would be in the score."""
    twice = replace(SUITE, load=lambda _: Dataset((*PROBLEMS, replace(PROBLEMS[1], prompt="do something else"))))
    with pytest.raises(DatasetError, match="mbpp has 2 problems with the task id 'Mbpp/12'; give each one of its own"):
        load_suite(twice, settings())
    assert load_suite(replace(SUITE, load=lambda _: Dataset(())), settings()).problems == ()
