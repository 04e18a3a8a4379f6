"""What a user's name for a model means."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.generation.modelnames import args_from, asked_with, resolve, told_apart
from pytest_codeeval.generation.modelspec import ModelSpec

LABELS = st.text(st.characters(), min_size=1, max_size=200)


@pytest.mark.parametrize(
    ("name", "model"),
    [
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


@pytest.mark.parametrize("name", ["qwen-turbo", "Qwen2.5-Coder-7B-Instruct", "qwq-32b", "qwen3-coder-plus"])
def test_a_plain_qwen_is_dashscope(name: str) -> None:
    assert resolve(name) == ModelSpec(name, "dashscope", name, "", f"dashscope:{name}")


def test_a_name_as_on_the_hub_is_served_by_vllm() -> None:
    name = "Qwen/Qwen2.5-Coder-7B"
    assert resolve(name) == ModelSpec(name, "vllm", name, "", f"vllm:{name}")


@pytest.mark.parametrize(
    ("name", "spec"),
    [
        ("reference", ModelSpec("reference", "reference", "reference")),
        ("demo", ModelSpec("demo", "demo", "demo")),
        ("openai:gpt-4o", ModelSpec("gpt-4o", "openai", "gpt-4o")),
        ("dashscope:qwen-max", ModelSpec("qwen-max", "dashscope", "qwen-max")),
        ("vllm:org/name", ModelSpec("org/name", "vllm", "org/name")),
        ("hf:/models/tiny", ModelSpec("tiny", "hf", "/models/tiny")),
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
        "my-model", "openai", "my-model", url, f"openai:my-model at {url}"
    )
    assert resolve("org/name", endpoint=url).model == "org/name"
    assert resolve("qwen-turbo", endpoint=url).backend == "openai"
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
        ("dashscop:x", r"did you mean 'dashscope'\?"),
        ("vllm:", "say --model=vllm:NAME"),
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


def test_args_are_read_and_the_last_one_holds() -> None:
    assert args_from([]) == ()
    assert args_from(["a=1,b=x=y", "top-k = 5", "a=2"]) == (("a", "2"), ("b", "x=y"), ("top_k", "5"))
    assert args_from(['stop=["x",y']) == (("stop", '["x",y'),)


@pytest.mark.parametrize("text", ["", "a", "=1", "1=2"])
def test_an_arg_without_a_name_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--model-args=.* is not understood; write KEY=VALUE"):
        args_from([text])


def test_an_arg_that_a_backend_does_not_know_is_refused_with_the_nearest() -> None:
    spec = asked_with(resolve("openai:x"), (("api_key_en", "K"),), "auto")
    with pytest.raises(UsageError, match=r"--model-args api_key_en=K: .*\(did you mean 'api_key_env'\?\); there are"):
        spec.options_among(["api_key_env", "top_k"])
    with pytest.raises(UsageError, match="no such setting; it takes none"):
        spec.options_among([])


def test_how_a_model_is_reached_is_no_part_of_what_it_says() -> None:
    spec = asked_with(resolve("openai:x"), (("top_k", "5"), ("api_key_env", "K")), "chat")
    assert spec.options == {"top_k": "5", "api_key_env": "K"}
    assert spec.cache_key_args == (("top_k", "5"),)


@pytest.mark.parametrize(
    ("name", "mode", "told"),
    [
        ("vllm:a/b", "auto", "auto"),
        ("hf:a", "auto", "auto"),
        ("openai:a", "auto", "chat"),
        ("openai:a", "completion", "completion"),
        ("vllm:a/b", "chat", "chat"),
        ("demo", "completion", "chat"),
    ],
)
def test_only_those_who_see_the_model_can_tell_what_it_is_made_for(name: str, mode: str, told: str) -> None:
    assert asked_with(resolve(name), (), mode).mode == told


@given(st.builds(ModelSpec, LABELS, LABELS, LABELS, LABELS, LABELS, st.tuples(st.tuples(LABELS, LABELS)), LABELS))
def test_a_spec_survives_json(spec: ModelSpec) -> None:
    assert ModelSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec


@pytest.mark.parametrize(
    ("paths", "labels"),
    [
        (["x/a.jsonl", "x/b.jsonl"], ["a", "b"]),
        (["a/samples.jsonl", "b/samples.jsonl"], ["a/samples", "b/samples"]),
        (["samples.jsonl", "old/samples.jsonl"], ["samples", "old/samples"]),
        (["1/m/samples.jsonl", "2/m/samples.jsonl", "z.jsonl"], ["1/m/samples", "2/m/samples", "z"]),
        (["/1/m/s.jsonl", "/2/m/s.jsonl", "n/s.jsonl"], ["1/m/s", "2/m/s", "n/s"]),
        (["results/gpt-4", "more/gpt-4"], ["results/gpt-4", "more/gpt-4"]),
        (["a/b.jsonl", "A/b.jsonl", "a-b.jsonl"], ["a/b", "A/b 2", "a-b 3"]),
        (["s.jsonl", "s.jsonl.gz"], ["s", "s 2"]),
    ],
)
def test_recordings_of_one_name_are_told_apart_by_their_folders(paths: list[str], labels: list[str]) -> None:
    specs = told_apart(tuple(resolve(f"replay:{path}") for path in paths))
    assert [spec.label for spec in specs] == [f"replay:{label}" for label in labels]
    assert len({spec.folder for spec in specs}) == len(paths)


def test_a_recording_that_is_named_twice_stays_one_of_its_kind() -> None:
    twice = told_apart((resolve("replay:a/s.jsonl"), resolve("replay:b/../a/s.jsonl")))
    assert len({spec.folder for spec in twice}) == 1
