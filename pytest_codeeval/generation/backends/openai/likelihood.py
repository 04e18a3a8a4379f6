"""Likelihood: has an OpenAI-compatible server say how likely continuations are, by tokens (vLLM) or by an echo."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.continuation import Continuation
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.backends.openai.echoed import echoed
from pytest_codeeval.generation.backends.openai.promptscores import Dropped, prompt_scores
from pytest_codeeval.generation.backends.openai.servertokens import Calls, ServerTokens
from pytest_codeeval.generation.boundary import parted

_PATH = "/completions"


class Likelihood:
    """Scores continuations at one server; all those of a context go out in one request.

    `name` stands for the model in messages, `where` for the server. A server that offers its tokenizer, as vLLM does,
    is sent tokens; `may_tokenize` says whether to look for one.
    """

    def __init__(self, client: Calls, model: str, name: str, where: str, *, may_tokenize: bool = True) -> None:
        self._client = client
        self._model = model
        self._name = name
        self._where = where
        self._looks = may_tokenize
        self._tokens: ServerTokens | None = None
        self._looking = asyncio.Lock()

    async def answer(self, request: CompletionRequest) -> Completion:
        """Return the scores of a request's continuations.

        Raises BackendError where there are none: fatal if the server gives no log-probabilities of a prompt, as without
        them all choices would seem alike.
        """
        start = time.perf_counter()
        tokens = await self._offered()
        try:
            scores, used = await (self._echoed(request) if tokens is None else self._by_ids(tokens, request))
        except Dropped as error:
            raise BackendError(
                f"{self._name} cannot be scored: {self._where} drops the log-probabilities of prompts ({error}); use a "
                "server that gives them, such as vLLM, or the weights themselves (--model=hf:PATH)",
                fatal=True,
            ) from None
        counts = {name: used.get(name) for name in ("prompt_tokens", "completion_tokens")}
        counts = {name: count if type(count) is int and count >= 0 else None for name, count in counts.items()}
        return Completion.of_scores(request, scores, seconds=round(time.perf_counter() - start, 4), **counts)

    async def _offered(self) -> ServerTokens | None:
        async with self._looking:
            if self._looks:
                self._tokens = await ServerTokens.offered(self._client, self._model)
                self._looks = False
        return self._tokens

    async def _by_ids(
        self, tokens: ServerTokens, request: CompletionRequest
    ) -> tuple[tuple[Continuation, ...], Mapping[str, Any]]:
        pairs = await tokens.pairs(request)
        prompts = [list(pair.ids) for pair in pairs]
        told = await self._client.call(_PATH, {**self._asked(prompts), "prompt_logprobs": 1})
        choices = _choices(told, len(pairs))
        return tuple(map(prompt_scores, choices, pairs)), _usage(told)

    async def _echoed(self, request: CompletionRequest) -> tuple[tuple[Continuation, ...], Mapping[str, Any]]:
        """Have the texts echoed; the context alone is the first of them, as its tokens are where the rest begins."""
        texts = [parted(request.prompt, continuation) for continuation in request.continuations]
        context = texts[0][0]
        if not context:
            raise BackendError(
                f"{request.task_id} has an empty context, and {self._where} takes texts only, without the token that "
                "begins one; score it with a vLLM server or --model=hf:PATH"
            )
        prompts = [context, *(context + rest for _, rest in texts)]
        told = await self._client.call(_PATH, {**self._asked(prompts), "echo": True, "logprobs": 1})
        choices = _choices(told, len(prompts))
        return echoed(choices, prompts, request.task_id), _usage(told)

    def _asked(self, prompts: list[Any]) -> dict[str, Any]:
        # One token: not all servers take none.
        return {"model": self._model, "prompt": prompts, "max_tokens": 1, "temperature": 0}


def _choices(told: Mapping[str, Any], count: int) -> list[Mapping[str, Any]]:
    """Return the choices of an answer in the order of the prompts."""
    choices = told.get("choices")
    if not isinstance(choices, list) or not all(isinstance(choice, Mapping) for choice in choices):
        raise BackendError(f"the server's answer holds no choices: {told!r:.100}", retryable=True)
    places = (choice.get("index") for choice in choices)
    by_place = {
        place if type(place) is int else number: choice
        for number, (place, choice) in enumerate(zip(places, choices, strict=True))
    }
    if len(choices) != count or set(by_place) != set(range(count)):
        raise BackendError(
            f"the server answered {len(choices)} of {count} prompts that were sent as a list; it cannot be used for "
            "--mode=score",
            fatal=True,
        )
    return [by_place[place] for place in range(count)]


def _usage(told: Mapping[str, Any]) -> Mapping[str, Any]:
    usage = told.get("usage")
    return usage if isinstance(usage, Mapping) else {}
