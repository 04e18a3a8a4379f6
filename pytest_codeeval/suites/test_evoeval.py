"""EvoEval (Xia et al., 2024): 11 problems of a public sample; they need `--allow-packages=numpy`."""

import pytest

from pytest_codeeval.benchmarks import EVOEVAL


@pytest.mark.suite(EVOEVAL)
def test_evoeval(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation
