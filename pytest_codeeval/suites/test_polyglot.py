"""Aider's polyglot benchmark: exercises with two tries; `--split polyglot:python`, `polyglot:rust` or `polyglot:go`."""

import pytest

from pytest_codeeval.benchmarks import POLYGLOT


@pytest.mark.suite(POLYGLOT)
def test_polyglot(score):
    result = score()
    assert result.passed, result.explanation
