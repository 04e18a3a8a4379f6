"""Answers of OpenAI's protocol: the completions in a body, and which of its choices are a server's fault."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.ending import Ending, ending_of
from pytest_codeeval.core.errors import BackendError, nearest
from pytest_codeeval.core.toolcall import ToolCall
from pytest_codeeval.generation.backends.server_error import ServerError

_LONGEST_ID = 200
_SHOWN = 5  # models of a server


def completions_of(body: bytes | str, raw: bool, seconds: float) -> list[Completion | BackendError]:
    """Return the completions in an answer, one a choice, or the error of that choice alone.

    What was used is shared out among them. Raises BackendError where it is no such answer.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        begins = body[:60].decode("utf-8", "replace") if isinstance(body, bytes) else body[:60]
        found = f"begins {begins!r}" if body else "is empty"
        raise BackendError(f"the server's answer is no JSON: it {found}", retryable=True) from None
    choices = answer.get("choices") if isinstance(answer, dict) else None
    if not isinstance(choices, list) or not choices or not all(isinstance(choice, dict) for choice in choices):
        raise BackendError(f"the server's answer holds no choices: {answer!r:.100}", retryable=True)
    usage = answer.get("usage")
    prompt_tokens, completion_tokens = _tokens(usage, "prompt_tokens"), _tokens(usage, "completion_tokens")
    shares = _shares(completion_tokens, len(choices))
    prompts = _shares(prompt_tokens, len(choices)) if prompt_tokens else [None] * len(choices)
    ordered = sorted(choices, key=lambda choice: choice["index"] if type(choice.get("index")) is int else 0)
    return [
        _outcome(choice, raw, seconds, prompt, share)
        for choice, prompt, share in zip(ordered, prompts, shares, strict=True)
    ]


def error_in(body: bytes | str) -> ServerError | None:
    """Return the error that stands in an answer in the place of choices, or beside them; None where there is none."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if isinstance(answer, list):
        answer = next((part for part in answer if isinstance(part, dict)), None)
    if not isinstance(answer, dict):
        return None
    told = answer.get("error")
    if not told and not answer.get("choices") and answer.get("object") == "error":
        told = answer
    error = ServerError.told({"error": told}) if told else None
    return error if error is not None and error.says_anything else None


def word_of(reason: object) -> str:
    """Return a provider's word for how an answer ended, which some wrap in an object; "" where there is none."""
    if isinstance(reason, Mapping):
        reason = reason.get("type") or reason.get("reason") or reason
    word = "" if reason is None else str(reason)[:100]
    return "" if word.lower() in ("null", "none") else word


def parts_of(content: object) -> tuple[str, str]:
    """Return text and thinking of a message's content, which may be text, a part or a list of parts."""
    if isinstance(content, Mapping):
        content = [content]
    if not isinstance(content, list):
        return ("" if content is None else str(content)), ""
    texts: list[str] = []
    thoughts: list[str] = []
    for part in content:
        if isinstance(part, Mapping):
            text, thought = part.get("text"), part.get("thinking")
            (thoughts if part.get("type") in ("thinking", "reasoning") else texts).append(parts_of(text)[0])
            thoughts.append(parts_of(thought)[0])
        elif isinstance(part, str):
            texts.append(part)
    return "".join(texts), "".join(thoughts)


def _outcome(
    choice: Mapping[str, Any], raw: bool, seconds: float, prompt: int | None, used: int | None
) -> Completion | BackendError:
    reason = _reason(choice)
    error = ServerError.told({"error": choice["error"]}) if choice.get("error") else None
    if error is not None and not error.says_anything:
        error = None
    if error is not None or ending_of(reason) is None:
        return unended(reason, error.said if error else "")
    message, field = (choice, "text") if raw else (choice.get("message"), "content")
    if not isinstance(message, Mapping):
        if isinstance(choice.get("text"), str):  # as a raw completion has it
            message, field = choice, "text"
        elif ending_of(reason) is Ending.COMPLETE:
            return BackendError("the server's answer holds no message", retryable=True)
        else:
            message = {}  # cut off, or filtered, before its first word
    text, thought = parts_of(message.get(field))
    reasoning = message.get("reasoning_content") or message.get("reasoning") or thought
    refused = _refusal(message.get("refusal"))
    calls = calls_in(message)
    if not (reason or text or reasoning or refused or calls):
        return BackendError("the server's answer holds nothing, and no word of how it ended", retryable=True)
    return Completion(
        text=text,
        finish_reason="refusal" if refused and ending_of(reason) is Ending.COMPLETE else reason,
        form=Form.CONTINUATION if raw else Form.CHAT,
        reasoning=(reasoning if isinstance(reasoning, str) else json.dumps(reasoning)) or refused,
        prompt_tokens=prompt,
        completion_tokens=used,
        seconds=round(seconds, 4),
        tool_calls=calls,
    )


def calls_in(message: Mapping[str, Any]) -> tuple[ToolCall, ...]:
    """Return the calls of tools in a message, in the older form of a single one too."""
    found = message.get("tool_calls")
    calls = [call for call in found if isinstance(call, Mapping)] if isinstance(found, list) else []
    if not calls and isinstance(message.get("function_call"), Mapping):
        calls = [{"function": message["function_call"]}]
    return tuple(map(_call, calls))


def _call(call: Mapping[str, Any]) -> ToolCall:
    function = next((call[key] for key in ("function", "custom") if isinstance(call.get(key), Mapping)), call)
    name, arguments = function.get("name"), function.get("arguments", function.get("input"))
    if not isinstance(arguments, str):  # an object, as some servers have it
        arguments = "" if arguments is None else json.dumps(arguments)
    return ToolCall(name if isinstance(name, str) else "", arguments, str(call.get("id") or "")[:_LONGEST_ID])


def _refusal(said: object) -> str:
    return "refused" if said is True else parts_of(said)[0].strip() if isinstance(said, str | list | Mapping) else ""


def unended(reason: str, said: str = "") -> BackendError:
    """Return the error that an answer is which its server broke off."""
    broken = f"broke its answer off ({reason!r})" if reason else "broke its answer off"
    return BackendError(f"the server {broken}{f': {said}' if said else ''}", retryable=True)


def _reason(choice: Mapping[str, Any]) -> str:
    """Return how a choice ended; where gateways have translated the word, by that of the model's own server."""
    reason = word_of(choice.get("finish_reason"))
    if reason == "":
        reason = word_of(choice.get("finish_details")) or word_of(choice.get("native_finish_reason"))
    fields = choice.get("provider_specific_fields")
    native = word_of(fields.get("native_finish_reason")) if isinstance(fields, Mapping) else ""
    return native or reason


def _tokens(usage: object, name: str) -> int | None:
    count = usage.get(name) if isinstance(usage, Mapping) else None
    return count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None


def _shares(total: int | None, parts: int) -> list[int | None]:
    if total is None:
        return [None] * parts
    return [total // parts + (number < total % parts) for number in range(parts)]


def absent(body: bytes, model: str, url: str) -> str:
    """Return in words that a server's list of models has others, and not this one; empty if it cannot be told."""
    try:
        named = [str(one["id"]) for one in json.loads(body)["data"]]
    except (ValueError, TypeError, LookupError, RecursionError):
        return ""
    if not named or model in named:
        return ""
    return f"{url} lists no model {model!r}{nearest(model, named)}; it has {', '.join(named[:_SHOWN]):.200}"
