"""Shared by the tests of Rust: the toolchain of this machine, and a place to try solutions in."""

from __future__ import annotations

import pytest

from pytest_codeeval.execution.rust.toolchain import NO_RUSTC, Toolchain, find_toolchain
from tests.execution.rust.trial import Trial


@pytest.fixture(scope="session")
def rust() -> Toolchain:
    """The toolchain; where it is not whole the test is skipped."""
    toolchain = find_toolchain()
    if toolchain is None:
        pytest.skip(f"missing: {NO_RUSTC}")
    if toolchain.missing:
        pytest.skip(f"missing: {'; '.join(toolchain.missing)}")
    return toolchain


@pytest.fixture(scope="session")
def trial(rust: Toolchain, tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Tries solutions without a sandbox."""
    return Trial(rust, tmp_path_factory.mktemp("rust"))
