"""What a refusal of an OpenAI-compatible server means, and what its user can do about it."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.backends.server_error import ServerError

_RETRYABLE = {408, 409, 425, 429}
_NEVER = {501, 505}
_FATAL = {401, 402, 404, 405}
# A status with which a request is refused for good; any other is a server in trouble, whatever code comes with it.
_OF_THE_REQUEST = {400, 403, 422, 451}
# With the first they are refused as such, with the others where no server behind a gateway has them.
_MAY_REFUSE_TOOLS = {400, 404, 422, 500, 501}
_TOO_LONG = re.compile(r"(?i)context.{0,10}length|maximum.{0,20}(?:context|tokens)|too many tokens|max_model_len")
_UNWANTED = re.compile(
    r"(?i)unsupported|unknown|unrecogni[sz]ed|unexpected|deprecated|forbidden|\bextra\b"
    r"|do(?:es)?(?: not|n[o']t) support|not (?:be )?(?:supported|allowed|permitted|accepted|recogni[sz]ed|available)"
    r"|only.{0,40}default|cannot both"
)
_TOOLS = re.compile(r"(?i)\btools?\b|\btool[_ -]|\bfunction[_ -]?call")
_LIMIT = re.compile(r"\bmax_(?:completion_|output_|new_)?tokens\b")
# What a request holds by its user's options: the option, and how to send none.
_OPTIONS = {
    "temperature": ("--temperature", "send none with --temperature=none"),
    "top_p": ("--top-p", "leave out --top-p"),
    "seed": ("--seed", "leave out --seed"),
    "n": ("--model-args samples_at_once", "--model-args samples_at_once=1 asks for each sample alone"),
}


def may_pass(status: int | None) -> bool:
    """Whether a fault with this status, or with none, is one of the moment: the same request may succeed later."""
    return status is None or status < 300 or status in _RETRYABLE or (status >= 500 and status not in _NEVER)


def refuses_content(status: int, error: ServerError) -> bool:
    """Whether a response says that the provider's filter refused the content: that is an answer, if a poor one."""
    return status in _OF_THE_REQUEST and error.refused


def refusal(
    name: str, status: int, headers: Mapping[str, str], body: bytes, variable: str, sent: str = "max_tokens"
) -> BackendError:
    """Return the error that an answer with this status is.

    `variable` is where the key was looked for, and `sent` the name under which the bound on tokens was sent.
    """
    if 300 <= status < 400:
        return BackendError(
            f"{name} could not be asked (status {status}): the server sends elsewhere, to "
            f"{headers.get('Location', 'nowhere')!r:.200}; give that address with --base-url",
            status=status,
            fatal=True,
        )
    return fault(name, status, ServerError.of(body), variable, sent, wish(headers))


def fault(
    name: str,
    status: int | None,
    error: ServerError,
    variable: str,
    sent: str = "max_tokens",
    wait: float | None = None,
) -> BackendError:
    """Return what an error means that came with this status, or without any in the place of an answer."""
    poor = error.no_credit and status in {None, 400, 402, 403, 429}
    fatal = status in _FATAL or poor
    remedy = "; the account has no credit" if poor else _remedy(status, error, variable, sent)
    return BackendError(
        f"{name} could not be asked{f' (status {status})' if status else ''}: "
        f"{error.said.rstrip('.') or 'no word of why'}{remedy}",
        status=status,
        retryable=not fatal and may_pass(status),
        retry_after=error.wish if wait is None else wait,
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
        except (TypeError, ValueError, OverflowError):
            return None
    return seconds if 0 <= seconds < float("inf") else None


def _remedy(status: int | None, error: ServerError, variable: str, sent: str) -> str:
    if status in (400, 413) and _TOO_LONG.search(error.said):
        return "; lower --max-tokens, or serve the model with a longer context"
    if status in _MAY_REFUSE_TOOLS and (_TOOLS.search(error.said) or error.parameter.startswith("tool")):
        return "; have the tools stand in the prompt with --tools=prompt"
    if status in (400, 422):
        return _about_parameter(error, sent)
    return {
        401: f"; check the key in {variable}",
        402: "; the account has no credit",
        403: "; the key may not use this model",
        404: "; check the model's name and --base-url (most end in /v1)",
        405: "; check --base-url (most end in /v1)",
        429: "; lower --concurrency, or set --rpm and --tpm",
    }.get(status or 0, "")


def _about_parameter(error: ServerError, sent: str) -> str:
    """Say how a setting that the model refuses is left out, or sent under another name."""
    unwanted = any(map(_UNWANTED.search, (error.said, *error.codes)))
    named = error.parameter.rpartition(".")[2]
    limits = [named, *_LIMIT.findall(error.said)]
    if sent in limits and (unwanted or named):
        if not unwanted:
            return "; see --max-tokens"
        other = next((limit for limit in limits if _LIMIT.fullmatch(limit) and limit != sent), "NAME")
        return f"; name it otherwise with --model-args max_tokens_field={other}, or send none with --max-tokens=none"
    for name, (option, left_out) in _OPTIONS.items():
        if named == name or (unwanted and not named and _mentions(error.said, name)):
            return f"; {left_out if unwanted else f'see {option}'}"
    return ""


def _mentions(said: str, name: str) -> bool:
    quoted = rf"""['"`]{name}['"`]"""
    return re.search(quoted if len(name) == 1 else rf"(?i){quoted}|\b{name}\b", said) is not None
