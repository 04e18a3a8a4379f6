"""The transformers backend with a tiny model of random weights."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from pytest_codeeval.core.completion import Completion, CompletionRequest, Form, SamplingParams
from pytest_codeeval.core.errors import BackendError, UsageError
from pytest_codeeval.core.toolbox import tool
from pytest_codeeval.generation.backends.hf.backend import HfBackend
from pytest_codeeval.generation.modelspec import ModelSpec
from tests.servers.tiny_qwen import make_model

with_torch = pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("torch", "transformers", "tokenizers")),
    reason="needs pytest-codeeval[hf]",
)
REQUEST = CompletionRequest(
    "hf",
    "tiny",
    ({"role": "user", "content": "Add two numbers."},),
    SamplingParams(temperature=0.0, max_tokens=24),
    prompt="def add(first, second):\n",
    mode="auto",
)
OTHER = replace(REQUEST, messages=({"role": "user", "content": "Something longer, so that the first is padded."},))
WARM = SamplingParams(temperature=1.0, max_tokens=24, seed=7)


@pytest.fixture(scope="module")
def chat(tmp_path_factory) -> Path:
    return make_model(sys.executable, tmp_path_factory.mktemp("hf") / "chat", context=512)


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return make_model(sys.executable, tmp_path_factory.mktemp("hf") / "base", context=512, chat=False)


def backend(folder, mode="auto", **args):
    return HfBackend(ModelSpec("tiny", "hf", str(folder), args=tuple(args.items()), mode=mode))


def asked(found, *requests):
    return asyncio.run(found.generate(requests))


@with_torch
def test_at_temperature_zero_an_answer_is_the_same_alone_and_in_a_batch(chat):
    found = backend(chat, dtype="float32", device="cpu")
    (alone,) = asked(found, REQUEST)
    batch = asked(found, OTHER, REQUEST)
    again = asked(backend(chat), REQUEST)
    assert alone.text == batch[1].text == again[0].text
    assert batch[0].prompt_tokens > batch[1].prompt_tokens == alone.prompt_tokens
    assert (alone.form, alone.finish_reason, alone.completion_tokens) == (Form.CHAT, "length", 24)


@with_torch
def test_a_sample_with_a_seed_is_the_same_whatever_is_in_its_batch(chat):
    found = backend(chat)
    samples = [replace(REQUEST, params=WARM, sample_index=number) for number in range(4)]
    texts = [answer.text for answer in asked(found, *samples)]
    assert len(set(texts)) == 4
    assert [answer.text for answer in asked(found, replace(OTHER, params=WARM), samples[2])][1] == texts[2]


@with_torch
def test_without_a_seed_samples_differ_from_run_to_run(chat):
    found = backend(chat)
    sample = replace(REQUEST, params=replace(WARM, seed=None))
    assert len({answer.text for answer in asked(found, *[sample] * 4)}) == 4


@with_torch
def test_a_narrow_nucleus_is_the_best_token(chat):
    found = backend(chat)
    (best,) = asked(found, REQUEST)
    (narrow,) = asked(found, replace(REQUEST, params=replace(WARM, top_p=1e-6)))
    assert narrow.text == best.text


@with_torch
def test_samples_follow_the_distribution_of_the_model(chat):
    """The noise that makes samples of best tokens must not bend the distribution."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    found = backend(chat, batch_size="500")
    one = replace(REQUEST, params=SamplingParams(temperature=1.0, max_tokens=1, seed=0))
    count = 4000
    tokenizer = AutoTokenizer.from_pretrained(chat)
    texts = [
        answer.text
        for start in range(0, count, 500)
        for answer in asked(found, *(replace(one, sample_index=start + number) for number in range(500)))
    ]
    model = AutoModelForCausalLM.from_pretrained(chat)
    text = tokenizer.apply_chat_template([dict(REQUEST.messages[0])], tokenize=False, add_generation_prompt=True)
    with torch.inference_mode():
        logits = model(**tokenizer(text, return_tensors="pt", add_special_tokens=False)).logits[0, -1]
    expected: Counter[str] = Counter()
    for token, share in enumerate(logits.float().softmax(-1).tolist()):
        expected[tokenizer.decode([token], skip_special_tokens=True)] += share  # bytes that are no text look alike
    found_shares = Counter(texts)
    for said, share in expected.most_common(8):
        assert abs(found_shares[said] / count - share) < 5 * (share / count) ** 0.5


@with_torch
def test_a_base_model_continues_the_prompt_up_to_a_stop(base, chat):
    (whole,) = asked(backend(base), REQUEST)
    assert whole.form == Form.CONTINUATION
    stop = whole.text[5:7]
    (cut,) = asked(backend(base), replace(REQUEST, prompt_stop=(stop,)))
    assert cut.text == whole.text[: whole.text.index(stop)]
    assert cut.finish_reason == "stop" and cut.completion_tokens < whole.completion_tokens
    (forced,) = asked(backend(chat, mode="completion"), REQUEST)
    assert forced.form == Form.CONTINUATION


@with_torch
def test_a_base_model_cannot_be_made_to_chat(base):
    with pytest.raises(BackendError, match="no chat template; ask it with --mode=completion"):
        asked(backend(base, mode="chat"), REQUEST)


