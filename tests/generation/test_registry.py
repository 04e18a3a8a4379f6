"""What a user's name for a model means."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.generation.registry import ModelSpec, resolve

LABELS = st.text(st.characters(), min_size=1, max_size=200)


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("qwen-turbo", "dashscope/qwen-turbo"),
        ("Qwen2.5-Coder-7B-Instruct", "dashscope/Qwen2.5-Coder-7B-Instruct"),
        ("qwq-32b", "dashscope/qwq-32b"),
        ("claude-3-5-sonnet-20241022", "anthropic/claude-3-5-sonnet-20241022"),
        ("gpt-4o", "openai/gpt-4o"),
        ("o3-mini", "openai/o3-mini"),
        ("grok-4", "xai/grok-4"),
        ("gemini-2.5-pro", "gemini/gemini-2.5-pro"),
        ("deepseek-chat", "deepseek/deepseek-chat"),
        ("codestral-latest", "mistral/codestral-latest"),
    ],
)
def test_a_plain_name_goes_to_the_provider_that_serves_it(name: str, model: str) -> None:
    assert resolve(name) == ModelSpec(name, "litellm", model, "", f"litellm:{model}")


@pytest.mark.parametrize(
    ("name", "spec"),
    [
        ("reference", ModelSpec("reference", "reference", "reference")),
        ("demo", ModelSpec("demo", "demo", "demo")),
        ("litellm:groq/llama", ModelSpec("groq/llama", "litellm", "groq/llama")),
        ("litellm:a:b", ModelSpec("a:b", "litellm", "a:b")),
        ("replay:x/y.jsonl.gz", ModelSpec("replay:y", "replay", "x/y.jsonl.gz")),
        ("replay:y.json", ModelSpec("replay:y", "replay", "y.json")),
    ],
)
def test_a_prefix_says_the_backend(name: str, spec: ModelSpec) -> None:
    assert resolve(name) == spec


def test_with_an_endpoint_any_name_is_asked_there() -> None:
    url = "http://127.0.0.1:8000/v1"
    assert resolve("my-model", endpoint=url) == ModelSpec(
        "my-model", "litellm", "openai/my-model", url, f"litellm:openai/my-model at {url}"
    )
    assert resolve("org/name", endpoint=url).model == "openai/org/name"
    assert resolve("qwen-turbo", endpoint=url).model == "openai/qwen-turbo"
    assert resolve("litellm:tiny", endpoint=url).model == "openai/tiny"
    assert resolve("litellm:openai/tiny", endpoint=url).model == "openai/tiny"
    assert resolve("litellm:openai/tiny", endpoint=url).endpoint == url


def test_a_backend_of_another_plugin_is_taken() -> None:
    assert resolve("mine:big", outside=("mine",)) == ModelSpec("big", "mine", "big")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("litelm:x", r"did you mean 'litellm'\?"),
        ("nonsense", "names no model known here"),
        ("", "names no model known here"),
        ("litellm:", "say --model=litellm:NAME"),
        ("replay:", "say --model=replay:NAME"),
        ("demo:x", "say --model=demo"),
        ("reference:x", "say --model=reference"),
        ("vllm:org/name", "vllm serve"),
        ("hf:org/name", "OpenAI-compatible server"),
        ("openai:gpt-4o", "--model=litellm:openai/NAME"),
        ("dashscope:qwen-turbo", "--model=litellm:dashscope/NAME"),
        ("Qwen/Qwen2.5-Coder-7B", "means vllm:Qwen/Qwen2.5-Coder-7B, which this version does not have yet"),
    ],
)
def test_a_name_that_means_nothing_is_refused_with_what_to_do(name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        resolve(name)


@given(LABELS)
@example("..")
@example("../../etc/passwd")
@example("-rf")
@example("." * 300)
@example("x" * 119 + "/" + "y")
@example("模型")
def test_the_folder_is_always_a_safe_name(label: str) -> None:
    folder = ModelSpec(label, "litellm", label).folder
    assert re.fullmatch(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", folder)
    assert len(folder) <= 120


def test_the_folder_reads_like_the_label() -> None:
    assert ModelSpec("openai/GPT-4o:Latest", "litellm", "x").folder == "openai-gpt-4o-latest"


@pytest.mark.parametrize(
    ("backend", "scripted"), [("demo", True), ("replay", True), ("reference", True), ("litellm", False)]
)
def test_scripted_models_are_on_this_machine(backend: str, scripted: bool) -> None:
    assert ModelSpec("x", backend, "x").scripted is scripted


@given(st.builds(ModelSpec, LABELS, LABELS, LABELS, LABELS, LABELS))
def test_a_spec_survives_json(spec: ModelSpec) -> None:
    assert ModelSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec
