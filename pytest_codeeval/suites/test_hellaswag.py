"""HellaSwag (Zellers et al., 2019): scenes that break off, answered by the letter of an ending."""

import pytest

from pytest_codeeval.benchmarks import HELLASWAG


@pytest.mark.suite(HELLASWAG)
def test_hellaswag(score):
    result = score()
    assert result.passed, result.explanation
