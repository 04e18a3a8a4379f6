"""python_function_generation: original Python functions to be written from words."""

import pytest

from pytest_codeeval.benchmarks import PYTHON_FUNCTION_GENERATION


@pytest.mark.suite(PYTHON_FUNCTION_GENERATION)
def test_python_function_generation(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation
