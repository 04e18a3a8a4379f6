"""Workforce: how many of the workers that were asked for a run has a use for."""

from __future__ import annotations

import os

import pytest

from pytest_codeeval.plugin.names import NAMES
from pytest_codeeval.plugin.settings import Settings

_LEAST = 2


def fit(config: pytest.Config, settings: Settings) -> list[str]:
    """Have pytest-xdist start no more workers than are of use; return the lines for the head of the run on that.

    Each worker costs an interpreter with pytest, and another one with the sandbox. More of them than processors are of
    use where they wait for a model. If all answers are at hand nobody does. Workers that were described one by one
    (`--tx`) all start, and so do those of a run of other tests that has its model from an ini file.
    """
    there, useful = list(config.getoption("tx", None) or ()), max(_LEAST, processors())
    by_number = config.getoption("numprocesses", None) and config.getoption("dist", "no") != "each"
    waits = any(not spec.scripted for spec in (*settings.models, *settings.judges))
    if len(there) <= useful or not by_number or waits or config.stash[NAMES].is_from_ini("model"):
        return []
    config.option.tx = there[:useful]
    said = (
        f"{useful} workers, not {len(there)}: the answers are at hand, and more of them than processors only take time"
    )
    return [f"codeeval: {said} (--dist load --tx {len(there)}*popen starts them all)"]


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
