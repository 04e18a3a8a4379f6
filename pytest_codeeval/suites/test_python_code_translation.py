"""python_code_translation: original functions to be translated to Python, and from it to other languages."""

import pytest

from pytest_codeeval.benchmarks import PYTHON_CODE_TRANSLATION


@pytest.mark.suite(PYTHON_CODE_TRANSLATION)
def test_python_code_translation(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation
