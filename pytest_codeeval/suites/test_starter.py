"""starter: 24 original Python problems that come with the package."""

import pytest

from pytest_codeeval.benchmarks import STARTER


@pytest.mark.suite(STARTER)
def test_starter(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation
