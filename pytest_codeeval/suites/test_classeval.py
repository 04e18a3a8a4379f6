"""ClassEval (Du et al., 2024): 100 classes to write; 12 of them need `--allow-packages`."""

import pytest

from pytest_codeeval.benchmarks import CLASSEVAL


@pytest.mark.suite(CLASSEVAL)
def test_classeval(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation
