"""Samples read from files of many makers, found by task id."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.core.columns import sample_rows
from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.errors import DatasetError, UsageError
from pytest_codeeval.core.result import Result
from pytest_codeeval.generation.backends.replay.recordings import Recordings, normal, recorded_ids
from tests.core.strategies import RESULTS


def record(folder: Path, *rows: Any) -> Path:
    """Write rows as a JSONL file."""
    path = folder / "recording.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def read(folder: Path, *rows: Any) -> Recordings:
    """Write rows and read them as recordings."""
    return Recordings.read(record(folder, *rows))


@given(st.text())
def test_a_normal_id_is_its_own_normal_form(task_id: str) -> None:
    assert normal(normal(task_id)) == normal(task_id)


@given(st.integers(0, 10**6), st.integers(0, 6))
def test_leading_zeros_do_not_matter(number: int, zeros: int) -> None:
    assert normal(f"mbpp/{'0' * zeros}{number}") == f"mbpp/{number}"


@pytest.mark.parametrize(
    ("task_id", "expected"),
    [
        ("MBPP/011", "mbpp/11"),
        (" HumanEval/0 ", "humaneval/0"),
        ("HumanEval/100", "humaneval/100"),
        ("000", "0"),
        ("humaneval_001_x", "humaneval_001_x"),
        ("HumanEval_100", "humaneval_100"),
    ],
)
def test_ids_are_compared_without_case_blanks_and_zeros(task_id: str, expected: str) -> None:
    assert normal(task_id) == expected


def test_the_surest_id_goes_first() -> None:
    assert recorded_ids("Mbpp/11", ["mbpp-test", "mbpp"], ["mbpp", ""]) == [
        "mbpp-test:mbpp/11",
        "mbpp:mbpp/11",
        "mbpp/11",
        "11",
    ]


@given(st.text(min_size=1), st.lists(st.text(), max_size=3))
def test_a_task_is_always_found_under_its_own_name(task_id: str, aliases: list[str]) -> None:
    assert normal(task_id) in recorded_ids(task_id, [], aliases)


@pytest.mark.parametrize(
    ("field", "form"),
    [
        ("response", Form.CHAT),
        ("generation", Form.CHAT),
        ("solution", Form.PROGRAM),
        ("completion", Form.CONTINUATION),
    ],
)
def test_the_field_says_how_the_text_is_read(tmp_path: Path, field: str, form: Form) -> None:
    recordings = read(tmp_path, {"task_id": "T/1", field: "text", "finish_reason": "length"})
    assert recordings.get("t/1", 0) == Completion("text", "length", form)


def test_the_rawest_field_wins(tmp_path: Path) -> None:
    recordings = read(tmp_path, {"task_id": "T/1", "completion": "c", "solution": "s", "response": "r"})
    assert recordings.get("t/1", 0) == Completion("r", form=Form.CHAT)


def test_samples_stand_in_the_order_of_the_file(tmp_path: Path) -> None:
    recordings = read(tmp_path, *({"task_id": task, "completion": text} for task, text in ["1a", "2x", "1b"]))
    assert recordings.counts == {"1": 2, "2": 1}
    assert [found.text for index in range(2) if (found := recordings.get("1", index))] == ["a", "b"]
    assert recordings.get("1", 2) is None
    assert recordings.get("3", 0) is None


def test_samples_stand_in_the_order_of_their_index_and_the_last_row_counts(tmp_path: Path) -> None:
    rows = [(1, "b"), (0, "old"), (0, "a")]
    recordings = read(tmp_path, *({"task_id": 7, "completion": text, "sample_index": index} for index, text in rows))
    assert [found.text for index in range(3) if (found := recordings.get("7", index))] == ["a", "b"]


@given(RESULTS)
def test_our_own_results_are_read_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, result: Result) -> None:
    recordings = read(tmp_path_factory.mktemp("own"), *sample_rows(result))
    (recorded_id,) = recordings.counts
    assert recorded_id == f"{result.suite}:{normal(result.task_id)}"
    said = {sample.index: sample.completions for sample in result.samples}
    for place, index in enumerate(sorted(said)):
        turns = [recordings.get(recorded_id, place, turn) for turn in range(len(said[index]))]
        ends = [(found.text, found.finish_reason) for found in turns if found]
        assert ends == [(original.text, original.finish_reason) for original in said[index]]
        found, original = turns[-1], said[index][-1]
        assert found is not None
        assert (found.form, found.reasoning) == (original.form, original.reasoning)
        if len(turns) == 1:
            assert found.cost == original.cost


@pytest.mark.parametrize("packed", [False, True])
def test_an_evalplus_file_is_read(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "eval_results.json"
    samples = [{"solution": "a", "base_status": "pass"}, {"solution": "b"}]
    raw = json.dumps({"date": "2024", "hash": "x", "eval": {"HumanEval/0": samples}}).encode()
    path.write_bytes(gzip.compress(raw) if packed else raw)
    recordings = Recordings.read(path)
    assert recordings.counts == {"humaneval/0": 2}
    assert recordings.get("humaneval/0", 1) == Completion("b", form=Form.PROGRAM)


def test_a_row_that_speaks_of_eval_is_an_ordinary_row(tmp_path: Path) -> None:
    recordings = read(
        tmp_path, {"task_id": "T/1", "completion": 'x["eval"]', "eval": "no"}, {"task_id": "T/2", "completion": ""}
    )
    assert recordings.counts == {"t/1": 1, "t/2": 1}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"completion": "x"}, "line 2: a recording needs a 'task_id'"),
        ({"task_id": True, "completion": "x"}, "line 2: a recording needs a 'task_id'"),
        ({"task_id": ["T/1"], "completion": "x"}, "line 2: a recording needs a 'task_id'"),
        ({"task_id": "T/1"}, "line 2: a recording needs the sample as text in one of 'response', 'generation'"),
        ({"task_id": "T/1", "completion": 3}, "line 2: a recording needs the sample as text"),
        ({"task_id": "T/1", "completion": "x", "form": "song"}, "line 2: a recording needs the sample as text"),
        ([], "line 2: expected a JSON object"),
    ],
)
def test_a_malformed_row_is_named_by_file_and_line(tmp_path: Path, row: Any, said: str) -> None:
    path = record(tmp_path, {"task_id": "T/0", "completion": "fine"}, row)
    with pytest.raises(DatasetError) as caught:
        Recordings.read(path)
    assert str(path) in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize("samples", [3, [3], ["x"], [{"solution": 3}], {}])
def test_a_malformed_evalplus_file_is_named(tmp_path: Path, samples: Any) -> None:
    path = tmp_path / "eval_results.json"
    path.write_text(json.dumps({"eval": {"T/1": samples, "T/2": [{"solution": "x"}]}}))
    with pytest.raises(DatasetError, match="eval_results.json, task T/1"):
        Recordings.read(path)


@pytest.mark.parametrize("name", ["none.jsonl", "*.jsonl"])
def test_a_missing_file_is_the_users_to_mend(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="names no file; give the path of a recording"):
        Recordings.read(tmp_path / name)


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"[]"])
def test_a_file_without_a_sample_is_the_users_to_mend(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_bytes(raw)
    with pytest.raises(UsageError, match="has no sample in it"):
        Recordings.read(path)


@pytest.mark.parametrize(
    ("name", "tasks", "samples"),
    [
        ("codet_humaneval_10.jsonl.gz", 164, 1640),
        ("human_eval/gpt-3.5-turbo-instruct_x10_results.jsonl.gz", 164, 1640),
        ("mbpp/gpt-3.5-turbo-0613.jsonl.gz", 500, 500),
        ("evalplus/llama3-8b-instruct/humaneval/samples.jsonl.gz", 164, 164),
        ("evalplus/llama3-8b-instruct/humaneval/samples_eval_results.json.gz", 164, 164),
        ("evalplus/qwen2.5-coder-1.5b-base/mbpp/generated_eval_results.json.gz", 399, 399),
    ],
)
def test_published_recordings_are_read(data: Path, name: str, tasks: int, samples: int) -> None:
    counts = Recordings.read(data / "recorded" / name).counts
    assert (len(counts), sum(counts.values())) == (tasks, samples)


def test_our_own_rows_have_their_turns(tmp_path: Path) -> None:
    row = {"task_id": "T/0", "suite": "s", "sample_index": 0, "form": "chat", "completion": "b"}
    row |= {"finish_reason": "stop"}
    path = record(tmp_path, {**row, "turns": [{"text": "a", "finish_reason": "length"}]}, {**row, "sample_index": 1})
    found = Recordings.read(path)
    assert found.get("s:t/0", 0, 0) == Completion("a", "length")
    assert found.get("s:t/0", 0, 1) == found.get("s:t/0", 1, 0) == Completion("b", "stop")
    with pytest.raises(DatasetError, match="'turns' holds something that is no answer"):
        Recordings.read(record(tmp_path, {**row, "turns": ["a"]}))
