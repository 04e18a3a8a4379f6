"""Problems and suites."""

from __future__ import annotations

import pytest

from pytest_codeeval.core.problem import Dataset, Problem
from pytest_codeeval.core.suite import Suite


@pytest.mark.parametrize(
    "prompt",
    [
        'def add(a, b):\n    """Add."""\n',
        "import math\n\n\ndef add(a, b):\n",
        "async def add(a, b):\n",
        "class add:\n",
        "def\tadd(a, b):\n",
    ],
)
def test_code_that_holds_the_entry_point_is_a_stub(prompt: str) -> None:
    assert Problem("T/1", prompt, entry_point="add").stub == prompt


@pytest.mark.parametrize(
    ("prompt", "entry_point"),
    [
        ("Write a function that adds.", "add"),
        ("Write def add(a, b) for me.", "add"),
        ("def add_all(a, b):\n", "add"),
        ("    def add(a, b):\n", "add"),
        ("def add(a, b):\n", ""),
        ("def axb():\n", "a.b"),
    ],
)
def test_words_are_no_stub(prompt: str, entry_point: str) -> None:
    assert Problem("T/1", prompt, entry_point=entry_point).stub == ""


def test_single_problems_may_take_longer() -> None:
    suite = Suite("s", lambda _: Dataset((), "", ""), lambda problem: problem.prompt, timeouts={"T/1": 60.0})
    assert [suite.timeout_of(Problem(task, "")) for task in ("T/1", "T/2")] == [60.0, 3.0]


def test_problems_that_were_read_from_no_file_are_told_apart_by_what_they_say() -> None:
    first, same, other = (
        Dataset((Problem("T/1", "Which?", extra={"choices": choices}, target="A"),)) for choices in ("ab", "ab", "ac")
    )
    assert first.sha256 == same.sha256 != other.sha256
    assert len(first.sha256) == 64
    assert Dataset((), "of the file").sha256 == "of the file"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"difficulty": 3}, "3"),
        ({"difficulty": "hard", "level": 1}, "hard"),
        ({"level": "Level 5"}, "Level 5"),
        ({"difficulty": " \x1b[31m "}, "\\x1b[31m"),
        ({"difficulty": ""}, None),
        ({"difficulty": ["easy"]}, None),
        ({"difficulty": True}, None),
        ({}, None),
    ],
)
def test_a_problem_is_as_hard_as_its_dataset_says(row: dict[str, object], said: str | None) -> None:
    assert Problem("T/1", "", extra=row).difficulty == said
