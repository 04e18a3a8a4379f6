"""Inputs: the same for a seed, like those that were seen, and within what holds of all of these."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.scoring.fuzz.inputs import inputs
from pytest_codeeval.scoring.fuzz.model import InputModel, model_of
from pytest_codeeval.scoring.fuzz.relations import relations_in
from pytest_codeeval.scoring.fuzz.simplify import simpler
from pytest_codeeval.scoring.fuzz.values import Arguments
from tests.scoring.fuzz.problems import ORDERED, problem

ONE = "def f(a):\n    return a\n"


def drawn(found: Problem, count: int = 40, seed: int = 0) -> list[Arguments]:
    model = model_of(found)
    assert model is not None
    return inputs(model, count, seed, found.task_id)


def of(*seen: object, prompt: str = "Write a function.") -> list[Arguments]:
    return drawn(problem("\n".join(f"assert f({one!r}) == 0" for one in seen), ONE, prompt=prompt))


def test_they_are_the_same_for_a_seed_and_others_for_another() -> None:
    first = drawn(ORDERED)
    assert first == drawn(ORDERED)
    assert first != drawn(ORDERED, seed=1)
    assert len({repr(one) for one in first}) == len(first) == 40


def test_they_are_the_same_in_another_process() -> None:
    script = "from tests.scoring.fuzz.test_inputs import drawn, ORDERED; print(drawn(ORDERED, 20))"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=300)
    assert said.stdout.strip() == str(drawn(ORDERED, 20))


def test_what_is_in_order_in_all_examples_is_so_in_all_inputs() -> None:
    found = drawn(ORDERED)
    assert all(a <= b for items, _ in found for a, b in pairwise(items))
    assert {len(items) for items, _ in found} > {0, 1, 2}


def test_numbers_go_beyond_those_seen_as_the_words_allow() -> None:
    numbers = [number for (number,) in of(3, 8, 12)]
    assert min(numbers) < 0 < 12 < max(numbers) <= 120
    assert min(number for (number,) in of(3, 8, 12, prompt="Find the nth number.")) == 0
    assert min(number for (number,) in of(3, 8, 12, prompt="Given a positive number, halve it.")) == 1


def test_texts_are_made_as_all_examples_are() -> None:
    found = [text for (text,) in of("1/5", "12/7", "3/4")]
    assert all(text.replace("/", "", 1).isdigit() and text.count("/") == 1 for text in found)
    dates = [text for (text,) in of("03-11-2000", "15-01-2012", "04-12-1999")]
    assert {len(text) for text in dates} == {10}
    assert all(text.count("(") == text.count(")") for (text,) in of("(())", "()()", "((()))"))
    assert {"", "b"} <= {text for (text,) in of("abba", "b", "ba", "aab")} | {"b"}


def test_tuples_keep_their_places() -> None:
    test = 'assert f([("a", 1), ("b", 2)]) == 0\nassert f([("c", 3)]) == 0\nassert f([("d", 1), ("e", 7)]) == 0'
    found = [items for (items,) in drawn(problem(test, "def f(a):\n    return [n for _, n in a]\n"))]
    assert any(found)
    assert {tuple(map(type, item)) for items in found for item in items} == {(str, int)}


def test_tuples_get_longer_and_shorter_if_the_canonical_solution_does_not_mind() -> None:
    test = "assert f([(1, 2, 3), (4, 5, 6)]) == 0\nassert f([(7, 8, 9)]) == 0"
    for body, widths in (("[t[-1] for t in a]", {2, 3, 4}), ("[t[1] for t in a]", {3}), ("[x for _, x, _ in a]", {3})):
        found = drawn(problem(test, f"def f(a):\n    return {body}\n"), 160)
        seen = {len(one) for (items,) in found for one in items}
        assert seen >= widths if len(widths) > 1 else seen == widths


@pytest.mark.parametrize(
    ("seen", "name"),
    [
        ([([1, 2], [3, 4]), ([1], [2])], "arguments 0 and 1 are equally long"),
        ([([1, 2, 3], 3), ([1], 1), ([], 0)], "argument 1 is the length of argument 0"),
        ([([1, 2, 3], 2), ([1, 5], 0), ([4], 0)], "argument 1 is below the length of argument 0"),
        ([([[1, 2], [3, 4]],), ([[1]],)], "argument 0 is square"),
        ([([[1, 2, 5], [3, 4, 6]],), ([[1]],)], "rows of argument 0 are equally long"),
        ([(1, 5), (2, 9), (0, 1)], "argument 0 is below argument 1"),
        ([("01", "11"), ("011", "110"), ("1", "0")], "arguments 0 and 1 are equally long"),
        ([("a b c",), ("to be or",), ("",)], "argument 0 has single blanks"),
    ],
)
def test_relations_are_noticed_and_mended(seen: list[Arguments], name: str) -> None:
    found = {relation.name: relation for relation in relations_in(seen)}
    assert name in found
    relation = found[name]
    assert all(relation.holds(one) for one in seen)
    for broken in (("0", "01"), (" a  b",), ([1, 2, 3], [1]), ([1, 2, 3], 9), ([[1, 2], [3]],), (9, 2)):
        if [type(value) for value in broken] == [type(value) for value in seen[0]]:
            assert not relation.holds(broken)
            assert relation.holds(relation.mend(broken))


def test_what_could_be_chance_is_no_relation() -> None:
    assert [relation.name for relation in relations_in([([1, 2],), ([3, 4],)])] == []
    assert [relation.name for relation in relations_in([([1, 2], 5), ([3], 0)])] == []
    assert [relation.name for relation in relations_in([("ab", "ba"), ("cd", "ef"), ("gh", "hg")])] == []
    assert [relation.name for relation in relations_in([("a b",), ("ab",), ("c d",)])] == []


def test_what_is_never_empty_stays_so_if_something_else_is() -> None:
    for first, is_so in (("", True), ("abab", False)):
        test = f"assert f({first!r}, 'a') == 0\nassert f('xyx', 'xy') == 0\nassert f('aaa', 'aa') == 0"
        found = drawn(problem(test, "def f(a, b):\n    return 0\n"), 80)
        assert all(b for _, b in found) is is_so


def test_nobody_divides_by_zero() -> None:
    test = "assert f(3, 5) == 3\nassert f(8, 3) == 2"
    for prompt, is_so in (("Return a to the b.", False), ("Return a modulo b.", True)):
        found = drawn(problem(test, "def f(a, b):\n    return 0\n", prompt=prompt), 80)
        assert all(b > 0 for _, b in found) is is_so


def test_a_contract_that_does_not_ask_for_it_allows_for_lists_of_other_lengths_and_orders() -> None:
    test = "assert f([1, 2, 3, 7], [4, 5, 6, 9]) == 0\nassert f([0, 8, 9], [1, 2, 5]) == 0"
    two = "def f(a, b):\n    return 0\n"
    said = "Given two sorted lists of the same size."
    for prompt, extra, kept in (
        ("Given two lists.", {}, True),
        ("Given two lists.", {"contract": "\n    assert isinstance(a, list)\n"}, False),
        (said, {"contract": "\n    assert isinstance(a, list)\n"}, True),
    ):
        found = drawn(problem(test, two, prompt=prompt, **extra))
        assert all(len(a) == len(b) for a, b in found) is kept
        assert all(sorted(a) == a for a, _ in found) is kept


def test_inputs_that_nothing_is_known_of_are_none() -> None:
    assert model_of(problem("assert f(g()) == 1", ONE)) is None
    assert model_of(problem("", "def f(a: list[int]):\n    return a\n")) is not None


def test_simpler_ones_stay_among_the_inputs() -> None:
    model = model_of(ORDERED)
    assert isinstance(model, InputModel)
    assert model.has(([1, 2], 3))
    assert not model.has(([2, 1], 3))
    assert not model.has((["a"], 3))
    assert not model.has(([1, 2], 10**9))
    assert ([1], 3) in list(simpler(([1, 2], 3)))
    assert ([1, 2], 3) not in list(simpler(([1, 2], 3)))
