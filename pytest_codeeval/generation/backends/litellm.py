"""LiteLLMBackend: any provider that litellm speaks to, and any OpenAI-compatible server."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError, UsageError
from pytest_codeeval.generation.registry import ModelSpec

# Which variable holds the key of a provider that needs one; others are left to litellm itself.
# Without this check litellm may send another provider's key: OPENAI_API_KEY to DashScope, for one.
_KEYS: dict[str, tuple[str, ...]] = {
    "anthropic": ("ANTHROPIC_API_KEY",),
    "azure": ("AZURE_API_KEY",),
    "dashscope": ("DASHSCOPE_API_KEY",),
    "deepseek": ("DEEPSEEK_API_KEY",),
    "gemini": ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    "groq": ("GROQ_API_KEY",),
    "mistral": ("MISTRAL_API_KEY",),
    "openai": ("OPENAI_API_KEY",),
    "openrouter": ("OPENROUTER_API_KEY",),
    "xai": ("XAI_API_KEY",),
}
_ENDPOINT_KEY = "CODEEVAL_API_KEY"
_RETRYABLE = {408, 409, 425, 429, 500, 502, 503, 504, 529}
_FATAL = {401, 402, 404}
# What litellm says of a connection that failed or a body that is no answer: no server sent such a status.
_INVENTED = {200, 422, 500}
# litellm puts the names of two or three exception classes before what the server said.
_WRAPPERS = re.compile(r"^(?:(?:litellm\.)?\w+(?:Error|Exception|Timeout)(?:: | - ))+")
_QUOTA_GONE = re.compile(r"(?i)insufficient_quota|exceeded your current quota|credit balance|arrearage|billing")


class LiteLLMBackend:
    """Asks through `litellm.acompletion`; the SDK is imported once, in the controller, at the first request."""

    batch_size = 1
    concurrency = 16
    cacheable = True

    def __init__(self, spec: ModelSpec, request_timeout: float = 600.0) -> None:
        """Check what can be checked without the SDK's slow import.

        Raises UsageError where litellm is not installed or the provider's key is not in the environment.
        """
        if importlib.util.find_spec("litellm") is None:
            raise UsageError(
                f"--model={spec.label} needs litellm, which is not installed: pip install 'pytest-codeeval[litellm]'."
            )
        self._spec = spec
        self._timeout = request_timeout
        options = spec.options_among(("api_key_env",))
        self._variable, self._key = _key(spec, options.get("api_key_env", ""))
        self._acompletion: Any = None

    async def generate(self, requests: Sequence[CompletionRequest]) -> list[Completion]:
        """Ask for one completion a request.

        Raises BackendError for every fault of the way there, with what the provider said of it.
        """
        return [await self._ask(request) for request in requests]

    async def _ask(self, request: CompletionRequest) -> Completion:
        if self._acompletion is None:
            self._acompletion = _load()
        start = time.perf_counter()
        try:
            response = await self._acompletion(
                model=request.model,
                messages=[dict(message) for message in request.messages],
                timeout=self._timeout,
                # Retries are the service's: two layers of them would multiply.
                num_retries=0,
                max_retries=0,
                drop_params=True,
                **self._server(),
                **_sampling(request),
            )
        except Exception as error:
            raise self._fault(error) from error
        return _completion(response, time.perf_counter() - start)

    def cost_at_most(self, request: CompletionRequest) -> float | None:
        """Return what an answer can cost in US dollars by litellm's price list; None where that has no price."""
        if self._acompletion is None:
            self._acompletion = _load()
        if request.params.max_tokens is None:
            return None
        asked = sum(len(message["content"].encode("utf-8", "replace")) for message in request.messages)
        try:
            # About three bytes a token are usual.
            costs: tuple[float, float] = importlib.import_module("litellm").cost_per_token(
                model=request.model, prompt_tokens=asked // 2 + 16, completion_tokens=request.params.max_tokens
            )
        except Exception:  # of its own, for a model that it does not know
            return None
        return sum(costs) or None

    def _server(self) -> dict[str, Any]:
        settings: dict[str, Any] = {"api_key": self._key} if self._key else {}
        if self._spec.endpoint:
            settings["api_base"] = self._spec.endpoint
        return settings

    def _fault(self, error: Exception) -> BackendError:
        headers = getattr(error, "litellm_response_headers", None)
        status = getattr(error, "status_code", None)
        if headers is None and status in _INVENTED:
            status = None
        said = _WRAPPERS.sub("", " ".join(str(error).split()))
        if len(self._key) > len("none"):
            said = said.replace(self._key, "[key]")
        fatal = status in _FATAL or bool(status == 429 and _QUOTA_GONE.search(said))
        return BackendError(
            f"{self._spec.label} could not be asked"
            f"{f' (status {status})' if status else ''}: {said[:500].rstrip('.')}{self._remedy(status)}",
            status=status,
            retryable=not fatal and (status in _RETRYABLE or status is None),
            retry_after=_retry_after(headers),
            fatal=fatal,
        )

    def _remedy(self, status: int | None) -> str:
        if status is None and self._spec.endpoint:
            return f"; is the server at {self._spec.endpoint} up?"
        return {
            401: f"; check the key in {self._variable}",
            402: "; the account has no credit",
            403: "; the key may not use this model",
            404: "; check the model's name and --base-url",
        }.get(status or 0, "")


