"""MBPP+ (Liu et al., 2023): 378 problems of MBPP with some hundred inputs each."""

import pytest

from pytest_codeeval.benchmarks import MBPP_PLUS


@pytest.mark.suite(MBPP_PLUS)
def test_mbpp_plus(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation
