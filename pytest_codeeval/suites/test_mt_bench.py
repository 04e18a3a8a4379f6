"""MT-Bench (Zheng et al., 2023): 80 questions in two turns each, rated by the models of --judge."""

import pytest

from pytest_codeeval.benchmarks import MT_BENCH


@pytest.mark.suite(MT_BENCH)
def test_mt_bench(score):
    result = score()
    assert result.passed, result.explanation
