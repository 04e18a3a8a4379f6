"""LiteLLMBackend: any provider that litellm speaks to, and any OpenAI-compatible server."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
import re
import time
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.ending import Ending, ending_of
from pytest_codeeval.core.errors import BackendError, UsageError
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.backends.litellm.answer import (
    Overheard,
    answer_of,
    error_behind,
    refused_response,
)
from pytest_codeeval.generation.backends.openai.answer import completions_of, error_in
from pytest_codeeval.generation.backends.openai.client import OpenAIClient, tool_fields
from pytest_codeeval.generation.backends.openai.fault import fault, refusal, refuses_content, wish
from pytest_codeeval.generation.backends.server_error import ServerError

if TYPE_CHECKING:
    from pytest_codeeval.generation.modelspec import ModelSpec

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
_MAX_TOKENS = ("max_tokens", "max_completion_tokens")
# What litellm says of a connection that failed or a body that is no answer: no server sent such a status.
_INVENTED = {200, 422, 500}
# litellm puts the names of two or three exception classes before what the server said.
_WRAPPERS = re.compile(r"^(?:(?:litellm\.)?\w+(?:Error|Exception|Timeout)(?:: | - ))+")
_TRACEBACK = re.compile(r"\s*Traceback \(most recent call last\).*", re.DOTALL)


class LiteLLMBackend(ModelBackend):
    """Asks through `litellm.acompletion`; the SDK is imported once, in the controller, at the first request."""

    batch_size = 1
    concurrency = 16
    cacheable = True

    def __init__(self, spec: ModelSpec, request_timeout: float = 600.0) -> None:
        """Check what can be checked without the SDK's slow import.

        Raises UsageError where litellm is not installed, the provider's key is not in the environment, or a setting
        means nothing.
        """
        if importlib.util.find_spec("litellm") is None:
            raise UsageError(
                f"--model={spec.label} needs litellm, which is not installed: pip install 'pytest-codeeval[litellm]'."
            )
        self._spec = spec
        self._timeout = request_timeout
        options = spec.checked_options()
        self._limit = options.get("max_tokens_field", _MAX_TOKENS[0])
        if self._limit not in _MAX_TOKENS:
            raise UsageError(f"--model-args max_tokens_field={self._limit}: say {' or '.join(_MAX_TOKENS)}.")
        self._variable, self._key = _key(spec, options.get("api_key_env", ""))
        self._acompletion: Any = None
        # It says so of each answer in parts, which it passes on all the same; where warnings are errors, it cannot.
        warnings.filterwarnings("ignore", "Pydantic serializer warnings", UserWarning)

    async def generate(self, requests: Sequence[CompletionRequest]) -> list[Completion | BackendError]:
        """Ask for one completion a request; one that the server broke off is an error in its place.

        Raises BackendError for every fault of the way there, with what the provider said of it.
        """
        return [await self._ask(request) for request in requests]

    async def _ask(self, request: CompletionRequest) -> Completion | BackendError:
        if self._acompletion is None:
            self._acompletion = _load()
        start = time.perf_counter()
        overheard = Overheard()
        try:
            response = await self._acompletion(
                model=request.model,
                messages=[dict(message) for message in request.messages],
                timeout=self._timeout,
                # Retries are the service's: two layers of them would multiply.
                num_retries=0,
                max_retries=0,
                drop_params=True,
                logger_fn=overheard,
                **self._server(),
                **_tools(request),
                **_sampling(request, self._limit),
            )
        except Exception as error:
            return self._despite(error, overheard, time.perf_counter() - start)
        return answer_of(response, overheard, time.perf_counter() - start)

    def _despite(self, error: Exception, overheard: Overheard, seconds: float) -> Completion | BackendError:
        """Return the answer that litellm made an exception of: a filter's refusal, or a layout that it cannot read.

        Raises BackendError where it is none.
        """
        refused = refused_response(error)
        if refused is None and overheard.is_openai and (told := error_in(overheard.body)) is None:
            return completions_of(overheard.body, False, seconds)[0]
        if refused is not None:
            told, status = ServerError.of(refused[2]), refused[0]
            raised = refusal(self._spec.label, *refused, self._variable, self._limit)
        elif overheard.is_openai and told is not None:
            status = told.status or 400
            raised = fault(self._spec.label, told.status, told, self._variable, self._limit)
        else:
            told = error_behind(error, self._words(error))
            raised = self._fault(error, told)
            status = raised.status or 0
        if refuses_content(status, told) or ending_of(overheard.word) is Ending.REFUSED:
            return Completion("", finish_reason="content_filter", seconds=round(seconds, 4))
        raised.args = (self._hidden(str(raised)),)
        raise raised from error

    async def reach(self) -> str:
        """Ask a server of OpenAI's protocol for its list of models; of others it is only known whether a key is set."""
        provider, _, name = self._spec.model.partition("/")
        if not self._spec.endpoint or provider != "openai":
            return ""
        about: dict[str, Any] = {
            "name": self._spec.label,
            "key": self._key,
            "variable": self._variable,
            "timeout": self._timeout,
        }
        client = OpenAIClient(self._spec.endpoint, **about)
        try:
            return await client.reach(name)
        finally:
            await client.aclose()

    def preview(self, request: CompletionRequest) -> Mapping[str, Any]:
        """Return what litellm is called with, which makes of it what the provider takes."""
        server = {"api_base": self._spec.endpoint} if self._spec.endpoint else {}
        asked = {"model": request.model, "messages": [*map(dict, request.messages)]}
        return {**server, **asked, **tool_fields(request), **_sampling(request, self._limit)}

    def cost_at_most(self, request: CompletionRequest) -> float | None:
        """Return what an answer can cost in US dollars by litellm's price list; None where that has no price."""
        if self._acompletion is None:
            self._acompletion = _load()
        if request.params.max_tokens is None:
            return None
        asked = len(request.sent.encode("utf-8", "replace"))
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

    def _fault(self, error: Exception, told: ServerError) -> BackendError:
        headers = getattr(error, "litellm_response_headers", None)
        status = getattr(error, "status_code", None)
        if not isinstance(status, int) or (headers is None and status in _INVENTED):
            status = None
        raised = fault(self._spec.label, status, told, self._variable, self._limit, wish(headers or {}))
        if status is None and self._spec.endpoint:
            raised.args = (f"{raised}; is the server at {self._spec.endpoint} up?",)
        return raised

    def _words(self, error: Exception) -> str:
        # litellm puts its whole traceback into some messages.
        return _WRAPPERS.sub("", " ".join(_TRACEBACK.sub("", str(error)).split()))[:500]

    def _hidden(self, said: str) -> str:
        return said.replace(self._key, "[key]") if len(self._key) > len("none") else said


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


def _tools(request: CompletionRequest) -> dict[str, Any]:
    """Return what is said of tools, which litellm would drop where it does not know that a model takes any.

    With tools it looks for such as a gateway of its own would serve, which takes a package that it comes without.
    """
    fields = tool_fields(request)
    return {**fields, "allowed_openai_params": ["tools"], "_skip_mcp_handler": True} if fields else {}


def _sampling(request: CompletionRequest, limit: str) -> dict[str, Any]:
    params = request.params
    settings: dict[str, Any] = {
        "temperature": params.temperature,
        "top_p": params.top_p,
        limit: params.max_tokens,
        # One seed for all samples of a problem would make them all the same.
        "seed": None if params.seed is None else params.seed + request.sample_index,
        "stop": list(params.stop) or None,
    }
    return {name: value for name, value in settings.items() if value is not None}