@with_torch
def test_a_prompt_that_is_too_long_is_an_error_of_its_own(chat):
    long = replace(REQUEST, messages=({"role": "user", "content": "x" * 2000},))
    error, answer = asked(backend(chat), long, REQUEST)
    assert isinstance(error, BackendError) and "was made for 512 tokens" in str(error) and not error.fatal
    assert isinstance(answer, Completion)


@with_torch
def test_the_loop_lives_while_the_model_works_and_a_run_that_ends_ends_it(chat):
    async def play():
        found = backend(chat)
        await found.generate([REQUEST])
        long = replace(REQUEST, params=SamplingParams(temperature=0.0, max_tokens=460))
        working = asyncio.create_task(found.generate([long] * 8))
        beats, start = 0, time.monotonic()
        while beats < 5 and not working.done():
            await asyncio.sleep(0.01)
            beats += 1
        await found.aclose()
        (result,) = await asyncio.gather(working, return_exceptions=True)
        return beats, result, time.monotonic() - start

    beats, result, _ = asyncio.run(play())
    assert beats == 5
    assert isinstance(result, BackendError)
    assert threading.active_count() < 10


@with_torch
def test_a_model_that_cannot_be_loaded_is_a_fatal_error(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(BackendError, match="tiny could not be loaded") as caught:
        asked(backend(tmp_path), REQUEST)
    assert caught.value.fatal


TOOLS_TEMPLATE = (
    "{% if tools %}{% for tool in tools %}[{{ tool.function.name }}]{% endfor %}{% endif %}"
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}"
    "{% for call in m.tool_calls %}({{ call.function.name }} {{ call.function.arguments | tojson }}){% endfor %}"
    "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


@with_torch
def test_tools_go_through_the_chat_template_or_are_an_error_where_it_leaves_them_out(chat):
    called = {"id": "1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
    history = ({"role": "assistant", "content": None, "tool_calls": [called]}, {"role": "tool", "content": "3"})
    given = replace(REQUEST, tools=(tool("add", "Adds.", {}),), messages=(*REQUEST.messages, *history))
    found = backend(chat)
    without, error = asked(found, REQUEST, given)
    assert isinstance(without, Completion)
    assert isinstance(error, BackendError) and error.fatal and "with --tools=prompt" in str(error)
    found._model._tokenizer.chat_template = TOOLS_TEMPLATE
    assert found._model.text(given, False) == (
        "[add]<|im_start|>user\nAdd two numbers.<|im_end|>\n"
        '<|im_start|>assistant\n(add {"a": 1})<|im_end|>\n<|im_start|>tool\n3<|im_end|>\n<|im_start|>assistant\n'
    )
    (answer,) = asked(found, given)
    assert isinstance(answer, Completion)


@with_torch
def test_a_preview_is_the_text_that_the_model_goes_on_from_and_loads_no_weights(chat, base):
    found = backend(chat)
    assert found.preview(REQUEST) == {
        "text": "<|im_start|>user\nAdd two numbers.<|im_end|>\n<|im_start|>assistant\n",
        "temperature": 0.0,
        "max_tokens": 24,
    }
    assert not found._model.loaded
    assert backend(base).preview(REQUEST)["text"] == REQUEST.prompt


@pytest.fixture
def libraries(monkeypatch):
    """As if torch and transformers were installed."""
    for name in ("torch", "transformers"):
        module = ModuleType(name)
        module.__spec__ = importlib.util.spec_from_loader(name, None)
        monkeypatch.setitem(sys.modules, name, module)


def test_a_preview_without_a_tokenizer_says_so(libraries, tmp_path):
    shown = backend(tmp_path).preview(REQUEST)
    assert shown["messages"] == [{"role": "user", "content": "Add two numbers."}]
    assert str(shown["note"]).startswith("its tokenizer cannot be had here (AttributeError: ")


def test_no_memory_left_is_said_with_the_remedy(libraries, tmp_path, monkeypatch):
    found = backend(tmp_path, batch_size="16")

    class OutOfMemoryError(RuntimeError):
        pass

    def load():
        raise OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")

    monkeypatch.setattr(found._model, "load", load)
    with pytest.raises(BackendError, match=r"batch of 16; try --model-args batch_size=8: CUDA out of memory") as caught:
        asked(found, *[REQUEST] * 16)
    assert caught.value.fatal
    with pytest.raises(BackendError, match="try a smaller --max-tokens or dtype"):
        asked(found, REQUEST)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"batch_size": "none"}, "whole number"),
        ({"dtype": "float8"}, "is none of auto, float32"),
        ({"dytpe": "float16"}, "did you mean 'dtype'"),
    ],
)
def test_settings_that_cannot_be_are_said_at_once(libraries, tmp_path, args, said):
    with pytest.raises(UsageError, match=said):
        backend(tmp_path, **args)


def test_a_folder_that_is_not_there_and_a_library_that_is_not_are_said_at_once(libraries, tmp_path, monkeypatch):
    with pytest.raises(UsageError, match="there is no such folder"):
        backend(tmp_path / "none")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"needs torch, .* pip install 'pytest-codeeval\[hf\]'"):
        backend(tmp_path)
