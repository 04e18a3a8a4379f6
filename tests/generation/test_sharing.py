"""What holds for all models of a run is refused where it cannot hold for one of them."""

from __future__ import annotations

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.generation.modelnames import asked_with, resolve
from pytest_codeeval.generation.sharing import check_shared

URL = "http://127.0.0.1:8000/v1"


def check(*names: str, endpoint: str = "", **args: str) -> None:
    """Check models as they would be given on the command line."""
    specs = (resolve(name, endpoint=endpoint, outside=("mine",)) for name in names)
    check_shared(
        [(name, asked_with(spec, tuple(args.items()), "auto")) for name, spec in zip(names, specs, strict=True)],
        endpoint,
    )


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("demo",), f"--base-url={URL}: --model=demo asks no server"),
        (("tiny", "hf:/m"), "--model=hf:/m runs in this process; leave one of them out"),
        (("openai:a", "dashscope:b"), "--model=openai:a and --model=dashscope:b speak to servers of different kinds"),
        (("dashscope:b", "vllm:a/b"), "--model=dashscope:b and --model=vllm:a/b speak to servers of different kinds"),
        (("litellm:groq/a", "litellm:b"), "--model=litellm:groq/a and --model=litellm:b speak to servers of"),
        (("a", "reference", "litellm:groq/a", "b"), "--model=a and --model=litellm:groq/a speak .*one at a time"),
    ],
)
def test_one_address_is_of_one_kind_of_server(names: tuple[str, ...], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        check(*names, endpoint=URL)


@pytest.mark.parametrize(
    "names",
    [
        ("tiny", "small", "org/name"),
        ("tiny", "reference", "demo"),
        ("openai:a", "litellm:b", "litellm:openai/c", "vllm:d/e", "vllm:/f"),
        ("dashscope:a", "dashscope:b"),
        ("litellm:groq/a", "litellm:groq/b"),
        ("tiny", "mine:x"),
        ("hf:/m",),
    ],
)
def test_models_of_one_server_share_its_address(names: tuple[str, ...]) -> None:
    check(*names, endpoint="" if names == ("hf:/m",) else URL)


@pytest.mark.parametrize(
    ("names", "endpoint", "args"),
    [
        (("openai:a", "dashscope:b"), "", {}),
        (("gpt-4o", "claude-sonnet-4"), "", {}),
        (("litellm:gpt-4o", "litellm:claude-x"), "", {}),
        (("litellm:groq/a", "litellm:xai/b"), "", {}),
        (("reference", "openai:a", "vllm:b/c"), "", {"url": URL}),
    ],
)
def test_a_key_goes_to_one_service(names: tuple[str, ...], endpoint: str, args: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="api_key_env=MINE is for all models .*would send one key to the services of"):
        check(*names, endpoint=endpoint, api_key_env="MINE", **args)


@pytest.mark.parametrize(
    ("names", "endpoint", "args"),
    [
        (("openai:a", "openai:b", "gpt-4o", "litellm:openai/c", "litellm:gpt-4o"), "", {}),
        (("dashscope:a", "litellm:dashscope/b"), "", {}),
        (("litellm:unheard", "litellm:of"), "", {}),
        (("a", "litellm:b", "vllm:c/d"), URL, {}),
        (("vllm:a/b", "vllm:c/d"), "", {"url": URL}),
        (("openai:a", "vllm:b/c", "hf:/m", "demo", "mine:x"), "", {}),
    ],
)
def test_models_of_one_service_share_its_key(names: tuple[str, ...], endpoint: str, args: dict[str, str]) -> None:
    check(*names, endpoint=endpoint, api_key_env="MINE", **args)


def test_without_either_anything_goes_together() -> None:
    check("openai:a", "dashscope:b", "hf:/m", "vllm:a/b", "litellm:groq/x", "demo", top_k="1")


def test_a_folder_is_asked_where_the_server_is_named() -> None:
    assert resolve("vllm:/models/tiny", endpoint=URL).endpoint == URL
