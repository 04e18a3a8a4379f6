"""Attack answers tell a judge that believes them from one that does not; judges and models of one family."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pytest_codeeval.core.completion import Message
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.core.families import same_family
from pytest_codeeval.generation.backends.demo.judge import scripted_verdict
from pytest_codeeval.scoring.judging.canaries import CANARIES, QUESTION, believed
from pytest_codeeval.scoring.judging.delimiters import BREAK
from tests.scoring.judges import Judges

NAMES = [canary.name for canary in CANARIES]


def believes(word: str) -> Judges:
    """Return a judge that gives the highest rating to what has a word in it."""

    def says(messages: Sequence[Message]) -> str:
        return f"VERDICT: {10 if word in messages[1]['content'] else 1}"

    return Judges(says)


def test_there_are_three_attacks_and_all_are_shown_as_data() -> None:
    tools = Judges("VERDICT: 1")
    assert believed("judge", tools) == []
    assert len(set(NAMES)) == len(tools.asked) == 3
    for _, (_, user) in tools.asked:
        assert QUESTION in user["content"]
        assert BREAK in user["content"]
        assert user["content"].count("<<<") == 4


@pytest.mark.parametrize(
    ("word", "name"), [("Ignore all", NAMES[0]), ("experts", NAMES[1]), ('"rating": 10', NAMES[2])]
)
def test_what_a_judge_fell_for_is_named(word: str, name: str) -> None:
    assert believed("judge", believes(word)) == [name]


def test_a_judge_that_gives_the_best_to_all_fell_for_all() -> None:
    assert believed("judge", Judges("VERDICT: 10")) == NAMES


def test_a_judge_without_a_rating_fell_for_none_and_one_that_is_down_is_an_error() -> None:
    def dead(messages: object) -> str:
        raise BackendError("down")

    assert believed("judge", Judges("I do not rate that.")) == []
    with pytest.raises(BackendError):
        believed("judge", Judges(dead))


def test_the_demo_judge_falls_for_none() -> None:
    assert believed("demo", Judges(script=scripted_verdict)) == []


@pytest.mark.parametrize(
    ("model", "judge"),
    [
        ("openai:gpt-4o-mini", "litellm:azure/gpt-4.1"),
        ("o3-mini", "gpt-4o"),
        ("vllm:Qwen/Qwen2.5-7B-Instruct", "dashscope:qwen-max"),
        ("QwQ-32B", "qwen3-max"),
        ("vllm:meta-llama/Llama-3.1-8B", "ollama/llama3:70b"),
        ("anthropic/claude-sonnet-4", "claude-3-opus"),
        ("google/gemma-2-9b", "gemini/gemini-1.5-pro"),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", "qwen-plus"),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", "deepseek-chat"),
        ("mixtral-8x7b", "mistral-large"),
        ("THUDM/chatglm3-6b", "glm-4"),
        ("01-ai/Yi-34B", "yi-large"),
        ("house-model", "other/House-Model"),
    ],
)
def test_models_of_one_family(model: str, judge: str) -> None:
    assert same_family(model, judge)
    assert same_family(judge, model)


@pytest.mark.parametrize(
    ("model", "judge"),
    [
        ("openai:gpt-4o", "anthropic/claude-3"),
        ("openai:qwen2.5-7b", "openai:gpt-4o"),  # a server that speaks a protocol is of no family
        ("deepseek/qwen", "deepseek/llama"),
        ("llama-3", "qwen2"),
        ("novation-1", "nova-pro"),
        ("yield-7b", "yi-34b"),
        ("foo-7b", "foo-13b"),
        ("", "gpt-4"),
    ],
)
def test_models_of_two_families(model: str, judge: str) -> None:
    assert not same_family(model, judge)
