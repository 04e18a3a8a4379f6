"""MT-Bench as published, as it may be broken on a user's disk, and as it is put to models and judges."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.benchmarks import MT_BENCH
from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.errors import DataAbsent, DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from tests.scoring.judges import Judges

QUESTION = {"question_id": 81, "category": "writing", "turns": ["Write.", "Rewrite."], "reference": ["no", ""]}
REFERENCE = {"question_id": 81, "choices": [{"index": 0, "turns": ["first", "second"]}]}
QUESTIONS, REFERENCES = "question.jsonl", "reference_answer_gpt-4.jsonl"


def load(folder: Path, question: Any = QUESTION, reference: Any = REFERENCE) -> Dataset:
    """Write rows where they are looked for (None: no file), and load them."""
    (folder / "mt_bench").mkdir()
    for name, row in ((QUESTIONS, question), (REFERENCES, reference)):
        if row is not None:
            (folder / "mt_bench" / name).write_text(json.dumps(row) + "\n")
    return MT_BENCH.load(DataRequest(str(folder)))


@pytest.fixture
def published(data: Path) -> dict[int, Problem]:
    """The published problems by number."""
    problems = MT_BENCH.load(DataRequest(str(data))).problems
    return {int(problem.task_id.removeprefix("MT-Bench/")): problem for problem in problems}


def test_the_published_dataset_is_loaded_whole(data: Path, published: dict[int, Problem]) -> None:
    raw = (data / "mt_bench" / QUESTIONS).read_bytes()
    assert MT_BENCH.load(DataRequest(str(data))).sha256 == hashlib.sha256(raw).hexdigest()
    assert list(published) == list(range(81, 161))
    assert set(Counter(problem.extra["category"] for problem in published.values()).values()) == {10}
    assert {number for number, problem in published.items() if problem.extra["reference"]} == set(range(101, 131))
    kinds = {problem.extra["category"] for problem in published.values() if problem.extra["reference"]}
    assert kinds == {"math", "reasoning", "coding"}
    assert all(len(problem.extra["turns"]) == 2 for problem in published.values())


def test_each_kind_has_its_temperature(published: dict[int, Problem]) -> None:
    found = {}
    for problem in published.values():
        prompt = MT_BENCH.prompt(problem)
        assert isinstance(prompt, Prompt)
        assert prompt.turns == tuple(problem.extra["turns"])
        assert prompt.turns[0] == problem.prompt
        assert prompt.text == ""
        found[problem.extra["category"]] = prompt.sampling["temperature"]
        assert prompt.sampling["max_tokens"] == 1024
    warm, cool = dict.fromkeys(("writing", "roleplay"), 0.7), dict.fromkeys(("stem", "humanities"), 0.1)
    assert found == warm | cool | dict.fromkeys(("extraction", "math", "coding", "reasoning"), 0.0)


def test_every_problem_is_rated_by_both_turns_and_by_its_reference(published: dict[int, Problem]) -> None:
    assert MT_BENCH.scorer
    for problem in published.values():
        tools = Judges("Good. Rating: [[8]]", "It is short: [[5.5]].")
        score = MT_BENCH.scorer.score(problem, [Completion("one", "stop"), Completion("two", "stop")], tools)
        assert score.measures == {"rating": 6.75, "turn 1": 8.0, "turn 2": 5.5}
        shown = [messages[1]["content"].count("begin REFERENCE ANSWER") for _, messages in tools.asked]
        assert shown == ([1, 2] if problem.extra["reference"] else [0, 0])


def test_the_headline_is_the_rating_and_turns_are_beside_it() -> None:
    assert [(metric.name, metric.percent) for metric in MT_BENCH.measured_by] == [
        ("rating", False),
        ("turn 1", False),
        ("turn 2", False),
    ]


def test_the_references_are_of_their_own_file(tmp_path: Path) -> None:
    (problem,) = load(tmp_path).problems
    assert problem.extra == {"turns": ["Write.", "Rewrite."], "category": "writing", "reference": ["first", "second"]}
    assert (problem.target, problem.language) == ("first", "")


@pytest.mark.parametrize(
    ("question", "reference", "file"), [(None, REFERENCE, QUESTIONS), (QUESTION, None, REFERENCES)]
)
def test_a_folder_that_lacks_a_file_is_told(tmp_path: Path, question: Any, reference: Any, file: str) -> None:
    with pytest.raises(DataAbsent, match="codeeval data fetch mt-bench --data ") as error:
        load(tmp_path, question, reference)
    assert str(error.value).endswith(f"DIR/mt_bench/{file}")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"question_id": "81"}, "'question_id' is not a whole number"),
        ({"question_id": True}, "'question_id' is not a whole number"),
        ({"turns": ["one"]}, "'turns' is not a list of 2 texts"),
        ({"turns": ["one", " "]}, "'turns' is not a list of 2 texts"),
        ({"turns": None}, "'turns' is not a list of 2 texts"),
        ({"category": None}, "'category' is missing"),
    ],
)
def test_a_malformed_question_is_told_with_its_place(tmp_path: Path, fields: dict[str, Any], said: str) -> None:
    with pytest.raises(DatasetError, match=rf"question.jsonl, line 1: field {said}"):
        load(tmp_path, {**QUESTION, **fields})


@pytest.mark.parametrize("choices", [None, [], ["x"], [{"turns": ["one"]}]])
def test_a_malformed_reference_is_told_with_its_place(tmp_path: Path, choices: Any) -> None:
    with pytest.raises(DatasetError, match=r"gpt-4.jsonl, line 1: field 'turns' is not a list of 2 texts"):
        load(tmp_path, reference={**REFERENCE, "choices": choices})


def test_a_question_that_is_there_twice_is_told(tmp_path: Path) -> None:
    (tmp_path / "mt_bench").mkdir()
    (tmp_path / "mt_bench" / REFERENCES).write_text(json.dumps(REFERENCE))
    (tmp_path / "mt_bench" / QUESTIONS).write_text(f"{json.dumps(QUESTION)}\n" * 2)
    with pytest.raises(DatasetError, match="task_id 'MT-Bench/81' stands at"):
        MT_BENCH.load(DataRequest(str(tmp_path)))
