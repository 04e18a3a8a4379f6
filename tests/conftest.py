"""Shared by the unit tests: hypothesis without a deadline, and the folder of benchmark data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is no failure.
settings.register_profile("codeeval", deadline=None)
settings.load_profile("codeeval")


@pytest.fixture
def data() -> Path:
    """The folder that CODEEVAL_DATA names; without it the test is skipped."""
    folder = os.environ.get("CODEEVAL_DATA")
    if not folder:
        pytest.skip("CODEEVAL_DATA is not set: it names the folder of benchmark data")
    return Path(folder)
