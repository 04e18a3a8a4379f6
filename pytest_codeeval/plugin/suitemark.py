"""The mark `suite`: others use a mark of that name too, so ours is known by what it holds."""

from __future__ import annotations

import pytest

from pytest_codeeval.core.suite import Suite


def suite_of(node: pytest.Item) -> Suite | None:
    """Return the suite that a test is marked with, None where it is marked with none of ours."""
    found = (argument for mark in node.iter_markers("suite") for argument in mark.args[:1])
    return next((argument for argument in found if isinstance(argument, Suite)), None)
