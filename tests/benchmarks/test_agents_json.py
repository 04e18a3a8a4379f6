"""agents-json as its two datasets have it: who answers rightly passes, whatever is left out is named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pytest_codeeval.benchmarks import AGENTS_JSON, BFCL, IFEVAL
from pytest_codeeval.core.errors import DataAbsent
from pytest_codeeval.core.problem import DataRequest, Dataset
from pytest_codeeval.generation.backends.replay.recordings import recorded_ids
from pytest_codeeval.scoring.answertest import answer_test
from tests.scoring.saying import scored


@pytest.fixture
def dataset(data: Path) -> Dataset:
    return AGENTS_JSON.load(DataRequest(str(data)))


def test_right_answers_pass_and_are_as_the_schemas_say(dataset: Dataset) -> None:
    assert AGENTS_JSON.scorer is not None
    tested = answer_test(AGENTS_JSON.scorer.for_problem, dataset.problems, quick=False)
    assert (tested.tried, tested.failures, tested.survivors) == (417, (), ())
    scores = [scored(AGENTS_JSON.scorer, problem, problem.target) for problem in dataset.problems]
    assert [score.measures["schema"] for score in scores if "schema" in score.measures] == [1.0] * 399
    assert {name: len(ids) for name, ids in dataset.parts.items()} == {"arguments": 400, "json_format": 17}


def test_a_row_whose_right_answer_is_not_as_its_schema_says_has_no_such_figure_and_is_named(dataset: Dataset) -> None:
    assert dataset.faults == {
        "Json/simple_python_307": "its right answer is not as its own schema says (venue is no string); in no `schema`"
    }
    assert [p.task_id for p in dataset.problems if "function" in p.extra and "schema" not in p.extra] == [
        "Json/simple_python_307"
    ]


def test_answers_to_bfcl_and_ifeval_are_none_to_this(dataset: Dataset, data: Path) -> None:
    theirs = {problem.task_id for suite in (BFCL, IFEVAL) for problem in suite.load(DataRequest(str(data))).problems}
    ours = {problem.task_id for problem in dataset.problems}
    found = {name for task_id in ours for name in recorded_ids(task_id, ["agents-json"], AGENTS_JSON.aliases)}
    assert not found & {name for task_id in theirs for name in recorded_ids(task_id, [], ())}


def test_what_is_asked_names_the_function_and_shows_no_answer(dataset: Dataset, data: Path) -> None:
    calls = {problem.task_id: problem for problem in BFCL.load(DataRequest(str(data), split="simple_python")).problems}
    for problem in dataset.problems:
        prompt = AGENTS_JSON.prompt(problem)
        assert not isinstance(prompt, str)
        assert (prompt.tools, prompt.text, prompt.system, len(prompt.turns)) == ((), "", "", 1)
        assert problem.prompt in prompt.turns[0]
        if problem.task_id.removeprefix("Json/") in calls:
            assert json.dumps(problem.extra["function"], ensure_ascii=False) in prompt.turns[0]
            assert problem.target not in prompt.turns[0]


@pytest.mark.parametrize(("there", "fetched"), [("bfcl", "ifeval"), ("ifeval", "bfcl")])
@pytest.mark.usefixtures("no_datasets")
def test_each_of_both_datasets_is_asked_for_by_its_name(data: Path, tmp_path: Path, there: str, fetched: str) -> None:
    shutil.copytree(data / there, tmp_path / there)
    with pytest.raises(DataAbsent, match=f"codeeval data fetch {fetched}"):
        AGENTS_JSON.load(DataRequest(str(tmp_path)))
