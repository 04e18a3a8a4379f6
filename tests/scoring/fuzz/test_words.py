"""Words: what a problem says of its inputs holds for all that are drawn, and what it asks for narrows nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.benchmarks import humaneval
from pytest_codeeval.core.problem import DataRequest, Problem
from pytest_codeeval.scoring.fuzz.inputs import inputs
from pytest_codeeval.scoring.fuzz.model import model_of
from pytest_codeeval.scoring.fuzz.prose import sentences_of
from pytest_codeeval.scoring.fuzz.values import Arguments
from tests.scoring.fuzz.problems import problem

LISTS = (([4, 1, 9, 2],), ([7, 3],), ([5, 8, 2, 6, 1],))
SORTED = (([1, 4, 9], [2, 3]), ([3], [7, 8, 9]), ([0, 2], [5, 6]))
WORDS = (("to be or",), ("not",), ("a rose is",))


def told(prompt: str, seen: tuple[Arguments, ...], names: str = "a, b") -> Problem:
    names = "N, n" if "N < 9" in prompt else ", ".join(names.split(", ")[: len(seen[0])])
    test = "\n".join(f"assert f({', '.join(map(repr, one))}) == 0" for one in seen)
    return problem(test, f"def f({names}):\n    return 0\n", prompt=prompt)


@pytest.mark.parametrize(
    ("prompt", "seen", "fits", "breaks"),
    [
        ("Return its root. 1 <= a <= 10^2", ((4,), (9,), (50,)), [(1,), (100,)], [(0,), (101,)]),
        ("Double it. Assume a > 1 and odd.", ((4,), (9,), (3,)), [(2,)], [(1,)]),
        ("Turn a to base b. The base b is less than 10.", ((4, 2), (9, 3), (8, 9)), [(1, 9)], [(1, 10)]),
        ("Constraints:\n - 0 <= b <= len(a)", ((LISTS[0][0], 2), ([3], 0), ([5], 4)), [([1], 1)], [([1], 2)]),
        ("1. 1 <= len(a) <= 4\n2. -9 <= a[i] <= 9", LISTS[:2], [([-9],)], [([],), ([0] * 5,), ([10],), ([-10],)]),
        ("Return the two closest (there are at least two elements).", LISTS, [([1],)], []),
        ("Return the two closest of a list (of length at least two).", LISTS, [([1, 2],)], [([1],)]),
        ("Both are given, N < 9 and n > 9.", ((4, 20), (8, 30)), [(1, 10)], [(9, 10), (8, 9)]),
        ("Solve it. List a has at least three numbers.", LISTS, [([1, 2, 0],)], [([1, 2],)]),
        ("Given a grid of N rows (N >= 2).", (([[1, 2], [3, 4]],), ([[5, 6], [7, 1]],)), [], [([[1]],)]),
        ("Find k in a sorted list.", (([1, 4, 9],), ([3, 7],)), [([2, 2, 5],)], [([3, 1],)]),
        ("Merge two sorted lists.", SORTED, [([1], [0, 4])], [([2, 1], [3]), ([1], [3, 2])]),
        ("Find the least of a sorted and rotated list.", (([4, 5, 1],), ([2, 1],)), [([3, 1, 2],)], [([3, 2, 1],)]),
        ("The list is guaranteed to have unique elements.", LISTS, [([3, 1],)], [([3, 3],)]),
        ("Add them up. The list will not contain duplicate values.", LISTS, [([3, 1],)], [([3, 1, 3],)]),
        ("Zip two lists of the same length.", (([1], [2]), ([3, 1], [2, 2]), ([4], [])), [([5], [6])], [([5], [])]),
        ("A text consisting only of 0s and 1s.", (("01",), ("1",)), [("0011",)], [("012",)]),
        ("You may assume that it contains only letters.", WORDS, [("A b",)], [("a1",), ("a.",)]),
        ("Brackets are a string of '<' and '>'.", (("<>",), ("<<",)), [(">",)], [("(",)]),
        ("Each string consists of only digits, return a list.", ((["12"],), (["3", "45"],)), [(["6"],)], [(["a"],)]),
        ("Convert a binary number to decimal.", ((101,), (11,), (0,)), [(110,)], [(12,), (-1,)]),
        ("How many days has the given month number?", ((3,), (11,)), [(12,)], [(0,), (13,)]),
        ("Convert a roman numeral to an integer.", (("XIV",), ("MM",)), [("IX",)], [("IIX",), ("",)]),
    ],
)
def test_what_is_said_holds_for_what_is_drawn(
    prompt: str, seen: tuple[Arguments, ...], fits: list[Arguments], breaks: list[Arguments]
) -> None:
    found, without = model_of(told(prompt, seen)), model_of(told("Do it.", seen))
    assert found is not None
    assert without is not None
    assert all(map(found.fits, fits))
    assert not any(map(found.fits, breaks))
    assert not breaks or any(map(without.fits, breaks)), "it is the words that say so"
    drawn = inputs(found, 8, 0, "T")
    assert len(drawn) >= 6
    assert all(map(found.fits, drawn))


@pytest.mark.parametrize(
    "prompt",
    [
        "Return the sorted unique elements of a list.",
        "Check whether the list contains only unique elements or not.",
        "Return True if a[0] < 5 and otherwise whether len(a) >= 2.",
        "Return a list in which no value is smaller than 3. If a >= 1, return it.",
        "Count the integers less than 5.",
        "Find the distinct numbers in a list, at least two of them.",
        "Generate a sorted list. The result has no duplicates. The answer is less than 5.",
        "For each i (1 <= i <= 2) add a[i]; f([3]) <= 2\n>>> f([1, 2])\n1 <= 2",
        "Check whether it consists only of 0 and 1.",
    ],
)
def test_what_is_asked_for_says_nothing_of_inputs(prompt: str) -> None:
    found = model_of(told(prompt, LISTS))
    assert found is not None
    assert [relation.name for relation in found.relations] == []


def test_a_careless_example_does_not_undo_the_words_and_many_do() -> None:
    few, many = (([1, 2, 3],), ([4, 6],), ([5, 2],)), (([2, 1],), ([4, 6],), ([5, 2],))
    for seen, stands in ((few, True), (many, False)):
        model = model_of(told("Find it in a sorted list.", seen))
        assert model is not None
        assert model.fits(([3, 1],)) is not stands
    model = model_of(told("Factor it, knowing that a is less than 100.", ((30,), (126,), (1001,))))
    assert model is not None
    assert not model.fits((101,)), "a bound with its name stands whatever the examples are"


def test_what_breaks_a_bound_is_mended() -> None:
    model = model_of(told("1. 1 <= len(a) <= 4\n2. -9 <= a[i] <= 9", LISTS[:2]))
    assert model is not None
    assert model.mended(([40, 0, -20, 3, 5, 6],)) == ([9, 0, -9, 3],)


def test_sentences_are_those_of_what_is_to_be_written() -> None:
    helper = 'def g(n):\n    """n < 5."""\n    return n\n\n\n'
    prompt = f'{helper}def f(a):\n    """Add up (a is odd). No more.\n\n    1 <= a\n    >>> f(1)\n    """\n'
    asked = Problem("T/1", prompt, "", "f", "    return 0\n")
    assert sentences_of(asked) == ["Add up .", "No more.", "1 <= a", "a is odd"]


@pytest.mark.usefixtures("cpu")
@pytest.mark.parametrize(
    "part", ["1,", "(", "(a ", "a <= ", "consist of ", "only ", "at least zero items ", "a is less than "]
)
def test_long_prompts_are_read_in_time(part: str) -> None:
    model_of(
        told(
            part * (20_000 // len(part)) + f" 1 <= a <= 9999999999999999999999^99. At least {'9' * 5000} items.",
            ((1,), (2,)),
        )
    )


def test_the_bounds_of_humaneval_are_read(data: Path) -> None:
    found = {one.task_id: one for one in humaneval.load(DataRequest(str(data))).problems}
    for number, fits, breaks in _HUMANEVAL:
        model = model_of(found[f"HumanEval/{number}"])
        assert model is not None
        assert all(map(model.fits, fits)), number
        assert not any(map(model.fits, breaks)), number


_HUMANEVAL: tuple[tuple[int, list[Any], list[Any]], ...] = (
    (20, [([1.0, 2.0],)], [([1.0],)]),
    (59, [(15,)], [(1,), (7,)]),
    (115, [([[0, 1]], 10)], [([[0, 1]], 11), ([[0, 2]], 1), ([], 1)]),
    (119, [(["(", ")"],)], [(["(", "a"],)]),
    (122, [([1, 2], 2)], [([1, 2], 3), ([1], 0)]),
    (129, [([[1, 2], [4, 3]], 1)], [([[1]], 1), ([[1, 2], [2, 3]], 1)]),
    (156, [(1000,)], [(1001,), (0,)]),
    (159, [(0, 1000, 3)], [(0, 1001, 3)]),
    (160, [(["+"], [1, 2])], [(["+", "*"], [1, 2]), ([], [1])]),
)
