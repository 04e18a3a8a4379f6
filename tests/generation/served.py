"""The whole service on one model of a server, with pauses short enough for a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest_codeeval.generation.calls import CallLog
from pytest_codeeval.generation.dispatcher import ModelDispatcher
from pytest_codeeval.generation.modelspec import ModelSpec, make_backend
from pytest_codeeval.generation.retry import RetryPolicy
from pytest_codeeval.generation.service import CompletionService
from pytest_codeeval.generation.store import CompletionStore

_POLICY = RetryPolicy(attempts=8, first=0.001, longest=0.01, longest_wish=0.02)


@contextmanager
def served(spec: ModelSpec, folder: Path, timeout: float = 20.0) -> Iterator[CompletionService]:
    """Run the service for the time of a block; its store and call log lie in `folder`, `timeout` is in seconds."""
    identity = spec.identity
    store = CompletionStore(folder)
    dispatcher = ModelDispatcher(
        make_backend(spec, timeout), store, CallLog({identity: folder}), policy=_POLICY, deadline=timeout
    )
    service = CompletionService({identity: dispatcher}, lambda _: None)
    try:
        yield service
    finally:
        service.close()
        store.close()
