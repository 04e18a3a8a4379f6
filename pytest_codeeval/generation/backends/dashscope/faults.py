"""What DashScope's error codes mean, and what to do about each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_codeeval.core.ending import is_refusal as is_policy_code
from pytest_codeeval.core.errors import BackendError, nearest
from pytest_codeeval.generation.backends.dashscope.settings import DashScopeSettings

if TYPE_CHECKING:
    from pytest_codeeval.generation.modelspec import ModelSpec

MODELS = (
    "qwen-coder-plus", "qwen-coder-turbo", "qwen-flash", "qwen-long", "qwen-max", "qwen-math-plus", "qwen-plus",
    "qwen-turbo", "qwen2.5-coder-32b-instruct", "qwen3-32b", "qwen3-8b", "qwen3-235b-a22b", "qwen3-coder-flash",
    "qwen3-coder-plus", "qwen3-max", "qwq-plus",
)  # fmt: skip
_REFUSED = re.compile(r"DataInspectionFailed|data_inspection_failed")
# "parameter.enable_thinking must be set to false for non-streaming calls", "This model only support stream mode…",
# "current user api does not support http call", in the words of the API.
_WANTS_STREAM = re.compile(r"(?i)non-streaming|only support(s|ed)? stream|does not support http call|非流式")
_PARAMETERS = {
    "temperature": "--temperature (--temperature=none sends none)",
    "top_p": "--top-p",
    "max_tokens": "--max-tokens (--max-tokens=none sends none)",
    "seed": "--seed",
    "enable_thinking": "--model-args enable_thinking",
    "thinking_budget": "--model-args thinking_budget",
    "top_k": "--model-args top_k",
    "tools?|tool_choice|tool_calls?": "--tools=prompt, which has the tools stand in the prompt",
}


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a code or message stands for; `status` corrects errors inside a stream, which the SDK calls 400."""

    words: str
    remedy: str
    fatal: bool = False
    retryable: bool = False
    status: int | None = None
    wait: float | None = None


# First match wins, against "CODE: message". {…} are filled in by `fault`.
_MEANINGS = (
    _Meaning(
        r"InvalidApi-?Key|invalid_api_key|Invalid API-?key",
        "check the key in {variable}, and that it is one of this region (--model-args region=cn, intl or us)",
        fatal=True,
    ),
    _Meaning(r"Arrearage|BillOverdue|CommodityNotPurchased", "pay the account's bill in Alibaba's console", fatal=True),
    _Meaning(
        r"(?i)FreeTierOnly|free allocated quota|free tier",
        "the free quota of this model is used up: allow paid use in Alibaba's console",
        fatal=True,
    ),
    _Meaning(
        r"(?i)ModelNotFound|model_not_found|model not exist|model .{0,80}does not exist",
        "check the model's name{near}, and whether this region has it (--model-args region=cn, intl or us)",
        fatal=True,
    ),
    _Meaning(r"(?i)url error", "this model has another API: use --model=litellm:dashscope/{model}", fatal=True),
    _Meaning(
        r"AllocationQuota|insufficient_quota",
        "the account's tokens a minute are used up: lower --concurrency, or set --tpm",
        retryable=True,
        status=429,
        wait=10.0,  # that limit is counted by the minute
    ),
    _Meaning(
        r"Throttling|LimitRequests|limit_requests",
        "too many requests at once: lower --concurrency, or set --rpm",
        retryable=True,
        status=429,
    ),
    _Meaning(_WANTS_STREAM.pattern, "this model only streams: leave out --model-args stream=off", fatal=True),
    _Meaning(r"AccessDenied|access_denied", "the key's workspace may not use this model", fatal=True),
    _Meaning(r"(?i)InvalidParameter|invalid_parameter|BadRequest|InvalidSchema", "{parameter}"),
    _Meaning(r"InternalError|RequestTimeOut|ResponseTimeout|ModelUnavailable", "", retryable=True, status=500),
)
_BY_STATUS = {
    401: "check the key in {variable}",
    403: "the key may not use this model",
    404: "check the model's name{near} and --base-url",
}
_RETRYABLE = {408, 409, 425, 429, 500, 502, 503, 504}


def is_refusal(response: Any) -> bool:
    """Whether the provider refused the content of a question or an answer."""
    return is_policy_code(str(response.code or "")) or bool(_REFUSED.search(_said(response)))


def wants_stream(response: Any) -> bool:
    """Whether a model says that it only answers in a stream."""
    return bool(_WANTS_STREAM.search(_said(response)))


def fault(response: Any, spec: ModelSpec, settings: DashScopeSettings) -> BackendError:
    """Return what a response with an error means."""
    said, status = _said(response).replace(settings.key, "[key]"), int(response.status_code)
    meaning = next((known for known in _MEANINGS if re.search(known.words, said)), None)
    if meaning is None:
        fatal = status in _BY_STATUS
        meaning = _Meaning("", _BY_STATUS.get(status, ""), fatal, not fatal and status in _RETRYABLE)
    elif status == 400 and meaning.status is not None:
        status = meaning.status
    remedy = meaning.remedy.format(
        variable=settings.variable, model=spec.model, near=_near(spec.model), parameter=_parameter(said)
    )
    return BackendError(
        f"{spec.label} could not be asked (status {status}): {said[:500].rstrip('.')}{remedy and f'; {remedy}'}",
        status=status,
        retryable=meaning.retryable,
        retry_after=_retry_after(response.headers) or meaning.wait,
        fatal=meaning.fatal,
    )


def _said(response: Any) -> str:
    parts = (str(part) for part in (response.code, response.message) if part and part != "Unknown")
    return " ".join(": ".join(parts).split()) or "it gave no reason"


def _near(model: str) -> str:
    return "" if model in MODELS else nearest(model, MODELS)


def _parameter(said: str) -> str:
    if re.search(r"(?i)input length", said):
        return "the question is too long for this model"
    named = (option for name, option in _PARAMETERS.items() if re.search(rf"(?i)\b{name}\b", said))
    return "; ".join(f"see {option}" for option in named)


def _retry_after(headers: Mapping[str, str] | None) -> float | None:
    for name, value in (headers or {}).items():
        if name.lower() == "retry-after" and re.fullmatch(r"\d+(\.\d+)?", value):
            return float(value)
    return None
