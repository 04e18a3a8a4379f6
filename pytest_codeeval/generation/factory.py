"""From a ModelSpec to the backend that answers for it."""

from collections.abc import Callable
from pathlib import Path

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.registry import ModelSpec


def make_backend(spec: ModelSpec, request_timeout: float) -> ModelBackend:
    """Return the backend of `spec`; its modules are imported only now.

    Raises UsageError where it cannot work: a package, a key or a file is missing.
    """
    makers: dict[str, Callable[[], ModelBackend]] = {
        "reference": _reference,
        "demo": _demo,
        "replay": lambda: _replay(spec),
        "litellm": lambda: _litellm(spec, request_timeout),
    }
    if spec.backend not in makers:
        raise UsageError(f"--model={spec.label}: no plugin made a backend for {spec.backend!r}.")
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
