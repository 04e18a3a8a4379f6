"""What the text of tests and prompts tells: calls, and how their results are compared."""

from __future__ import annotations

import ast

import pytest

from pytest_codeeval.scoring.fuzz.examples import examples, signature_of
from pytest_codeeval.scoring.fuzz.literals import NoLiteral, value_of
from pytest_codeeval.scoring.fuzz.rule import rule_of
from tests.scoring.fuzz.problems import problem

TWO = "def f(a, b=0):\n    return a\n"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-3", -3),
        ("[1, (2.5, 'a')]", [1, (2.5, "a")]),
        ("{1: {2}}", {1: {2}}),
        ("set([1, 1])", {1}),
        ("5 * 17 + 2**3", 93),
        ("'ab' * 3", "ababab"),
        ("list(range(3))", [0, 1, 2]),
        ("known", 7),
        ("set()", set()),
    ],
)
def test_an_expression_of_literals_has_a_value(text: str, value: object) -> None:
    assert value_of(ast.parse(text, mode="eval").body, {"known": 7}) == value


@pytest.mark.parametrize(
    "text", ["unknown", "open('x')", "9**999999999", "'a' * 10**9", "[x for x in 'a']", "1/0", "f'{1}'", "range(10**9)"]
)
def test_any_other_has_none_and_costs_nothing(text: str) -> None:
    with pytest.raises(NoLiteral):
        value_of(ast.parse(text, mode="eval").body)


def seen(test: str, canonical: str = TWO, **more: str) -> list[tuple[object, ...]]:
    found = problem(test, canonical, **more)
    signature = signature_of(found)
    assert signature is not None
    return examples(found, signature)


def test_calls_are_read_by_whatever_name() -> None:
    test = "def check(candidate):\n    x = [1]\n    assert candidate(x, b=2) == 1\n    assert candidate(x[0]) == 2\n"
    assert seen(test) == [([1], 2)]
    assert seen("assert f(1) == f(2, 3)\nassert g(4) == 1") == [(1,), (2, 3)]
    assert seen("x = 1\nx += 1\nassert f(x) == 1") == []


def test_calls_in_the_prompt_are_read_too() -> None:
    prompt = 'def f(a, b):\n    """\n    >>> f([1], "(")\n    2\n    f(2, 3) should return 4\n    """\n'
    assert seen("", "    return a\n", prompt=prompt) == [([1], "("), (2, 3)]


def test_calls_that_do_not_fit_are_left_out() -> None:
    assert seen("assert f() == 1\nassert f(1, 2, 3) == 1\nassert f(1, c=2) == 1\nassert f(1) == 1") == [(1,)]
    assert signature_of(problem("", "def f(*a):\n    pass\n")) is None


@pytest.mark.parametrize(
    ("test", "name", "tolerance"),
    [
        ("assert f(1) == 2", "near", 0),
        ("assert 2 == f(1)", "near", 0),
        ("assert f(1)\nassert not f(2)", "truth", 0),
        ("assert abs(f(1) - 2.5) < 1e-3", "near", 1e-3),
        ("import math\nassert math.isclose(f(1), 2.0, rel_tol=0.001)", "near", 1e-3),
        ("assert round(f(1), 2) == 2.5", "near", 1e-2),
        ("assert set(f(1)) == {2}\nassert f(2) == [3]", "distinct", 0),
        ("assert sorted(f(1)) == [2]", "unordered", 0),
        ("assert tuple(f(1)) == (2,)", "sequence", 0),
        ("class T:\n    def test(self):\n        self.assertEqual(f(1), 2)", "near", 0),
    ],
)
def test_the_rule_is_that_of_the_tests(test: str, name: str, tolerance: float) -> None:
    rule = rule_of(problem(test, TWO))
    assert rule is not None
    assert (rule.name, rule.tolerance) == (name, tolerance)


@pytest.mark.parametrize(
    "test",
    ["assert f(1) in (1, 2)", "assert f(1) == 1 or f(1) == 2", "assert f(1) > 2", "x = f(1)\nassert x == 1", "f(1)"],
)
def test_tests_that_compare_in_another_way_have_none(test: str) -> None:
    assert rule_of(problem(f"assert f(0) == 0\n{test}" if "x =" not in test and test != "f(1)" else test, TWO)) is None


def test_what_comes_out_of_sets_has_no_order() -> None:
    for body, name in (("tuple(set(a))", "unordered"), ("sorted(set(a))", "near"), ("tuple(a)", "near")):
        rule = rule_of(problem("assert f([1]) == (1,)", f"def f(a):\n    return {body}\n"))
        assert rule is not None
        assert rule.name == name
