"""BFCL as published: its right answers, wrong ones, and how its questions are put."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.benchmarks import BFCL
from pytest_codeeval.benchmarks.bfcl import CATEGORIES
from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.errors import DataAbsent, DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.toolcall import ToolCall
from pytest_codeeval.scoring.calls.samples import wanted
from pytest_codeeval.scoring.calls.scorer import CallsScorer
from tests.scoring.saying import TOOLS, failing, scored

SCORER = CallsScorer()
SIZES = dict(zip(CATEGORIES, (400, 100, 50, 200, 200, 200, 240, 256), strict=True))
QUESTION = {
    "id": "parallel_0",
    "question": [[{"role": "user", "content": "Which?"}]],
    "function": [{"name": "f", "parameters": {"type": "dict", "properties": {"a": {"type": "integer"}}}}],
}
ANSWER = {"id": "parallel_0", "ground_truth": [{"f": {"a": [1]}}]}


@pytest.fixture(params=CATEGORIES)
def problems(data: Path, request: pytest.FixtureRequest) -> list[Problem]:
    """The problems of a category that can be passed."""
    dataset = BFCL.load(DataRequest(str(data), request.param))
    assert dataset.variant == request.param
    return [problem for problem in dataset.problems if problem.task_id not in dataset.skipped]


def test_all_right_answers_pass_and_are_right_as_published(problems: list[Problem]) -> None:
    scores = [scored(SCORER, problem, SCORER.reference(problem)) for problem in problems]
    right = [(bool(score.passed), score.measures["strict"]) for score in scores]
    assert right == [(True, 1.0)] * SIZES[problems[0].extra["category"]]


def test_three_mutants_of_each_right_answer_fail(problems: list[Problem]) -> None:
    kinds = ("another name", "another value", "a parameter missing", "a call")
    mutants = [(problem, SCORER.wrong_answers(problem)) for problem in problems]
    tried = [(problem, kind, forms[kind]) for problem, forms in mutants for kind in kinds if kind in forms]
    assert len(tried) >= (2.9 if problems[0].extra["calls"] else 1) * len(problems)
    assert [(p.task_id, kind) for p, kind, text in tried if scored(SCORER, p, text).passed] == []


def test_the_scorers_own_answers_do_as_they_should(problems: list[Problem]) -> None:
    assert {problem.task_id: names for problem in problems[::12] if (names := failing(SCORER, problem))} == {}


def test_right_calls_pass_as_native_ones_under_the_names_that_were_sent(problems: list[Problem]) -> None:
    for problem in (problem for problem in problems if problem.extra["calls"]):
        prompt = BFCL.prompt(problem)
        assert isinstance(prompt, Prompt)
        names = [json.loads(tool)["function"]["name"] for tool in prompt.tools]
        real = dict(zip([f["name"] for f in problem.extra["functions"]], names, strict=True))
        assert len(set(names)) == len(names)
        assert all(len(name) <= 64 and "." not in name for name in names)
        if problem.extra["language"] == "python":
            calls = tuple(ToolCall(real[call.name], json.dumps(call.values)) for call in wanted(problem))
            assert SCORER.score(problem, [Completion("", "tool_calls", tool_calls=calls)], TOOLS).passed


def test_the_whole_has_a_part_for_each_category_and_names_what_is_wrong_with_it(data: Path) -> None:
    dataset = BFCL.load(DataRequest(str(data)))
    in_python = {"function_calling": 1_258}
    assert {name: len(ids) for name, ids in dataset.parts.items()} == {**SIZES, "live_simple": 258, **in_python}
    others = {name for name in SIZES if not set(dataset.parts[name]) <= set(dataset.parts["function_calling"])}
    assert others == {"simple_java", "simple_javascript", "irrelevance"}
    assert sorted(dataset.skipped) == ["live_simple_106-63-0", "live_simple_112-68-0"]
    assert sorted(dataset.faults) == ["parallel_multiple_12", "parallel_multiple_26"]
    assert {problem.task_id for problem in dataset.problems} >= {*dataset.skipped, *dataset.faults}
    assert [metric.name for metric in BFCL.measured_by] == ["calls", "mean", "strict", "no attempt"]
    systems = [problem for problem in dataset.problems if problem.extra["system"]]
    assert len(systems) == 11


def put(language: str = "python", **function: Any) -> tuple[Prompt, Prompt]:
    """Return how a question is put with tools, and without them."""
    about = {"functions": [function], "calls": [], "system": "Be brief.", "category": "x", "language": language}
    prompt = BFCL.prompt(Problem("x", "Which?", extra=about))
    assert isinstance(prompt, Prompt) and prompt.without_tools
    return prompt, prompt.without_tools


def test_functions_are_offered_as_tools_or_in_words() -> None:
    types = {"a": "float", "b": "dict", "c": "tuple", "d": "any"}
    properties = {name: {"type": kind, "default": 1, "description": name} for name, kind in types.items()}
    with_tools, without = put(name="x.y.f", parameters={"type": "dict", "properties": properties, "required": ["a"]})
    (tool,) = map(json.loads, with_tools.tools)
    assert tool["type"] == "function"
    assert tool["function"]["name"] == "x_y_f"
    assert tool["function"]["parameters"] == {
        "type": "object",
        "required": ["a"],
        "properties": {
            "a": {"type": "number", "description": "a"},
            "b": {"type": "object", "description": "b"},
            "c": {"type": "array", "description": "c"},
            "d": {"description": "d"},
        },
    }
    assert (with_tools.turns, with_tools.system, without.system) == (("Which?",), "Be brief.", "Be brief.")
    assert '"name": "x.y.f"' in without.turns[0] and without.turns[0].endswith("Which?")
    assert "[first_function(a=1" in without.turns[0] and not without.tools


@pytest.mark.parametrize(("language", "name"), [("java", "Java"), ("javascript", "JavaScript")])
def test_values_of_other_languages_are_asked_for_as_texts(language: str, name: str) -> None:
    properties = {"a": {"type": "array", "items": {"type": "String"}, "description": "All."}}
    with_tools, without = put(language, name="f", parameters={"type": "dict", "properties": properties})
    (declared,) = json.loads(with_tools.tools[0])["function"]["parameters"]["properties"].values()
    said = f"All. A value of the type array of String, written as in the source code of {name}."
    assert declared == {"type": "string", "description": said}
    assert f"source code of {name}" in without.turns[0]


def load(folder: Path, question: Any = QUESTION, answer: Any = ANSWER) -> Dataset:
    """Write rows where they are looked for (None: no file), and load them."""
    (folder / "bfcl/possible_answer").mkdir(parents=True)
    for name, row in (("", question), ("possible_answer/", answer)):
        if row is not None:
            (folder / f"bfcl/{name}BFCL_v4_parallel.json").write_text(json.dumps(row) + "\n")
    return BFCL.load(DataRequest(str(folder), "parallel"))


@pytest.mark.parametrize(
    ("question", "answer", "said"),
    [
        ({**QUESTION, "function": []}, ANSWER, "'function' is no list of functions"),
        ({**QUESTION, "function": [{"name": "f", "parameters": {}}]}, ANSWER, "'function' is no list of functions"),
        ({**QUESTION, "question": [[], []]}, ANSWER, "'question' is not one turn"),
        ({**QUESTION, "question": [[{"role": "tool", "content": "x"}]]}, ANSWER, "'question' is not one turn"),
        ({**QUESTION, "id": "parallel_1"}, ANSWER, "parallel_1 has no right answer in "),
        (QUESTION, {**ANSWER, "ground_truth": [{"g": {}}]}, "calls what .* does not offer"),
        (QUESTION, {**ANSWER, "ground_truth": [{"f": {"a": 1}}]}, "'ground_truth' is no list of calls"),
        (None, {**ANSWER, "ground_truth": []}, "'ground_truth' is no list of calls"),
        ({**QUESTION, "id": ""}, None, "field 'id' is empty"),
    ],
)
def test_a_malformed_row_is_named(tmp_path: Path, question: Any, answer: Any, said: str) -> None:
    with pytest.raises(DatasetError, match=said):
        load(tmp_path, question, answer)


def test_without_its_files_the_suite_is_left_out_and_the_way_to_them_told(tmp_path: Path) -> None:
    with pytest.raises(DataAbsent, match=r"codeeval data fetch bfcl --data .*possible_answer/BFCL_v4_parallel\.json"):
        load(tmp_path, answer=None)


def test_a_category_is_loaded_alone(tmp_path: Path) -> None:
    dataset = load(tmp_path)
    assert (dataset.variant, dataset.parts, len(dataset.problems)) == ("parallel", {}, 1)
