"""The arena: the answers of all models of a run are set side by side, and the models of --judge decide."""

import pytest

from pytest_codeeval.benchmarks import ARENA


@pytest.mark.suite(ARENA)
def test_arena(score):
    result = score()
    assert result.passed, result.explanation
