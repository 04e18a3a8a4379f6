"""What litellm brings back: an answer as the server gave it, before litellm translated its words, or a fault."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.ending import ending_of
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.backends.openai.answer import calls_in, completions_of, parts_of, unended, word_of
from pytest_codeeval.generation.backends.server_error import ServerError


class Overheard:
    """The body of the last response of one call, which litellm shows to a `logger_fn`."""

    def __init__(self) -> None:
        self._body = ""

    def __call__(self, details: Mapping[str, Any]) -> None:
        """Take what litellm logs before and after it asks."""
        body = details.get("original_response")
        if details.get("log_event_type") == "post_api_call" and isinstance(body, str):
            self._body = body

    @property
    def body(self) -> str:
        """The body, where it is JSON; else nothing."""
        return self._body if self._json() is not None else ""

    @property
    def is_openai(self) -> bool:
        """Whether it is an answer in OpenAI's protocol, which is read as any other one of that."""
        found = self._json()
        return found is not None and bool(isinstance(found.get("choices"), list) or found.get("error"))

    @property
    def word(self) -> str:
        """How a provider with a protocol of its own says that the answer ended."""
        found = self._json() or {}
        places = [found.get(name) for name in ("stop_reason", "stopReason", "done_reason", "finish_reason")]
        candidates = found.get("candidates")
        if isinstance(candidates, list) and candidates and isinstance(candidates[0], Mapping):
            places.append(candidates[0].get("finishReason"))
        feedback = found.get("promptFeedback")
        if isinstance(feedback, Mapping) and feedback.get("blockReason"):
            places.append("prompt_blocked")
        return next(filter(None, map(word_of, places)), "")

    def _json(self) -> dict[str, Any] | None:
        try:
            found = json.loads(self._body)
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None


def answer_of(response: Any, overheard: Overheard, seconds: float) -> Completion | BackendError:
    """Return the answer in litellm's response, by what was overheard of it; litellm knows what it costs.

    Raises BackendError where there is none.
    """
    hidden = getattr(response, "_hidden_params", None)
    cost = hidden.get("response_cost") if isinstance(hidden, Mapping) else None
    known = float(cost) if cost else None  # litellm says 0.0 where it knows no price
    if overheard.is_openai:
        found = completions_of(overheard.body, False, seconds)[0]
        return replace(found, cost=known) if isinstance(found, Completion) else found
    choices: Any = getattr(response, "choices", None)
    message = getattr(choices[0], "message", None) if choices else None
    if message is None:
        raise BackendError("the server's answer holds no message", retryable=True)
    fields = getattr(choices[0], "provider_specific_fields", None)
    native = fields.get("native_finish_reason") if isinstance(fields, Mapping) else None
    reason = word_of(native) or overheard.word or word_of(choices[0].finish_reason)
    if ending_of(reason) is None:
        return unended(reason)
    as_json = message.model_dump() if hasattr(message, "model_dump") else {}
    return Completion(
        text=parts_of(message.content)[0],
        finish_reason=reason,
        reasoning=str(getattr(message, "reasoning_content", None) or ""),
        prompt_tokens=_used(response, "prompt_tokens"),
        completion_tokens=_used(response, "completion_tokens"),
        cost=known,
        seconds=round(seconds, 4),
        tool_calls=calls_in(as_json),
    )


def refused_response(error: BaseException) -> tuple[int, Mapping[str, str], bytes] | None:
    """Return status, headers and body of the response behind an exception; None where no server refused anything."""
    found: tuple[int, Mapping[str, str], bytes] | None = None
    seen: set[int] = set()
    here: BaseException | None = error
    while here is not None and id(here) not in seen:
        seen.add(id(here))
        response = getattr(here, "response", None)
        # litellm puts a made-up response into its own exceptions.
        if response is not None and not type(here).__module__.startswith("litellm"):
            status, body = getattr(response, "status_code", None), getattr(response, "content", None)
            if isinstance(status, int) and isinstance(body, bytes) and status != 200:
                found = status, response.headers, body
        here = here.__cause__ or here.__context__
    return found


def error_behind(error: BaseException, words: str) -> ServerError:
    """Return what an exception of litellm says of an error, where no response is at hand."""
    body = getattr(error, "body", None)
    told = ServerError.told(body if isinstance(body, Mapping | list) else None, words)
    return told if told.said else ServerError(words)


def _used(response: Any, name: str) -> int | None:
    count = getattr(getattr(response, "usage", None), name, None)
    return count if isinstance(count, int) and count > 0 else None  # 0 where the server did not say
