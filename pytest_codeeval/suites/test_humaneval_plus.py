"""HumanEval+ (Liu et al., 2023): HumanEval with inputs in the hundreds; `--split humaneval-plus:mini` has fewer."""

import pytest

from pytest_codeeval.benchmarks import HUMANEVAL_PLUS


@pytest.mark.suite(HUMANEVAL_PLUS)
def test_humaneval_plus(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation
