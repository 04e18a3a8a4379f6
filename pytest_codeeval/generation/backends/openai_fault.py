"""What a refusal of an OpenAI-compatible server means, and what its user can do about it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from pytest_codeeval.core.errors import BackendError

_RETRYABLE = {408, 409, 425, 429, 500, 502, 503, 504, 529}
_FATAL = {401, 402, 404, 405}
_QUOTA_GONE = re.compile(r"(?i)insufficient_quota|exceeded your current quota|credit balance|arrearage|billing")
_TOO_LONG = re.compile(r"(?i)context.{0,10}length|maximum.{0,20}(?:context|tokens)|too many tokens|max_model_len")


def refusal(name: str, status: int, headers: Mapping[str, str], body: bytes, variable: str) -> BackendError:
    """Return the error that an answer with this status is; `variable` is where the key was looked for."""
    said = _said(body)
    if 300 <= status < 400:
        return BackendError(
            f"{name} could not be asked (status {status}): the server sends elsewhere, to "
            f"{headers.get('Location', 'nowhere')!r:.200}; give that address with --base-url",
            status=status,
            fatal=True,
        )
    fatal = status in _FATAL or bool(status == 429 and _QUOTA_GONE.search(said))
    return BackendError(
        f"{name} could not be asked (status {status}): {said.rstrip('.') or 'no word of why'}"
        f"{_remedy(status, said, variable, fatal)}",
        status=status,
        retryable=not fatal and status in _RETRYABLE,
        retry_after=wish(headers),
        fatal=fatal,
    )


def wish(headers: Mapping[str, str]) -> float | None:
    """Return how many seconds the server wants us to wait, given in seconds, milliseconds or as a date."""
    try:
        if "retry-after-ms" in headers:
            return max(0.0, float(headers["retry-after-ms"]) / 1000)
        text = headers["retry-after"]
    except (KeyError, ValueError):
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(text).timestamp() - time.time()
        except (TypeError, ValueError):
            return None
    return seconds if 0 <= seconds < float("inf") else None


def _said(body: bytes) -> str:
    text = body[:4000].decode("utf-8", "replace")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        error = found.get("error", found)
        if isinstance(error, dict):
            parts = [str(error.get(part) or "") for part in ("message", "detail", "code")]
            text = " ".join(dict.fromkeys(part for part in parts if part)) or text
        elif isinstance(error, str):
            text = error
    return " ".join(text.split())[:500]


def _remedy(status: int, said: str, variable: str, fatal: bool) -> str:
    if status == 400 and _TOO_LONG.search(said):
        return "; lower --max-tokens, or serve the model with a longer context"
    if status == 429:
        return "; the account has no credit" if fatal else "; lower --concurrency, or set --rpm and --tpm"
    return {
        401: f"; check the key in {variable}",
        402: "; the account has no credit",
        403: "; the key may not use this model",
        404: "; check the model's name and --base-url (most end in /v1)",
        405: "; check --base-url (most end in /v1)",
    }.get(status, "")
