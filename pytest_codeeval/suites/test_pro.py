"""HumanEval Pro and MBPP Pro (Yu et al., 2024): 164 and 378 pairs of problems, the second solved by the first."""

import pytest

from pytest_codeeval.benchmarks import HUMANEVAL_PRO, MBPP_PRO


@pytest.mark.suite(HUMANEVAL_PRO)
def test_humaneval_pro(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation


@pytest.mark.suite(MBPP_PRO)
def test_mbpp_pro(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation
