"""A bound on the CPU time of a test of what models may write to keep a grader busy."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

_SECONDS = 3.0
"""Ten times what the slowest takes; by its square it would take minutes."""


@pytest.fixture
def cpu() -> Iterator[None]:
    start = time.process_time()
    yield
    assert time.process_time() - start < _SECONDS
