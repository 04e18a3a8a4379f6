"""CodeContests (Li et al., 2022): 20 problems of a public sample, to be solved by scripts that read standard input."""

import pytest

from pytest_codeeval.benchmarks import CODE_CONTESTS


@pytest.mark.suite(CODE_CONTESTS)
def test_code_contests(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation
