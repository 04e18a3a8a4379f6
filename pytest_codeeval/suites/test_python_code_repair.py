"""python_code_repair: original Python functions that are wrong, to be mended."""

import pytest

from pytest_codeeval.benchmarks import PYTHON_CODE_REPAIR


@pytest.mark.suite(PYTHON_CODE_REPAIR)
def test_python_code_repair(score):
    result = score()
    assert result.passed, result.explanation
