"""starter-general: 36 original problems to be answered in words, which come with the package."""

import pytest

from pytest_codeeval.benchmarks import STARTER_GENERAL


@pytest.mark.suite(STARTER_GENERAL)
def test_starter_general(score):
    result = score()
    assert result.passed, result.explanation
