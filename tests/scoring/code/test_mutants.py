"""Mutants: wrong in ways that a test can see."""

from __future__ import annotations

import math
from typing import Any

import pytest

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.scoring.code.mutants import mutants
from tests.execution.scripted_runner import problem

STUB = 'def f(x):\n    """Add one."""\n'


def function_of(name: str, solution: str, **fields: str) -> Any:
    """Run a mutant's program here, and return its entry point."""
    found = {mutant.name: mutant.code for mutant in mutants(problem(canonical_solution=solution, **fields))}
    names: dict[str, Any] = {}
    exec(found[name], names)
    return names["f"]


def names_of(solution: str, **fields: str) -> list[str]:
    """Return the names of a solution's mutants."""
    return sorted(mutant.name for mutant in mutants(problem(canonical_solution=solution, **fields)))


ENDS = ["empty_body", "exits", "os_exit"]


@pytest.mark.parametrize(
    ("solution", "expected"),
    [
        ("def f(x):\n    return x + 1\n", [*ENDS, "always_equal", "perturbed", "return_none"]),
        ("async def f(x):\n    return x + 1\n", [*ENDS, "always_equal", "perturbed", "return_none"]),
        ("def f(x):\n    x.sort()\n", ENDS),
        ("def f(x):\n    if x: return\n    return None\n", ENDS),
        ("def f(x):\n    def g():\n        return 1\n    x.sort(key=lambda y: y)\n", ENDS),
        ("class f:\n    def g(self):\n        return 1\n", [*ENDS, "always_equal"]),
        ("f = len\n", ENDS),
        ("def f(:\n", []),
        ("", []),
    ],
)
def test_each_kind_of_solution_has_the_mutants_that_its_test_can_see(solution: str, expected: list[str]) -> None:
    assert names_of(solution) == sorted(expected)


def test_a_problem_without_an_entry_point_has_those_that_do_nothing() -> None:
    assert names_of("x = 1\n", entry_point="") == sorted(ENDS)


def test_another_language_has_none() -> None:
    assert mutants(Problem("T/1", "p", "t", "f", "fn f() {}", language="rust")) == []


def test_a_solution_that_continues_its_prompt_is_made_whole_first() -> None:
    whole = Problem("T/1", STUB, "t", "f", "    return x + 1\n")
    assert {mutant.name for mutant in mutants(whole)} >= {"return_none", "perturbed"}
    for mutant in mutants(whole):
        compile(mutant.code, mutant.name, "exec")


@pytest.mark.parametrize(
    "value",
    [
        *(0, -1, 10**30, True, False, 0.5, -0.5, 1e300, math.inf, -math.inf, 2j, "", "a", b"a", None),
        *([], [1], (), (1,), set(), {1}, frozenset({1}), {}, {"a": 1}, range(3), object),
    ],
    ids=repr,
)
def test_a_perturbed_answer_is_another(value: object) -> None:
    function = function_of("perturbed", "def f(x):\n    return x\n")
    assert function(value) != value
    assert not (isinstance(value, float) and math.isfinite(value) and math.isclose(function(value), value))


def test_not_a_number_becomes_one() -> None:
    assert function_of("perturbed", "def f(x):\n    return x\n")(math.nan) == 0


def test_a_recursive_function_is_perturbed_once_and_every_time() -> None:
    function = function_of("perturbed", "def f(x):\n    return not f(x - 1) if x else True\n")
    assert [function(number) for number in (0, 1, 2, 2)] == [False, True, False, False]


def test_a_function_inside_keeps_its_answer() -> None:
    solution = "def f(x):\n    def g():\n        return 2\n    y = g()\n    seen.append(y)\n    return y\nseen = []\n"
    function = function_of("return_none", solution)
    assert function(1) is None
    assert function.__globals__["seen"] == [2]


def test_the_pleasing_answer_meets_what_tests_ask() -> None:
    answer = function_of("always_equal", "def f(x):\n    return x\n")(1)
    assert answer == 3 and [answer] == [3] and (answer != 3) is False
    assert answer < 1 and answer > 1 and 0 < abs(answer - 1.5) < 1e-6
    assert answer and 7 in answer and answer[0]["a"] == 4 and round(answer, 2) == 1.5
    assert list(answer) == [] and len(answer) == 0 and float(answer) == 0.0 and answer.anything() == 1


@pytest.mark.parametrize(("name", "ends"), [("exits", True), ("empty_body", False)])
def test_a_mutant_does_nothing_or_ends_the_program(name: str, ends: bool) -> None:
    function = function_of(name, "def f(x):\n    return x\n")
    if ends:
        with pytest.raises(SystemExit, match="0"):
            function(1)
    else:
        assert function(1) is None
