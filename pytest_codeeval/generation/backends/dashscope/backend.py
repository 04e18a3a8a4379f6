"""DashScopeBackend: Alibaba's own models, through their own SDK."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import logging
import re
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError, UsageError
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.backends.dashscope.answer import Answer, BadAnswerError
from pytest_codeeval.generation.backends.dashscope.faults import fault, is_refusal, wants_stream
from pytest_codeeval.generation.backends.dashscope.settings import DashScopeSettings
from pytest_codeeval.generation.backends.openai.client import tool_fields

if TYPE_CHECKING:
    from pytest_codeeval.generation.modelspec import ModelSpec

_ONLY_STREAM = re.compile(r"(?i)qwq|qvq|thinking")
# What the SDK raises of an answer that it cannot read.
_MALFORMED = (ValueError, TypeError, LookupError, AttributeError)


class DashScopeBackend(ModelBackend):
    """Asks through `AioGeneration.call`; the SDK is imported once, in the controller, at the first request.

    A model that says that it only streams is asked in a stream from then on.
    """

    batch_size = 1
    cacheable = True

    def __init__(self, spec: ModelSpec, request_timeout: float = 600.0) -> None:
        """Check what can be checked without the SDK's slow import.

        Raises UsageError where the SDK or the key is missing, or a setting means nothing.
        """
        if importlib.util.find_spec("dashscope") is None:
            raise UsageError(
                f"--model={spec.label} needs dashscope, which is not installed: pip install "
                "'pytest-codeeval[dashscope]'."
            )
        self._spec = spec
        self._settings = DashScopeSettings.of(spec)
        self._timeout = request_timeout
        self._sdk: Any = None
        told = self._settings.stream
        self._stream = bool(self._settings.thinking or _ONLY_STREAM.search(spec.model)) if told is None else told
        self.concurrency = self._settings.concurrency or 16

    async def generate(self, requests: Sequence[CompletionRequest]) -> list[Completion]:
        """Ask for one completion a request.

        Raises BackendError for every fault of the way there, with what the provider said of it.
        """
        return [await self._ask(request) for request in requests]

    async def aclose(self) -> None:
        """Close the SDK's connections, which would else outlive the event loop."""
        if self._sdk is not None:
            await self._sdk.close_shared_aio_session()

    async def _ask(self, request: CompletionRequest) -> Completion:
        if self._sdk is None:
            self._sdk = _load()
        start = time.perf_counter()
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._answer(request)
            if answer is None:
                return Completion("", finish_reason="content_filter", seconds=round(time.perf_counter() - start, 4))
            return answer.completion(time.perf_counter() - start)
        except TimeoutError as error:
            raise self._unanswered(f"no answer within {self._timeout:g} s; raise --request-timeout") from error
        except BackendError:
            raise
        except BadAnswerError as error:
            raise self._unanswered(str(error)) from error
        except self._sdk.common.error.DashScopeException as error:
            # Found before anything was sent, and so for every request alike.
            raise BackendError(f"{self._spec.label} could not be asked: {self._hidden(error)}", fatal=True) from error
        except _MALFORMED as error:
            raise self._unanswered(f"the answer could not be read: {type(error).__name__}: {error}") from error
        except Exception as error:
            raise self._unanswered(f"the connection failed: {type(error).__name__}: {error}") from error

    async def _answer(self, request: CompletionRequest) -> Answer | None:
        """Return the answer, or None where the provider refused the content."""
        streamed = self._stream
        answer, failed = await self._call(request, streamed)
        if failed is not None and not streamed and self._settings.stream is None and wants_stream(failed):
            self._stream = True
            answer, failed = await self._call(request, True)
        if failed is None:
            return answer
        if is_refusal(failed):
            return None
        raise fault(failed, self._spec, self._settings)

    async def _call(self, request: CompletionRequest, stream: bool) -> tuple[Answer, Any]:
        """Return what came, and the first response that was an error."""
        answer, failed = Answer(stream), None
        came = await self._sdk.AioGeneration.call(**self._arguments(request, stream))
        # To its end whatever it holds: the SDK closes a connection only then.
        async for response in came if stream else _alone(came):
            if response.status_code != 200:
                failed = failed or response
            elif failed is None:
                answer.add(response)
        return answer, failed

    def _arguments(self, request: CompletionRequest, stream: bool) -> dict[str, Any]:
        params, settings = request.params, self._settings
        arguments = {
            "model": request.model,
            # It wants an empty text where others want none.
            "messages": [{**message, "content": message.get("content") or ""} for message in request.messages],
            **tool_fields(request),
            "api_key": settings.key,
            "base_address": settings.url,
            "workspace": settings.workspace,
            "result_format": "message",
            "temperature": params.temperature,
            "top_p": params.top_p,
            "top_k": settings.top_k,
            "max_tokens": params.max_tokens,
            # One seed for all samples of a problem would make them all the same.
            "seed": None if params.seed is None else params.seed + request.sample_index,
            "stop": list(params.stop) or None,
            "enable_thinking": settings.thinking,
            "thinking_budget": settings.thinking_budget,
            # Later than ours: the SDK sends a streamed request that was too slow a second time.
            "request_timeout": self._timeout + 60,
            **({"stream": True, "incremental_output": True} if stream else {}),
        }
        return {name: value for name, value in arguments.items() if value is not None}

    def _unanswered(self, said: str) -> BackendError:
        where = f" at {self._spec.endpoint}" if self._spec.endpoint else ""
        return BackendError(f"{self._spec.label}{where} gave no answer: {self._hidden(said)[:500]}", retryable=True)

    def _hidden(self, said: object) -> str:
        return " ".join(str(said).split()).replace(self._settings.key, "[key]")


async def _alone(response: Any) -> Any:
    yield response


def _load() -> Any:
    sdk: Any = importlib.import_module("dashscope")
    # It logs every error with a traceback; what is worth knowing of it is in ours.
    logging.getLogger("dashscope").setLevel(logging.CRITICAL)
    return sdk
