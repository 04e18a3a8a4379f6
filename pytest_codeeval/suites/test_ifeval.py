"""IFEval (Zhou et al., 2023): 541 prompts with instructions that can be checked by rule."""

import pytest

from pytest_codeeval.benchmarks import IFEVAL


@pytest.mark.suite(IFEVAL)
def test_ifeval(score):
    result = score()
    assert result.passed, result.explanation
