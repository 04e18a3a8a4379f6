"""OpenAIBackend: any server that speaks OpenAI's protocol, asked directly; base models by raw completions."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError, UsageError
from pytest_codeeval.generation.backend import ModelBackend, plainly
from pytest_codeeval.generation.backends.openai.client import OpenAIClient
from pytest_codeeval.generation.backends.openai.likelihood import Likelihood

if TYPE_CHECKING:
    from pytest_codeeval.generation.modelspec import ModelSpec

OPENAI = "https://api.openai.com/v1"
_KEY, _OPENAI_KEY = "CODEEVAL_API_KEY", "OPENAI_API_KEY"
_MOST_SAMPLES = 16
_SCORED = r"(?:ft:)?(?:babbage|davinci)-002(?:[:-].*)?"
"""Models of OpenAI's that give the log-probabilities of a prompt."""
_CHAT_ONLY = (".aliyuncs.com", "api.x.ai", "api.anthropic.com", "generativelanguage.googleapis.com")
"""Ends of the names of hosts that do not, whatever the model."""


def _flag(text: str) -> bool:
    return {"true": True, "false": False, "1": True, "0": False}[text.lower()]


def _mapping(text: str) -> dict[str, Any]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError(text)
    return found


def _price(text: str) -> float:
    price = float(text)
    if not 0 <= price < float("inf"):
        raise ValueError(text)
    return price


# Settings that are sent as they are, and how to read them.
_SENT: dict[str, Callable[[str], Any]] = {
    "top_k": int,
    "min_p": float,
    "repetition_penalty": float,
    "presence_penalty": float,
    "frequency_penalty": float,
    "reasoning_effort": str,
}
_READ: dict[str, Callable[[str], Any]] = {
    **_SENT,
    "api_key_env": str,
    "enable_thinking": _flag,
    "extra_body": _mapping,
    "max_tokens_field": str,
    "samples_at_once": int,
    "input_price": _price,
    "output_price": _price,
}


class OpenAIBackend(ModelBackend):
    """Asks through `OpenAIClient`; several samples of a problem in one request, where the server does that."""

    batch_size = 1
    concurrency = 64
    cacheable = True

    def __init__(self, spec: ModelSpec, request_timeout: float = 600.0) -> None:
        """Check the settings and find the key.

        Raises UsageError for a setting that cannot be, and where the HTTP library or OpenAI's own key is missing.
        """
        options = _options(spec)
        url = spec.endpoint or OPENAI
        at_openai = urlsplit(url).hostname == urlsplit(OPENAI).hostname
        variable, key = _key(spec, options.get("api_key_env", ""), at_openai)
        # OpenAI's models that think do not know the older name.
        field = options.get("max_tokens_field", "max_completion_tokens" if at_openai else "max_tokens")
        self._client = OpenAIClient(
            url,
            name=spec.label,
            key=key,
            variable=variable,
            timeout=request_timeout,
            fields=_fields(options),
            max_tokens_field=field,
        )
        self._model = spec.model
        self._likelihood: Likelihood | None = None
        if spec.mode == "score":
            _demand_scores(spec, options, at_openai)
            # OpenAI itself has no tokenizer to ask for.
            self._likelihood = Likelihood(self._client, spec.model, spec.label, url, may_tokenize=not at_openai)
        self._most = max(1, options.get("samples_at_once", _MOST_SAMPLES))
        self._prices = _prices(options)

    @property
    def samples_at_once(self) -> int:  # type: ignore[override]  # it may turn out that the server takes one only
        """How many samples of one problem `generate` takes at most."""
        return self._most if self._client.takes_n else 1

    async def generate(self, requests: Sequence[CompletionRequest]) -> list[Completion | BackendError | None]:
        """Answer samples of one problem, each by a completion or its error; None for those that were left out.

        Raises BackendError for every fault of the way there.
        """
        if self._likelihood is not None:
            return [self._priced(await self._likelihood.answer(request)) for request in requests]
        return [self._priced(answer) for answer in await self._client.answers(requests)]

    def cost_at_most(self, request: CompletionRequest) -> float | None:
        """Return what an answer can cost in US dollars; None where no prices were given."""
        if self._prices is None or request.params.max_tokens is None:
            return None
        # No tokenizer makes more tokens than bytes; about three bytes a token are usual.
        prompts = 1 + len(request.continuations)
        asked = len(request.sent.encode("utf-8", "replace")) // 2 + 16 * prompts
        # The context may have to be sent alone as well.
        asked += len(request.prompt.encode("utf-8", "replace")) if request.continuations else 0
        return _cost(self._prices, asked, request.params.max_tokens * prompts)

    async def reach(self) -> str:
        """Ask the server for its list of models."""
        return await self._client.reach(self._model)

    def preview(self, request: CompletionRequest) -> Mapping[str, Any]:
        """Return the body of a request for one sample, and where it goes."""
        if self._likelihood is not None:
            return plainly(request)
        return self._client.preview(request, raw=request.mode == "completion")

    async def aclose(self) -> None:
        """Hang up."""
        await self._client.aclose()

    def _priced(self, answer: Completion | BackendError | None) -> Completion | BackendError | None:
        if not isinstance(answer, Completion) or self._prices is None or answer.completion_tokens is None:
            return answer
        return replace(answer, cost=_cost(self._prices, answer.prompt_tokens or 0, answer.completion_tokens))


