"""MBPP (Austin et al., 2021): 974 short problems in words; `--split mbpp:test` and `mbpp:sanitized` are parts."""

import pytest

from pytest_codeeval.benchmarks import MBPP


@pytest.mark.suite(MBPP)
def test_mbpp(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation
