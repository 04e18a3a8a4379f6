"""IFEval as published: texts that follow each row, and the same without one of the things that they need."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.benchmarks import IFEVAL, ifeval
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.scoring.instructions import language
from pytest_codeeval.scoring.instructions.instruction import instructions_of
from pytest_codeeval.scoring.instructions.kinds import KINDS, OF_LANGUAGE
from pytest_codeeval.scoring.instructions.scorer import InstructionScorer
from tests.scoring.saying import failing, scored

SCORER = InstructionScorer()
ROW = {
    "key": 7,
    "prompt": "Say it.",
    "instruction_id_list": ["punctuation:no_comma", "length_constraints:number_words"],
    "kwargs": [{}, {"num_words": 3, "relation": "at least"}],
}
UNFOLLOWABLE = {"IFEval/1627", "IFEval/3369", "IFEval/3371", "IFEval/374", "IFEval/3718"}


@pytest.fixture
def dataset(data: Path, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    monkeypatch.delenv("NLTK_DATA", raising=False)
    return IFEVAL.load(DataRequest(str(data)))


def load(folder: Path, *rows: Any) -> Dataset:
    (folder / "ifeval").mkdir()
    (folder / "ifeval/input_data.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return IFEVAL.load(DataRequest(str(folder)))


def told(problem: Problem) -> bool:
    return not ifeval.kinds_of(problem) & OF_LANGUAGE


def test_all_of_it_is_there(dataset: Dataset) -> None:
    counts = Counter(one.name for problem in dataset.problems for one in instructions_of(problem))
    assert (len(dataset.problems), counts.total(), counts.keys()) == (541, 834, KINDS.keys())
    assert Counter(len(problem.extra["instructions"]) for problem in dataset.problems) == {1: 305, 2: 179, 3: 57}
    assert (dataset.problems[0].task_id, dataset.problems[0].prompt[:7]) == ("IFEval/1000", "Write a")
    assert dataset.note.startswith("approximate sentence counts (52 of 834)")
    assert IFEVAL.prompt(dataset.problems[0]) == Prompt((dataset.problems[0].prompt,))
    assert [metric.name for metric in IFEVAL.measured_by] == [
        *("prompt strict", "prompt loose", "instruction strict", "instruction loose", "fixed")
    ]


def test_who_says_nothing_follows_nothing(dataset: Dataset) -> None:
    scores = [scored(SCORER, problem, "") for problem in dataset.problems]
    assert sum(score.measures["instructions"] for score in scores) == 834
    assert sum(sum(score.measures.values()) - score.measures["instructions"] for score in scores) == 0


def test_each_row_can_be_followed_but_for_those_that_are_against_themselves(dataset: Dataset) -> None:
    assert {problem.task_id for problem in dataset.problems if not SCORER.reference(problem)} == UNFOLLOWABLE
    assert dataset.faults.keys() == UNFOLLOWABLE
    assert "itself against punctuation:no_comma" in dataset.faults["IFEval/1627"]


def test_what_follows_a_row_passes_by_every_figure_and_without_one_thing_it_does_not(dataset: Dataset) -> None:
    tried([problem for problem in dataset.problems if told(problem)][::2], 221)


def test_the_same_of_rows_that_ask_for_a_language(dataset: Dataset) -> None:
    pytest.importorskip("langdetect", reason="the extra [ifeval] is not installed")
    tried([problem for problem in dataset.problems if not told(problem)][::2], 48)


def tried(problems: Any, least: int) -> None:
    known = [problem for problem in problems if SCORER.reference(problem)]
    assert len(known) == least
    assert {problem.task_id: found for problem in known if (found := failing(SCORER, problem))} == {}
    for problem in known:
        measures = scored(SCORER, problem, SCORER.reference(problem)).measures
        count = len(problem.extra["instructions"])
        assert {**measures} == {
            "prompt loose": 1,
            "fixed": 1,
            **dict.fromkeys(("instruction strict", "instruction loose", "instructions"), count),
        }
        assert len(SCORER.wrong_answers(problem)) == count


def test_a_row_of_the_hub_has_what_it_does_not_need_as_null(tmp_path: Path) -> None:
    filled = {"num_words": None, "relation": None, "keywords": None}
    dataset = load(tmp_path, {**ROW, "kwargs": [filled, {**filled, "num_words": 3, "relation": "at least"}]})
    assert dataset.problems[0].extra["instructions"] == [
        {"kind": "punctuation:no_comma", "args": {}},
        {"kind": "length_constraints:number_words", "args": {"num_words": 3, "relation": "at least"}},
    ]
    assert dataset.note == ""


def test_without_what_tells_languages_such_problems_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ifeval, "can_tell", lambda: False)
    asked = {**ROW, "key": 8, "instruction_id_list": ["change_case:english_capital"], "kwargs": [{}]}
    dataset = load(tmp_path, ROW, asked)
    assert dataset.skipped == {"IFEval/8": language.MISSING}
    assert language.MISSING.endswith("needs langdetect: pip install 'pytest-codeeval[ifeval]'")
    assert dataset.note == "1 of 2 problems left out: pip install 'pytest-codeeval[ifeval]'"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"key": "7"}, "field 'key' is not a whole number"),
        ({"prompt": " "}, "field 'prompt' is not a text"),
        ({"instruction_id_list": []}, "field 'instruction_id_list' is empty"),
        ({"instruction_id_list": "x"}, "field 'instruction_id_list' is not a list of texts"),
        ({"kwargs": [{}]}, "field 'kwargs' is not a list of 2 objects"),
        ({"kwargs": [{}, []]}, "field 'kwargs' is not a list of 2 objects"),
        ({"kwargs": [{}, {}]}, "length_constraints:number_words has no 'relation'"),
        ({"instruction_id_list": ["a:b", "c:d"]}, "'a:b' is no kind of instruction"),
    ],
)
def test_a_malformed_row_is_named(tmp_path: Path, fields: dict[str, Any], said: str) -> None:
    with pytest.raises(DatasetError, match=f"line 1: {said}"):
        load(tmp_path, {**ROW, **fields})


def test_a_key_that_is_there_twice_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="task_id 'IFEval/7' stands at"):
        load(tmp_path, ROW, ROW)


def test_without_data_the_ways_to_it_are_told(no_datasets: None, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"codeeval data fetch ifeval --data .*ifeval/input_data\.jsonl"):
        IFEVAL.load(DataRequest(str(tmp_path)))
