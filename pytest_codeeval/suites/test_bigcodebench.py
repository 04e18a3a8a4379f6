"""BigCodeBench-Hard (Zhuo et al., 2024): 148 functions that use libraries; most need `--allow-packages`."""

import pytest

from pytest_codeeval.benchmarks import BIGCODEBENCH_HARD


@pytest.mark.suite(BIGCODEBENCH_HARD)
def test_bigcodebench_hard(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation
