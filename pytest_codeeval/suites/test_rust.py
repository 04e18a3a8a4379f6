"""Rust: Exercism's exercises (a crate each), HumanEvalPack, and 12 original problems that come with the package."""

import pytest

from pytest_codeeval.benchmarks import HUMANEVALPACK_RUST, RUST, STARTER_RUST


@pytest.mark.suite(RUST)
def test_rust(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation


@pytest.mark.suite(HUMANEVALPACK_RUST)
def test_humanevalpack_rust(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation


@pytest.mark.suite(STARTER_RUST)
def test_starter_rust(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation
