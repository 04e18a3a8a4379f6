"""GSM8K (Cobbe et al., 2021): 1,319 word problems of arithmetic, answered by a number."""

import pytest

from pytest_codeeval.benchmarks import GSM8K


@pytest.mark.suite(GSM8K)
def test_gsm8k(score):
    result = score()
    assert result.passed, result.explanation
