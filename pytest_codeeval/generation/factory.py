"""From a ModelSpec to the backend that answers for it."""

from collections.abc import Callable
from pathlib import Path

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.registry import ModelSpec

_CHAT_ONLY = ("litellm", "dashscope")
_CONTINUE = ("openai", "vllm", "hf")


def make_backend(spec: ModelSpec, request_timeout: float) -> ModelBackend:
    """Return the backend of `spec`; its modules are imported only now.

    Raises UsageError where it cannot work: a package, a key or a file is missing.
    """
    makers: dict[str, Callable[[], ModelBackend]] = {
        "reference": _reference,
        "demo": _demo,
        "replay": lambda: _replay(spec),
        "litellm": lambda: _litellm(spec, request_timeout),
        "openai": lambda: _openai(spec, request_timeout),
        "dashscope": lambda: _dashscope(spec, request_timeout),
        "vllm": lambda: _vllm(spec, request_timeout),
        "hf": lambda: _hf(spec, request_timeout),
    }
    if spec.backend not in makers:
        raise UsageError(f"--model={spec.label}: no plugin made a backend for {spec.backend!r}.")
    if spec.mode == "completion" and spec.backend in _CHAT_ONLY:
        raise UsageError(
            f"--mode=completion: backend {spec.backend!r} only chats; {', '.join(_CONTINUE)} can do it. "
            "What is said there holds for all models of a run."
        )
    return makers[spec.backend]()


def _reference() -> ModelBackend:
    from pytest_codeeval.generation.backends.reference import ReferenceBackend

    return ReferenceBackend()


def _demo() -> ModelBackend:
    from pytest_codeeval.generation.backends.demo import DemoBackend

    return DemoBackend()


def _replay(spec: ModelSpec) -> ModelBackend:
    from pytest_codeeval.generation.backends.recordings import Recordings
    from pytest_codeeval.generation.backends.replay import ReplayBackend

    return ReplayBackend(Recordings.read(Path(spec.model)), spec.label)


def _litellm(spec: ModelSpec, request_timeout: float) -> ModelBackend:
    from pytest_codeeval.generation.backends.litellm import LiteLLMBackend

    return LiteLLMBackend(spec, request_timeout)


def _openai(spec: ModelSpec, request_timeout: float) -> ModelBackend:
    from pytest_codeeval.generation.backends.openai import OpenAIBackend

    return OpenAIBackend(spec, request_timeout)


def _dashscope(spec: ModelSpec, request_timeout: float) -> ModelBackend:
    from pytest_codeeval.generation.backends.dashscope import DashScopeBackend

    return DashScopeBackend(spec, request_timeout)


def _vllm(spec: ModelSpec, request_timeout: float) -> ModelBackend:
    from pytest_codeeval.generation.backends.vllm import VllmBackend

    return VllmBackend(spec, request_timeout)


def _hf(spec: ModelSpec, request_timeout: float) -> ModelBackend:
    from pytest_codeeval.generation.backends.hf import HfBackend

    return HfBackend(spec, request_timeout)
