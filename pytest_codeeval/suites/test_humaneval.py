"""HumanEval (Chen et al., 2021): 164 Python functions to complete from signature and docstring."""

import pytest

from pytest_codeeval.benchmarks import HUMANEVAL


@pytest.mark.suite(HUMANEVAL)
def test_humaneval(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation
