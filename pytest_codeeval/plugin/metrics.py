"""Metrics that other plugins bring."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from pytest_codeeval.core.metric import Metric


def metrics_from(config: pytest.Config) -> Mapping[str, Metric]:
    """Return the metrics of the hook `pytest_codeeval_metrics` by name."""
    return {metric.name: metric for found in config.hook.pytest_codeeval_metrics() for metric in found}
