"""Aider's polyglot benchmark, with two tries: `--split polyglot:python`, or rust, go, javascript, java, cpp."""

import pytest

from pytest_codeeval.benchmarks import POLYGLOT


@pytest.mark.suite(POLYGLOT)
def test_polyglot(score):
    result = score()
    assert result.passed, result.explanation
