"""Bodies of OpenAI's protocol: of a request, and the completions in an answer to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pytest_codeeval.core.completion import Completion, CompletionRequest, Form
from pytest_codeeval.core.errors import BackendError


def body_of(
    request: CompletionRequest, count: int, raw: bool, fields: Mapping[str, Any], max_tokens_field: str
) -> bytes:
    """Return what is sent to ask for `count` samples: to continue the prompt where `raw`, else to answer a chat."""
    params = request.params
    stop = params.stop or (request.prompt_stop if raw else ())
    asked: dict[str, Any] = {"prompt": request.prompt} if raw else {"messages": [dict(m) for m in request.messages]}
    settings = {
        "temperature": params.temperature,
        "top_p": params.top_p,
        "max_tokens" if raw else max_tokens_field: params.max_tokens,
        # One seed for all samples of a problem would make them all the same.
        "seed": None if params.seed is None else params.seed + request.sample_index,
        "stop": list(stop) or None,
        "n": count if count > 1 else None,
    }
    asked.update((name, value) for name, value in settings.items() if value is not None)
    return json.dumps({"model": request.model, **asked, **fields}).encode()


def completions_of(body: bytes, raw: bool, seconds: float) -> list[Completion]:
    """Return the completions in an answer, one a choice; what was used is shared out among them.

    Raises BackendError where it is no such answer.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        found = f"begins {body[:60].decode('utf-8', 'replace')!r}" if body else "is empty"
        raise BackendError(f"the server's answer is no JSON: it {found}", retryable=True) from None
    choices = answer.get("choices") if isinstance(answer, dict) else None
    if not isinstance(choices, list) or not choices or not all(isinstance(choice, dict) for choice in choices):
        raise BackendError(f"the server's answer holds no choices: {_error_in(answer)}", retryable=True)
    usage = answer.get("usage")
    prompt_tokens, completion_tokens = _tokens(usage, "prompt_tokens"), _tokens(usage, "completion_tokens")
    shares = _shares(completion_tokens, len(choices))
    prompts = _shares(prompt_tokens, len(choices)) if prompt_tokens else [None] * len(choices)
    ordered = sorted(choices, key=lambda choice: choice["index"] if isinstance(choice.get("index"), int) else 0)
    return [
        _completion(choice, raw, seconds, prompt, share)
        for choice, prompt, share in zip(ordered, prompts, shares, strict=True)
    ]


def _completion(
    choice: Mapping[str, Any], raw: bool, seconds: float, prompt: int | None, used: int | None
) -> Completion:
    message = choice if raw else choice.get("message")
    if not isinstance(message, Mapping):
        raise BackendError("the server's answer holds no message", retryable=True)
    text, thought = _parts(message.get("text" if raw else "content"))
    reasoning = message.get("reasoning_content") or message.get("reasoning") or thought
    return Completion(
        text=text,
        finish_reason=str(choice.get("finish_reason") or ""),
        form=Form.CONTINUATION if raw else Form.CHAT,
        reasoning=reasoning if isinstance(reasoning, str) else json.dumps(reasoning),
        prompt_tokens=prompt,
        completion_tokens=used,
        seconds=round(seconds, 4),
    )


def _parts(content: object) -> tuple[str, str]:
    """Return text and thinking of a message's content, which may be text or a list of parts."""
    if not isinstance(content, list):
        return ("" if content is None else str(content)), ""
    texts, thoughts = [], []
    for part in content:
        if isinstance(part, Mapping):
            texts.append(str(part.get("text") or ""))
            thought = part.get("thinking")
            thoughts.append(_parts(thought)[0] if thought else "")
    return "".join(texts), "".join(thoughts)


def _tokens(usage: object, name: str) -> int | None:
    count = usage.get(name) if isinstance(usage, Mapping) else None
    return count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None


def _shares(total: int | None, parts: int) -> list[int | None]:
    if total is None:
        return [None] * parts
    return [total // parts + (number < total % parts) for number in range(parts)]


def _error_in(answer: object) -> str:
    error = answer.get("error") if isinstance(answer, dict) else None
    return f"{error!r:.300}" if error else f"{answer!r:.100}"