def _key(spec: ModelSpec, variable: str) -> tuple[str, str]:
    """Return the variable that holds the key (`variable`, where one is named), and the key."""
    if variable:
        if not os.environ.get(variable):
            raise UsageError(f"--model-args api_key_env={variable}: {variable} is not set in the environment.")
        return variable, os.environ[variable]
    names = _KEYS.get(spec.model.partition("/")[0], ())
    if spec.endpoint:
        names = (_ENDPOINT_KEY, *names)
    name = next((name for name in names if os.environ.get(name)), "")
    if spec.endpoint:
        # Servers on one's own machine want no key, and the SDK wants a non-empty one.
        return name or _ENDPOINT_KEY, os.environ.get(name) or "none"
    if names and not name:
        raise UsageError(f"--model={spec.label} needs a key in the environment: set {' or '.join(names)}.")
    return name or "the provider's variable", os.environ.get(name, "")


def _load() -> Any:
    # Before the import: else it fetches a price list over the network, and says so on stderr where it cannot.
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    litellm: Any = importlib.import_module("litellm")
    litellm.suppress_debug_info = True
    logging.getLogger("LiteLLM").setLevel(logging.CRITICAL)
    return litellm.acompletion


def _sampling(request: CompletionRequest) -> dict[str, Any]:
    params = request.params
    settings: dict[str, Any] = {
        "temperature": params.temperature,
        "top_p": params.top_p,
        "max_tokens": params.max_tokens,
        # One seed for all samples of a problem would make them all the same.
        "seed": None if params.seed is None else params.seed + request.sample_index,
        "stop": list(params.stop) or None,
    }
    return {name: value for name, value in settings.items() if value is not None}


def _completion(response: Any, seconds: float) -> Completion:
    choices: Any = getattr(response, "choices", None)
    message = getattr(choices[0], "message", None) if choices else None
    if message is None:
        raise BackendError("the server's answer holds no message", retryable=True)
    usage = getattr(response, "usage", None)
    hidden = getattr(response, "_hidden_params", None)
    cost = hidden.get("response_cost") if isinstance(hidden, Mapping) else None
    return Completion(
        text=message.content or "",
        finish_reason=str(choices[0].finish_reason or ""),
        reasoning=str(getattr(message, "reasoning_content", None) or ""),
        prompt_tokens=getattr(usage, "prompt_tokens", None) or None,  # 0 where the server did not say
        completion_tokens=getattr(usage, "completion_tokens", None) or None,
        cost=float(cost) if cost else None,  # litellm says 0.0 where it knows no price
        seconds=round(seconds, 4),
    )


def _retry_after(headers: Any) -> float | None:
    try:
        return float(headers["retry-after"])
    except (TypeError, ValueError, KeyError):
        return None
