"""Metrics that other plugins bring, and that suites name."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.metric import Metric, metrics_of
from pytest_codeeval.core.suite import Suite


def metrics_from(config: pytest.Config) -> Mapping[str, Metric]:
    """Return the metrics of the hook `pytest_codeeval_metrics` by name."""
    return {metric.name: metric for found in config.hook.pytest_codeeval_metrics() for metric in found}


def demand_known(suite: Suite, others: Mapping[str, Metric]) -> None:
    """Raise UsageError for a metric that only the suite's own file knows: the controller never loads that.

    Its scores would lack the metric, and nothing would say so.
    """
    for metric in suite.measured_by:
        if not metrics_of([metric.to_json()], (), others):
            raise UsageError(
                f"the suite {suite.name} is measured by {metric.name!r}, which no plugin brings; return it from "
                "pytest_codeeval_metrics() in a plugin, or in the conftest.py of a folder that pytest is given."
            )
