"""What a model said in the end, without its thinking."""

from __future__ import annotations

import time

import pytest

from pytest_codeeval.scoring.marks import marks_with
from pytest_codeeval.scoring.text import final_text


@pytest.mark.parametrize(
    ("text", "final"),
    [
        ("18", "18"),
        ("<think>17?</think>18", "18"),
        ("17?</think>18", "18"),
        ("17?</think>16?</think>18", "18"),
        ("17?</think>18 <think>16</think>", "18 <think>16</think>"),
        ("Write <think>it</think> so.", "Write <think>it</think> so."),
        ("<think>18", None),
    ],
)
def test_thinking_is_left_out(text: str, final: str | None) -> None:
    assert final_text(text, marks_with()) == final


@pytest.mark.parametrize("unit", ["</think>", "a</think>\n", "<think>", "<|start|>assistant<|message|>"])
def test_it_takes_linear_time(unit: str) -> None:
    text = "x" + unit * (64_000 // len(unit))
    start = time.process_time()
    final_text(text, marks_with())
    assert time.process_time() - start < 3
