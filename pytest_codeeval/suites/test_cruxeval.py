"""CRUXEval (Gu et al., 2024): short Python functions, of which a call or its value is to be told."""

import pytest

from pytest_codeeval.benchmarks import CRUXEVAL_INPUT, CRUXEVAL_OUTPUT


@pytest.mark.suite(CRUXEVAL_INPUT)
def test_cruxeval_input(score):
    result = score()
    assert result.passed, result.explanation


@pytest.mark.suite(CRUXEVAL_OUTPUT)
def test_cruxeval_output(score):
    result = score()
    assert result.passed, result.explanation
