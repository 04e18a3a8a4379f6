"""The leaderboard's rules for one call, value by value, as its own checker has them."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_codeeval.scoring.calls.call import Call
from pytest_codeeval.scoring.calls.checking import MISSING, UNEXPECTED, WRONG_TYPE, WRONG_VALUE, wrongness
from pytest_codeeval.scoring.calls.matching import matching
from tests.scoring.calls.problems import WEATHER, foreign


def why(given: dict[str, Any], **accepted: list[Any]) -> str:
    """Return why a call of the weather is wrong, nothing if it is right."""
    call = Call("weather.get", {"city": "Rome", **given})
    found = wrongness(call, WEATHER, {"city": ["Rome"], **accepted}, "python")
    return found.cause if found else ""


@pytest.mark.parametrize(
    ("given", "accepted", "cause"),
    [
        ({}, {}, ""),
        ({"city": "r-o.M e"}, {}, ""),
        ({"city": "Romé"}, {}, WRONG_VALUE),
        ({"city": ["Rome"]}, {}, WRONG_TYPE),
        ({"other": 1}, {}, UNEXPECTED),
        ({"days": 1}, {}, UNEXPECTED),  # the function has it, the right answer has not
        ({}, {"days": [1]}, MISSING),
        ({}, {"days": [1, ""]}, ""),
        ({"days": True}, {"days": [1]}, WRONG_TYPE),
        ({"days": 1.0}, {"days": [1]}, WRONG_TYPE),
        ({"days": 2}, {"days": [1, ""]}, WRONG_VALUE),
        ({"days": "n"}, {"days": ["n"]}, ""),  # a variable
        ({"days": "N"}, {"days": ["n"]}, WRONG_VALUE),  # compared as it is
        ({"days": 1}, {"days": ["n"]}, WRONG_VALUE),
        ({"least": 2}, {"least": [2.0]}, ""),
        ({"least": 10**400}, {"least": [2.0]}, WRONG_VALUE),
        ({"least": True}, {"least": [1.0]}, WRONG_TYPE),
        ({"hours": [1.0, 2.5]}, {"hours": [[1.0, 2.5]]}, ""),
        ({"hours": [1, 2.5]}, {"hours": [[1.0, 2.5]]}, WRONG_TYPE),  # in a list a whole number is no float
        ({"hours": (1.0,)}, {"hours": [[1.0]]}, WRONG_TYPE),
        ({"hours": [2.5, 1.0]}, {"hours": [[1.0, 2.5]]}, WRONG_VALUE),
        ({"hours": []}, {"hours": [[], ""]}, ""),
        ({"hours": "all"}, {"hours": ["all"]}, ""),
        ({"pair": (1, 2)}, {"pair": [[1, 2]]}, ""),
        ({"pair": [1, 2]}, {"pair": [[1, 2]]}, ""),
        ({"place": {"x": 1}}, {"place": [{"x": [1, 2]}]}, ""),
        ({"place": {"x": 1, "y": 1}}, {"place": [{"x": [1]}]}, WRONG_VALUE),
        ({"place": {}}, {"place": [{"x": [1]}]}, WRONG_VALUE),
        ({"place": {}}, {"place": ["", {"x": [1, ""]}]}, ""),
        ({"place": {"x": "A b"}}, {"place": [{"x": ["ab"]}]}, ""),
        ({"tags": [{"k": "A"}]}, {"tags": [[{"k": ["a"]}]]}, ""),
        ({"tags": [{"k": "A"}, {}]}, {"tags": [[{"k": ["a"]}]]}, WRONG_VALUE),
        ({"tags": [1]}, {"tags": [[{"k": ["a"]}]]}, WRONG_TYPE),
        ({"wet": 1}, {"wet": [True]}, WRONG_TYPE),
        ({"wet": True}, {"wet": [True, False]}, ""),
        ({"unit": None}, {"unit": [None, "C"]}, ""),
        ({"unit": "it's"}, {"unit": ['it"s']}, ""),
    ],
)
def test_a_value_is_right_as_the_leaderboard_says(given: dict[str, Any], accepted: dict[str, Any], cause: str) -> None:
    assert why(given, **accepted) == cause


def test_what_is_required_has_to_be_there_even_if_the_right_answer_may_do_without_it() -> None:
    found = wrongness(Call("weather.get", {}), WEATHER, {"city": ["Rome", ""]}, "python")
    assert found and found.cause == MISSING


@pytest.mark.parametrize(
    ("language", "given", "accepted", "right"),
    [
        ("java", {"n": "5"}, {"n": [5]}, True),
        ("java", {"n": 5}, {"n": [5]}, False),  # not a text in Java
        ("java", {"l": "5"}, {"l": [5]}, False),
        ("java", {"l": "5L"}, {"l": [5]}, True),
        ("java", {"d": "2.5"}, {"d": [2.5]}, True),
        ("java", {"d": "2.5f"}, {"d": [2.5]}, False),
        ("java", {"s": "a b"}, {"s": ["AB"]}, True),
        ("java", {"v": 'new ArrayList<String>(Arrays.asList("a, b", "c"))'}, {"v": [["a, b", "c"]]}, True),
        ("java", {"v": 'new ArrayList<>() {{ add("a;)"); add("c"); }}'}, {"v": [["a;)", "c"]]}, True),
        ("java", {"v": "new ArrayList<>()"}, {"v": [[]]}, True),
        ("java", {"v": "\"new ArrayList<>(Arrays.asList('a'));\""}, {"v": [["a"]]}, False),
        ("java", {"v": "\"new ArrayList<>(Arrays.asList('a'))\";"}, {"v": [["a"]]}, True),
        ("java", {"v": "names"}, {"v": ["names"]}, True),
        ("java", {"v": "names"}, {"v": [["names"]]}, False),
        ("java", {"m": 'new HashMap<A, B>() {{ put("a", 1); put("b", ")"); }}'}, {"m": [{"a": [1], "b": [")"]}]}, True),
        ("java", {"m": 'new HashMap<>() {{ put("a", 2); }}'}, {"m": [{"a": [1]}]}, False),
        ("javascript", {"l": "5n"}, {"l": [5]}, True),
        ("javascript", {"d": "5"}, {"d": [5.0]}, True),
        ("javascript", {"s": "'x'"}, {"s": ["x"]}, True),
        ("javascript", {"v": "['a', \"b, c\"]"}, {"v": [["a", "b, c"]]}, True),
        ("javascript", {"v": "new Array('a')"}, {"v": [["a"]]}, True),
        ("javascript", {"m": "{a: [1, 2], 'b': {c: true}}"}, {"m": [{"a": [[1, 2]], "b": [{"c": True}]}]}, True),
        ("javascript", {"m": "{a: 1"}, {"m": [{"a": [1]}]}, False),
        ("javascript", {"o": "x => x + 1"}, {"o": ["x => x+1"]}, True),
    ],
)  # fmt: skip
def test_values_of_other_languages_are_read_by_their_declared_type(
    language: str, given: dict[str, Any], accepted: dict[str, Any], right: bool
) -> None:
    function = foreign(language, **accepted).extra["functions"][0]
    assert (wrongness(Call("A.f", given), function, accepted, language) is None) is right


@pytest.mark.parametrize(
    ("fitting", "answered"),
    [
        ([[0], [1]], 2),
        ([[0, 1], [0]], 2),  # the first that fits is wanted elsewhere
        ([[0, 1], [0, 2], [0]], 3),
        ([[0], [0]], 1),
        ([[], [0, 1]], 1),
        ([], 0),
    ],
)
def test_as_many_parts_as_can_be_get_a_call_of_their_own(fitting: list[list[int]], answered: int) -> None:
    found = [call for call in matching(fitting) if call is not None]
    assert len(found) == len(set(found)) == answered


@pytest.mark.parametrize(
    ("declared", "value", "accepted", "cause"),
    [
        ({"type": "number"}, 2, [2.0], ""),
        ({"type": "number"}, "2", [2.0], WRONG_TYPE),
        ({"type": "object"}, {"x": 1}, [{"x": [1, 2]}], ""),
        ({"type": "object"}, {"x": 3}, [{"x": [1, 2]}], WRONG_VALUE),
        ({"type": "array"}, ["a"], [["A"]], ""),
        ({"type": "array", "items": {}}, [1], [[1]], ""),
        ({"type": "array", "items": {"type": "object"}}, [{"x": 1}], [[{"x": [1]}]], ""),
        ({"type": ["integer", "null"]}, 4, [4], ""),
        ({"type": ["integer", "null"]}, 5, [4], WRONG_VALUE),
        ({"enum": ["a", "b"]}, "a", ["a"], ""),
        ({"enum": [1, 2]}, 2, [1], WRONG_VALUE),
    ],
    ids=str,
)
def test_types_may_be_those_of_json_schema(declared: Any, value: Any, accepted: list[Any], cause: str) -> None:
    function = {"name": "f", "parameters": {"type": "object", "properties": {"a": declared}}}
    found = wrongness(Call("f", {"a": value}), function, {"a": accepted}, "python")
    assert (found.cause if found else "") == cause