def _demand_scores(spec: ModelSpec, options: Mapping[str, Any], at_openai: bool) -> None:
    """Raise UsageError for a model of which it is known that nobody gives the log-probabilities of a prompt."""
    host = urlsplit(spec.endpoint).hostname or ""
    if at_openai and not re.fullmatch(_SCORED, spec.model):
        raise UsageError(
            f"--mode=score: OpenAI gives log-probabilities of a prompt for babbage-002 and davinci-002 only, and not "
            f"for {spec.model}; ask it with --mode=chat, or score a model of your own by vllm: or hf:."
        )
    if host.endswith(_CHAT_ONLY):
        raise UsageError(
            f"--mode=score: {host} gives no log-probabilities of a prompt; ask {spec.label} with --mode=chat, or score "
            "a model of your own by vllm: or hf:."
        )
    for name in ("enable_thinking", "reasoning_effort"):
        if options.get(name) not in (None, False, "none"):
            raise UsageError(
                f"--model-args {name}={spec.options[name]}: with --mode=score nothing is generated, so that there is "
                "no thinking; leave it out."
            )


def _cost(prices: tuple[float, float], prompt_tokens: int, completion_tokens: int) -> float:
    return (prompt_tokens * prices[0] + completion_tokens * prices[1]) / 1e6


def _options(spec: ModelSpec) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for name, text in spec.checked_options().items():
        try:
            options[name] = _READ[name](text)
        except (ValueError, KeyError, RecursionError):
            kind = {int: "a whole number", float: "a number", _flag: "true or false", _mapping: "a JSON object"}
            wanted = kind.get(_READ[name], "a number from 0")
            raise UsageError(f"--model-args {name}={text} has to be {wanted}.") from None
    return options


def _fields(options: dict[str, Any]) -> dict[str, Any]:
    fields = {name: options[name] for name in _SENT if name in options}
    if "enable_thinking" in options:
        fields["chat_template_kwargs"] = {"enable_thinking": options["enable_thinking"]}
    return {**fields, **options.get("extra_body", {})}


def _prices(options: dict[str, Any]) -> tuple[float, float] | None:
    given = [options.get(name) for name in ("input_price", "output_price")]
    if given == [None, None]:
        return None
    if given[0] is None or given[1] is None:
        raise UsageError("--model-args: input_price and output_price (US dollars a million tokens) go together.")
    return given[0], given[1]


def _key(spec: ModelSpec, variable: str, at_openai: bool) -> tuple[str, str]:
    """Return the variable that holds the key, and the key; OpenAI's own is sent to nobody else."""
    names = [variable] if variable else [_KEY, *([_OPENAI_KEY] if at_openai else [])]
    name = next((name for name in names if os.environ.get(name)), "")
    if not name and (variable or at_openai):
        raise UsageError(f"--model={spec.label} needs a key in the environment: set {' or '.join(names)}.")
    return name or _KEY, os.environ.get(name, "")
