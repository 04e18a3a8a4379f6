"""Other people's code is parsed alike in a run where warnings are errors."""

import warnings

import pytest

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.pythontree import tree_of
from pytest_codeeval.scoring.code.mutants import mutants


def test_an_invalid_escape_is_no_error_of_syntax() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(tree_of("x = '\\w'\ny = 1").body) == 2
        problem = Problem("t", "", "assert f('a') == 1", "f", "def f(x):\n    '\\w'\n    return 1\n")
        assert list(mutants(problem))
    with pytest.raises(SyntaxError):
        tree_of("x = ")
