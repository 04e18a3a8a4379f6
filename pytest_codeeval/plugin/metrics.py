"""Metrics that other plugins bring, and that suites name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.metric import Metric, metrics_of
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.core.text import where_raised


def metrics_from(config: pytest.Config) -> Mapping[str, Metric]:
    """Return the metrics of the hook `pytest_codeeval_metrics` by name.

    Raises UsageError for what is no metric, or for two that share a name: one of them would stand for the other.
    """
    try:
        found = [metric for metrics in config.hook.pytest_codeeval_metrics() for metric in metrics]
    except Exception as error:  # noqa: BLE001 - a plugin from outside may raise anything
        raise UsageError(f"pytest_codeeval_metrics() of a plugin raised {where_raised(error)}; mend it.") from None
    known: dict[str, Metric] = {}
    for metric in found:
        if not isinstance(metric, Metric) or not isinstance(metric.name, str) or not metric.name:
            raise UsageError(f"pytest_codeeval_metrics() returned {metric!r:.80}, which is no Metric with a name.")
        other = known.setdefault(metric.name, metric)
        if other is not metric and other != metric:
            both = (
                f"{type(other).__module__}.{type(other).__name__} and {type(metric).__module__}.{type(metric).__name__}"
            )
            raise UsageError(f"there are two metrics of the name {metric.name!r}, {both}; give each one of its own.")
    return known


def demand_known(suite: Suite, others: Mapping[str, Metric]) -> None:
    """Raise UsageError for a metric that only the suite's own file knows: the controller never loads that.

    Its scores would lack the metric, and nothing would say so.
    """
    (name, times), *_ = Counter(metric.name for metric in suite.measured_by).most_common(1) or [("", 0)]
    if times > 1:
        raise UsageError(f"the suite {suite.name} has {times} metrics of the name {name!r}; give each one of its own.")
    for metric in suite.measured_by:
        if not metrics_of([metric.to_json()], (), others):
            raise UsageError(
                f"the suite {suite.name} is measured by {metric.name!r}, which no plugin brings; return it from "
                "pytest_codeeval_metrics() in a plugin, or in the conftest.py of a folder that pytest is given."
            )
