"""python_docstring_generation: docstrings for original Python functions, in three styles."""

import pytest

from pytest_codeeval.benchmarks import PYTHON_DOCSTRING_GENERATION


@pytest.mark.suite(PYTHON_DOCSTRING_GENERATION)
def test_python_docstring_generation(score):
    result = score()
    assert result.passed, result.explanation
