"""Which judges a run has."""

from __future__ import annotations

import pytest

from pytest_codeeval.plugin.judges import judges_for
from tests.plugin.options import settings


@pytest.mark.parametrize(
    ("models", "judges"),
    [
        (["demo"], ["demo"]),
        (["reference", "demo"], ["demo"]),
        (["replay:x.jsonl"], []),  # a model's own answers, which a rule by key words is no judge of
        (["demo", "replay:x.jsonl"], []),
        (["litellm:a/b"], []),
    ],
)
def test_only_answers_written_by_hand_have_the_scripted_judge(models: list[str], judges: list[str]) -> None:
    asked = settings(models=models)
    assert [judge.label for judge in judges_for(asked.models, asked.judges)] == judges


def test_a_judge_that_was_named_is_the_judge() -> None:
    asked = settings(models=["demo"], judges=["openai:referee"], judge_url="http://127.0.0.1:1/v1")
    assert [judge.label for judge in judges_for(asked.models, asked.judges)] == ["referee"]
