"""Log-likelihoods of a tiny model of random weights, against its own logits one text at a time."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.core.completion import Completion, CompletionRequest, SamplingParams
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.backends.hf.backend import HfBackend
from pytest_codeeval.generation.modelspec import ModelSpec, make_backend
from tests.servers.tiny_qwen import make_model
from tests.servers.worded import Body, Reply, WordedServer, error

pytestmark = pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("torch", "transformers", "tokenizers")),
    reason="needs pytest-codeeval[hf]",
)
REQUEST = CompletionRequest(
    "hf",
    "tiny",
    (),
    SamplingParams(max_tokens=1),
    task_id="T/0",
    mode="score",
    prompt="def add(first, second):\n    return",
    continuations=(" first", " first + second", " a much longer line, so that the others are padded", " 4"),
)
CONTEXT = 64


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(sys.executable, tmp_path_factory.mktemp("hf") / "tiny", context=CONTEXT, chat=False)


class Alone:
    """The model, asked for one text at a time; `bos` has its tokenizer begin each text with a token of its own."""

    def __init__(self, folder: Path, *, bos: bool = False) -> None:
        import transformers

        self.tokenizer: Any = transformers.AutoTokenizer.from_pretrained(folder)
        self.model: Any = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype="float32")
        self.begin = [0] if bos else []

    def logprobs(self, ids: Sequence[int]) -> list[float]:
        """What is given to each token but the first."""
        import torch

        with torch.inference_mode():
            logits = self.model(torch.tensor([list(ids)])).logits[0].double().log_softmax(-1)
        return [float(logits[place, token]) for place, token in enumerate(ids[1:])]

    def ids(self, text: str) -> list[int]:
        found: list[int] = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        return found

    def sum_of(self, context: str, continuation: str) -> float:
        before, whole = self.ids(context), self.ids(context + continuation)
        return sum(self.logprobs([*self.begin, *whole])[len(self.begin) + len(before) - 1 :])


def begin_with_a_token(folder: Path, to: Path) -> Path:
    """Copy the model, and have its tokenizer put the first token before each text."""
    import shutil

    import tokenizers
    import transformers

    shutil.copytree(folder, to)
    tokenizer: Any = transformers.AutoTokenizer.from_pretrained(folder)
    special = [("<|endoftext|>", 0)]
    template = tokenizers.processors.TemplateProcessing(single="<|endoftext|> $A", special_tokens=special)
    tokenizer.backend_tokenizer.post_processor = template
    tokenizer.save_pretrained(to)
    return to


def asked(folder: Path, *requests: CompletionRequest) -> Sequence[Any]:
    args = (("dtype", "float32"), ("device", "cpu"))
    found = HfBackend(ModelSpec("tiny", "hf", str(folder), args=args, mode="score"))
    return asyncio.run(found.generate(requests))


async def closing(backend: ModelBackend) -> Sequence[Any]:
    try:
        return await backend.generate([REQUEST])
    finally:
        await backend.aclose()


def sums(completion: Any) -> list[float]:
    assert isinstance(completion, Completion), completion
    return [score.logprob for score in completion.scores]


def test_the_choices_of_a_batch_get_what_each_gets_alone(folder: Path) -> None:
    alone = Alone(folder)
    (answer,) = asked(folder, REQUEST)
    expected = [alone.sum_of(REQUEST.prompt, continuation) for continuation in REQUEST.continuations]
    assert sums(answer) == pytest.approx(expected, abs=1e-4)
    assert [score.tokens for score in answer.scores] == [
        len(alone.ids(REQUEST.prompt + continuation)) - len(alone.ids(REQUEST.prompt))
        for continuation in REQUEST.continuations
    ]


def test_what_the_model_would_say_itself_is_greedy_and_nothing_else(folder: Path) -> None:
    import torch

    alone = Alone(folder)
    for number in range(200):  # until the likeliest token is a text of its own
        prompt = f"def add{number}("
        ids = alone.ids(prompt)
        with torch.inference_mode():
            best = int(alone.model(torch.tensor([ids])).logits[0, -1].argmax())
        said = alone.tokenizer.decode([best])
        if said.strip() and alone.ids(prompt + said) == [*ids, best]:
            break
    (answer,) = asked(folder, replace(REQUEST, prompt=prompt, continuations=(said, " first")))
    assert [score.greedy for score in answer.scores] == [True, False]


def test_a_tokenizers_own_beginning_is_there_once(folder: Path, tmp_path: Path) -> None:
    begun = begin_with_a_token(folder, tmp_path / "begun")
    alone = Alone(folder, bos=True)
    expected = [alone.sum_of(REQUEST.prompt, continuation) for continuation in REQUEST.continuations]
    usual, brought = asked(begun, REQUEST, replace(REQUEST, prompt=f"<|endoftext|>{REQUEST.prompt}"))
    assert sums(usual) == sums(brought) == pytest.approx(expected, abs=1e-4)
    assert sums(usual) != pytest.approx(sums(asked(folder, REQUEST)[0]), abs=1e-2)


def test_an_empty_context_is_the_token_that_ends_a_text_if_none_begins_one(folder: Path) -> None:
    alone = Alone(folder)
    (answer,) = asked(folder, replace(REQUEST, prompt=""))
    end = alone.tokenizer.eos_token_id
    expected = [sum(alone.logprobs([end, *alone.ids(text)])) for text in REQUEST.continuations]
    assert sums(answer) == pytest.approx(expected, abs=1e-4)


def test_what_is_too_long_is_cut_off_at_the_left(folder: Path) -> None:
    alone, long = Alone(folder), "import math\n" * 40
    (answer,) = asked(folder, replace(REQUEST, prompt=f"{long} ", continuations=("first",)))
    before, whole = alone.ids(long.rstrip()), alone.ids(f"{long} first")
    kept = whole[-(CONTEXT + 1) :]
    assert answer.scores[0].cut == len(whole) - len(kept) > 0
    expected = sum(alone.logprobs(kept)[-(len(whole) - len(before)) :])
    assert sums(answer) == pytest.approx([expected], abs=1e-4)


def test_an_item_that_cannot_be_scored_leaves_the_others_alone(folder: Path) -> None:
    endless = replace(REQUEST, continuations=(" first" * 200,))
    error, answer = asked(folder, endless, REQUEST)
    assert isinstance(error, BackendError)
    assert "has a continuation of" in str(error) and not error.fatal
    assert len(answer.scores) == 4


def test_a_server_that_gives_the_same_says_the_same(folder: Path) -> None:
    """The whole way by tokens, and by an echo, with the log-probabilities of the same model."""
    alone = Alone(folder)
    (expected,) = asked(folder, REQUEST)

    def reply(body: Body, _: int) -> Reply:
        if "add_special_tokens" in body:
            return Reply({"tokens": alone.ids(body["prompt"])}) if by_tokens else error(404, "Not Found")
        prompts = [alone.ids(one) if isinstance(one, str) else one for one in body["prompt"]]
        return Reply({"choices": [choice(place, ids) for place, ids in enumerate(prompts)]})

    def choice(place: int, ids: list[int]) -> Body:
        given = alone.logprobs(ids)
        entries = [{str(token): {"logprob": one, "rank": 2}} for token, one in zip(ids[1:], given, strict=True)]
        tokens = [*(alone.tokenizer.decode([token]) for token in ids), "!"]
        echo = {"tokens": tokens, "token_logprobs": [None, *given, -1.0]}
        about = {"index": place, "text": "", "finish_reason": "length", "prompt_logprobs": [None, *entries]}
        return {**about, "logprobs": echo}

    for by_tokens in (True, False):  # noqa: B007 - the server looks at it
        with WordedServer(reply) as server:
            backend = make_backend(ModelSpec("tiny", "openai", "tiny", server.base_url, mode="score"), 60.0)
            (answer,) = asyncio.run(closing(backend))
        assert sums(answer) == pytest.approx(sums(expected), abs=1e-4)
