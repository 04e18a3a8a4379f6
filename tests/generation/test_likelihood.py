"""Log-likelihoods from servers on loopback: by tokens as vLLM gives them, by an echo, and where none are given."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from pytest_codeeval.core.completion import Completion, CompletionRequest, Form, SamplingParams
from pytest_codeeval.core.errors import BackendError, UsageError
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.modelspec import ModelSpec, make_backend
from tests.servers.scoring import BOS, given_to, rank, scoring, sum_behind, tokens_of
from tests.servers.worded import Reply, WordedServer, error

if importlib.util.find_spec("aiohttp") is None:
    pytest.skip("needs pytest-codeeval[openai]", allow_module_level=True)

CHOICES = (" The roots.", " oil", " the petals of a plant", " the bark")
REQUEST = CompletionRequest(
    "openai",
    "tiny",
    (),
    SamplingParams(max_tokens=1),
    task_id="T/0",
    mode="score",
    prompt="Question: Which part takes up water?\nAnswer:",
    continuations=CHOICES,
)


def backend(server: WordedServer, kind: str = "openai", **args: str) -> ModelBackend:
    return make_backend(ModelSpec("tiny", kind, "tiny", server.base_url, args=tuple(args.items()), mode="score"), 20.0)


def asked(server: WordedServer, *requests: CompletionRequest, kind: str = "openai", **args: str) -> Sequence[Any]:
    """Return the answers to requests, one call each."""

    async def ask() -> list[Any]:
        found = backend(server, kind, **args)
        try:
            return [(await found.generate([request]))[0] for request in requests]
        finally:
            await found.aclose()

    return asyncio.run(ask())


def score_of(completion: Completion) -> list[float]:
    assert isinstance(completion, Completion)
    return [score.logprob for score in completion.scores]


@pytest.mark.parametrize("bos", [False, True], ids=["no BOS", "BOS"])
@pytest.mark.parametrize(("vllm", "kind"), [(False, "openai"), (True, "openai"), (True, "vllm"), (False, "vllm")])
def test_each_choice_gets_the_sum_of_its_own_tokens(vllm: bool, kind: str, bos: bool) -> None:
    with scoring(vllm=vllm, bos=bos) as server:
        (answer,) = asked(server, REQUEST, kind=kind)
    assert score_of(answer) == pytest.approx([sum_behind(REQUEST.prompt, choice) for choice in CHOICES], abs=1e-9)
    assert [score.tokens for score in answer.scores] == [len(tokens_of(choice)) for choice in CHOICES]
    greedy = [
        all(rank(one) == 1 for one in given_to(tokens_of(REQUEST.prompt + choice))[-len(tokens_of(choice)) :])
        for choice in CHOICES
    ]
    assert [score.greedy for score in answer.scores] == greedy
    assert len(set(greedy)) == 2
    assert not any(score.joined or score.cut for score in answer.scores)
    likeliest = max(CHOICES, key=lambda choice: sum_behind(REQUEST.prompt, choice))
    assert (answer.text, answer.form, answer.finish_reason) == (likeliest, Form.CONTINUATION, "stop")
    assert answer.prompt_tokens and answer.completion_tokens


@pytest.mark.parametrize("vllm", [False, True], ids=["echo", "tokens"])
def test_all_choices_of_a_problem_go_out_in_one_request(vllm: bool) -> None:
    with scoring(vllm=vllm, bos=True) as server:
        asked(server, REQUEST, replace(REQUEST, continuations=CHOICES[:2]))
    bodies = [body for body in server.requests if "max_tokens" in body]
    assert [len(body["prompt"]) for body in bodies] == ([4, 2] if vllm else [5, 3])
    assert all(body["max_tokens"] == 1 and "messages" not in body for body in bodies)
    if vllm:
        # Token ids, with one BOS each: a text would be given another one by the server.
        assert all(prompt[0] == BOS and BOS not in prompt[1:] for body in bodies for prompt in body["prompt"])
        assert all(body["prompt_logprobs"] == 1 and "echo" not in body for body in bodies)


def test_a_beginning_that_the_context_brings_along_is_not_doubled() -> None:
    with scoring(vllm=True, bos=True) as server:
        asked(server, replace(REQUEST, prompt=f"<s>{REQUEST.prompt}"))
        (body,) = (body for body in server.requests if "max_tokens" in body)
    assert all(prompt[0] == BOS and BOS not in prompt[1:] for prompt in body["prompt"])


@pytest.mark.parametrize("vllm", [False, True], ids=["echo", "tokens"])
def test_a_blank_at_the_end_of_the_context_belongs_to_the_choices(vllm: bool) -> None:
    with scoring(vllm=vllm) as server:
        spaced = replace(REQUEST, prompt=f"{REQUEST.prompt} ", continuations=tuple(c[1:] for c in CHOICES))
        usual, other = asked(server, REQUEST, spaced)
    assert score_of(usual) == score_of(other)


@pytest.mark.parametrize("vllm", [False, True], ids=["echo", "tokens"])
def test_a_token_that_reaches_over_the_boundary_is_noted(vllm: bool) -> None:
    with scoring(vllm=vllm) as server:
        (answer,) = asked(server, replace(REQUEST, prompt="It is un", continuations=("likely so", " so")))
    assert [score.joined for score in answer.scores] == [True, False]


def test_an_empty_context_is_the_beginning_of_a_text_where_that_is_known() -> None:
    with scoring(vllm=True, bos=True) as server:
        (answer,) = asked(server, replace(REQUEST, prompt=""))
    assert score_of(answer) == pytest.approx([sum_behind("", choice, bos=True) for choice in CHOICES])
    for vllm, said in ((False, "takes texts only"), (True, "no token before its continuation")):
        with scoring(vllm=vllm) as server, pytest.raises(BackendError, match=said) as caught:
            asked(server, replace(REQUEST, prompt=""))
        assert not caught.value.fatal


def test_what_is_too_long_is_cut_off_at_the_left_and_noted() -> None:
    room = len(tokens_of(REQUEST.prompt)) + 2
    with scoring(vllm=True, length=room) as server:
        (answer,) = asked(server, replace(REQUEST, continuations=(" oil", " the petals of a plant")))
    assert [score.cut for score in answer.scores] == [0, 4]
    expected = [sum_behind(REQUEST.prompt, " oil"), sum_behind(REQUEST.prompt, " the petals of a plant")]
    assert score_of(answer) == pytest.approx(expected)


@pytest.mark.parametrize("vllm", [False, True], ids=["echo", "tokens"])
@pytest.mark.parametrize("fault", ["drops", "zeros", "shorter", "none"])
def test_a_server_without_log_probabilities_of_prompts_is_an_error_and_no_chance(vllm: bool, fault: str) -> None:
    with scoring(vllm=vllm, fault=fault) as server, pytest.raises(BackendError) as caught:
        asked(server, REQUEST)
    assert caught.value.fatal
    assert "drops the log-probabilities of prompts" in str(caught.value)
    assert server.base_url in str(caught.value)


def test_a_server_that_answers_one_prompt_of_a_list_is_an_error() -> None:
    with scoring(fault="one") as server, pytest.raises(BackendError, match="answered 1 of 5 prompts") as caught:
        asked(server, REQUEST)
    assert caught.value.fatal


def test_a_model_that_ends_at_once_is_scored_all_the_same() -> None:
    with scoring(fault="ends") as server:
        (answer,) = asked(server, REQUEST)
    assert score_of(answer) == pytest.approx([sum_behind(REQUEST.prompt, choice) for choice in CHOICES])


def test_a_server_in_trouble_is_asked_again_for_its_tokenizer() -> None:
    def reply(body: dict[str, Any], number: int) -> Reply:
        return error(503, "loading") if number == 0 else inner.reply_to(body)

    with scoring(vllm=True) as inner, WordedServer(reply) as server:
        found = backend(server)

        async def twice() -> Any:
            with pytest.raises(BackendError) as caught:
                await found.generate([REQUEST])
            assert caught.value.retryable
            (answer,) = await found.generate([REQUEST])
            await found.aclose()
            return answer

        answer = asyncio.run(twice())
    assert score_of(answer) == pytest.approx([sum_behind(REQUEST.prompt, choice) for choice in CHOICES])
    assert "prompt_logprobs" in server.requests[-1]


def test_prices_count_what_is_sent() -> None:
    with scoring() as server:
        prices = {"input_price": "1000000", "output_price": "0"}
        (answer,) = asked(server, REQUEST, **prices)
        at_most = backend(server, **prices).cost_at_most(REQUEST)
    assert answer.cost == answer.prompt_tokens > 50
    assert at_most is not None and at_most >= answer.cost


def at_openai(model: str) -> ModelSpec:
    return ModelSpec(model, "openai", model, mode="score")


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (at_openai("gpt-4o"), "babbage-002 and davinci-002 only, and not for gpt-4o"),
        (ModelSpec("q", "dashscope", "qwen-turbo", mode="score"), "'dashscope' gives no log-probabilities of a prompt"),
        (ModelSpec("q", "litellm", "xai/grok", mode="score"), "'litellm' gives no log-probabilities of a prompt"),
        (ModelSpec("q", "other", "q", mode="score"), "no plugin made a backend"),
        (
            ModelSpec("q", "openai", "q", "https://dashscope.aliyuncs.com/compatible-mode/v1", mode="score"),
            "dashscope.aliyuncs.com gives no log-probabilities",
        ),
        (
            ModelSpec("q", "openai", "q", "http://127.0.0.1:1/v1", args=(("enable_thinking", "true"),), mode="score"),
            "enable_thinking=true: with --mode=score nothing is generated",
        ),
        (
            ModelSpec("q", "openai", "q", "http://127.0.0.1:1/v1", args=(("reasoning_effort", "low"),), mode="score"),
            "reasoning_effort=low: with --mode=score nothing",
        ),
    ],
)
def test_who_cannot_score_is_refused_before_anything_is_asked(
    monkeypatch: pytest.MonkeyPatch, spec: ModelSpec, said: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    with pytest.raises(UsageError, match=said):
        make_backend(spec, 20.0)


@pytest.mark.parametrize("model", ["davinci-002", "babbage-002", "ft:davinci-002:org::id"])
def test_base_models_of_openai_are_scored(monkeypatch: pytest.MonkeyPatch, model: str) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    assert make_backend(at_openai(model), 20.0) is not None
