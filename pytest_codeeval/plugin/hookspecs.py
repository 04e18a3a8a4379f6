"""The hooks by which other plugins add backends, languages and metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_codeeval.core.metric import Metric
    from pytest_codeeval.execution.runner import Runner
    from pytest_codeeval.generation.backend import ModelBackend
    from pytest_codeeval.generation.modelspec import ModelSpec


def pytest_codeeval_backends() -> list[str]:  # type: ignore[empty-body]
    """Return the backend prefixes (`prefix:model`) that this plugin makes backends for."""


def pytest_codeeval_metrics() -> list[Metric]:  # type: ignore[empty-body]
    """Return metrics that suites name and that are more than the mean of a measure; called in each process."""


@pytest.hookspec(firstresult=True)
def pytest_codeeval_make_backend(spec: ModelSpec) -> ModelBackend | None:
    """Return the backend for `spec`, or None to leave it to others; called in the controller only."""


@pytest.hookspec(firstresult=True)
def pytest_codeeval_make_runner(language: str) -> Runner | None:
    """Return the runner of a language, or None to leave it to others; called in each worker."""
