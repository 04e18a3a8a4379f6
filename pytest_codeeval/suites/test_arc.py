"""ARC (Clark et al., 2018): questions of school science, hard ones and easy ones, answered by a letter."""

import pytest

from pytest_codeeval.benchmarks import ARC_CHALLENGE, ARC_EASY


@pytest.mark.suite(ARC_CHALLENGE)
def test_arc_challenge(score):
    result = score()
    assert result.passed, result.explanation


@pytest.mark.suite(ARC_EASY)
def test_arc_easy(score):
    result = score()
    assert result.passed, result.explanation
