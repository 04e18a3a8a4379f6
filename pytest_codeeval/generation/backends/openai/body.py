"""The body of a request in OpenAI's protocol."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pytest_codeeval.core.completion import CompletionRequest


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
