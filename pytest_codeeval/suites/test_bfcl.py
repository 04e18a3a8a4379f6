"""BFCL v4 (Patil et al., 2025): 1,648 questions to be answered by calling functions, in eight categories."""

import pytest

from pytest_codeeval.benchmarks import BFCL


@pytest.mark.suite(BFCL)
def test_bfcl(score):
    result = score()
    assert result.passed, result.explanation
