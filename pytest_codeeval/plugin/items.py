"""What the items of a run are: cases of suites, skipped ones, and others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from pytest_codeeval.plugin.case import Case
from pytest_codeeval.plugin.suitemark import suite_of

CASE = "codeeval_case"
"""The fixture that an item is parametrised by; a user's own may be called `case`."""


def is_suite_item(item: pytest.Item) -> bool:
    """Whether an item is a case of a suite, and not skipped at collection for want of one."""
    callspec = getattr(item, "callspec", None)
    return callspec is not None and isinstance(callspec.params.get(CASE), Case)


def cases_of(items: Iterable[pytest.Item]) -> list[Case]:
    """Return the cases among items."""
    return [item.callspec.params[CASE] for item in items if is_suite_item(item)]  # type: ignore[attr-defined]


def without_skipped(items: Iterable[pytest.Item]) -> tuple[list[pytest.Item], dict[str, str]]:
    """Return the items that are not marked to be skipped, and for the suites of those that are what is said of one."""
    kept: list[pytest.Item] = []
    reasons: dict[str, str] = {}
    for item in items:
        suite, skip = suite_of(item), item.get_closest_marker("skip")
        if skip is None:
            kept.append(item)
        elif suite is not None:
            reason = next(iter(skip.args), "") or skip.kwargs.get("reason") or "it is marked to be skipped"
            reasons.setdefault(suite.name, str(reason))
    return kept, reasons


def skipped_param(reason: str, name: str = "none") -> Any:
    """Return the parameter of an item that is skipped for a reason."""
    return pytest.param(None, marks=pytest.mark.skip(reason=reason), id=name)
