"""MultiPL-E (Cassano et al., 2022): HumanEval in 12 languages, and MBPP in two."""

import pytest

from pytest_codeeval import benchmarks


@pytest.mark.suite(benchmarks.HUMANEVAL_CPP)
def test_humaneval_cpp(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation


@pytest.mark.suite(benchmarks.HUMANEVAL_GO)
def test_humaneval_go(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation


@pytest.mark.suite(benchmarks.HUMANEVAL_JAVA)
def test_humaneval_java(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation


@pytest.mark.suite(benchmarks.HUMANEVAL_JS)
def test_humaneval_js(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation


@pytest.mark.suite(benchmarks.HUMANEVAL_LUA)
def test_humaneval_lua(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation


@pytest.mark.suite(benchmarks.HUMANEVAL_PHP)
def test_humaneval_php(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation


@pytest.mark.suite(benchmarks.HUMANEVAL_PL)
def test_humaneval_pl(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation


@pytest.mark.suite(benchmarks.HUMANEVAL_R)
def test_humaneval_r(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation


@pytest.mark.suite(benchmarks.HUMANEVAL_RB)
def test_humaneval_rb(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation


@pytest.mark.suite(benchmarks.HUMANEVAL_RS)
def test_humaneval_rs(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation


@pytest.mark.suite(benchmarks.HUMANEVAL_SH)
def test_humaneval_sh(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation


@pytest.mark.suite(benchmarks.HUMANEVAL_TS)
def test_humaneval_ts(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation


@pytest.mark.suite(benchmarks.MBPP_JS)
def test_mbpp_js(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation


@pytest.mark.suite(benchmarks.MBPP_RS)
def test_mbpp_rs(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation
