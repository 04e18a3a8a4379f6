"""CRUXEval's own files as recordings: which mode they are of, and how their answers are read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_codeeval.core.completion import Form
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.generation.backends.replay.recorded import samples_in

LISTS = {"sample_0": ["f(1)", "f(2)"], "sample_1": ["f(3)"]}


def read(whole: Any, name: str) -> list[tuple[str, str, Form]]:
    """Return id, text and form of the samples of a file: of one object, or of rows."""
    text = "".join(json.dumps(row) + "\n" for row in whole) if isinstance(whole, list) else json.dumps(whole, indent=4)
    found = samples_in(text.encode(), name)
    return [(one.recorded_id, one.completion.text, one.completion.form) for one in found]


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("/runs/codellama-7b_temp0.2_input/generations.json", "cruxeval-input:"),
        ("/input/gpt-4+cot_temp0.8_output/generations_raw.json", "cruxeval-output:"),
        ("/runs/all_output/input.json", "cruxeval-input:"),
        ("/input/runs/generations.json", ""),
        ("/runs/throughput.json", ""),
        ("/runs/input_and_output.json", ""),
    ],
)
def test_the_name_of_a_file_or_its_folder_says_the_mode(name: str, prefix: str) -> None:
    expected = [(f"{prefix}sample_{row}", text, Form.PROGRAM) for row, text in ((0, "f(1)"), (0, "f(2)"), (1, "f(3)"))]
    assert read(LISTS, name) == expected
    assert read({"raw_generations": LISTS, "pass_at_1": 35.9}, name) == expected
    assert read({"0": LISTS["sample_0"], "1": LISTS["sample_1"]}, name) == expected
    assert read([{"id": key, "generations": texts} for key, texts in LISTS.items()], name) == expected


def test_rows_are_read_by_their_field_and_may_say_their_mode() -> None:
    rows = [
        {"id": "sample_0", "completion": "1"},
        {"task_id": "sample_1", "response": "It is 1.", "mode": "input"},
        {"task_id": "sample_2", "solution": "1", "suite": "cruxeval-output"},
    ]
    assert read(rows, "mine.jsonl") == [
        ("sample_0", "1", Form.CONTINUATION),
        ("cruxeval-input:sample_1", "It is 1.", Form.CHAT),
        ("cruxeval-output:sample_2", "1", Form.PROGRAM),
    ]


@pytest.mark.parametrize(
    ("whole", "said"),
    [
        ({"sample_0": ["1", 2]}, "x.json, sample_0: expected a list of generations"),
        ([{"id": "sample_0", "generations": [1]}], "line 1: expected a list of generations"),
        ([{"id": "sample_0", "output": "1"}], "line 1: a recording needs the sample as text"),
    ],
)
def test_what_is_no_answer_is_named(whole: Any, said: str) -> None:
    with pytest.raises(DatasetError, match=said):
        read(whole, "x.json")
