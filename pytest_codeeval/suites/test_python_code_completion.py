"""python_code_completion: original Python functions that are begun and to be completed."""

import pytest

from pytest_codeeval.benchmarks import PYTHON_CODE_COMPLETION


@pytest.mark.suite(PYTHON_CODE_COMPLETION)
def test_python_code_completion(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation
