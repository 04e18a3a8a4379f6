"""Rows that have their tests by another name than `test`: read for what they are, or refused."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.benchmarks import DATASET
from pytest_codeeval.benchmarks.source import Row, Rows
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest, Problem
from pytest_codeeval.execution.attempts.job import job_of

STUB = 'def f(a, b=0):\n    """Do it."""\n'
CLASS = 'class Solution:\n    def f(self, a):\n        """Do it."""\n'


def load(monkeypatch: pytest.MonkeyPatch, row: dict[str, Any]) -> Problem:
    """Load a row that stands alone in a file."""
    rows = Rows((Row("mine.jsonl, line 1", row),), "0" * 64, "mine.jsonl")
    monkeypatch.setattr("pytest_codeeval.benchmarks.dataset.file_rows", lambda _: rows)
    (problem,) = DATASET.load(DataRequest(dataset=__file__)).problems
    return problem


def holds(problem: Problem, function: Any) -> bool:
    """Whether a function passes the tests of a problem, run here."""
    names: dict[str, Any] = {"f": function}
    try:
        exec(problem.test, names)
        if "check" in names:
            names["check"](function)
    except (AssertionError, TypeError):
        return False
    return True


@pytest.mark.parametrize(
    "row",
    [
        {"prompt": STUB, "tests": "assert f(1) == 2"},
        {"prompt": STUB, "tests": ["assert f(1) == 2", "assert f(2) == 3"]},
        {"prompt": STUB, "test": None, "tests": "assert f(1) == 2"},
        {"prompt": "p", "test": "", "test_list": ["assert f(1) == 2"], "test_setup_code": "import math"},
        {"prompt": STUB, "inputs": [[1], [2, 0]], "outputs": [2, 3]},
        {"prompt": STUB, "input_output": {"inputs": [[1], [2]], "outputs": [2, [3]]}},
        {"prompt": STUB, "input_output": '{"inputs": [[1]], "outputs": [[2]], "fn_name": "f"}', "entry_point": None},
        {"prompt": STUB, "input_output": '{"inputs": ["1", "2\\n0"], "outputs": ["2", "3"], "fn_name": "f"}'},
    ],
)
def test_tests_are_read_by_their_usual_names(monkeypatch: pytest.MonkeyPatch, row: dict[str, Any]) -> None:
    problem = load(monkeypatch, {"entry_point": "f", **row})
    assert problem.entry_point == "f"
    assert holds(problem, lambda a, b=0: a + 1)
    assert not holds(problem, lambda a, b=0: a)
    assert job_of(problem).values_only or "test_list" in row
    assert not {"tests", "test_list", "inputs", "outputs", "input_output"} & problem.extra.keys()


def test_a_row_of_mbpp_is_one_of_mbpp(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"task_id": 11, "text": "Add one.", "code": "def f(a):\r\n  return a + 1", "test_list": ["assert f(1) == 2"]}
    problem = load(monkeypatch, row)
    assert (problem.entry_point, problem.prompt) == ("f", "Add one.")
    assert problem.canonical_solution == "def f(a):\n  return a + 1"
    # Nothing but the tests says what the function is to be called.
    assert "assert f(1) == 2" in DATASET.prompt(problem)


def test_a_function_of_a_class_is_its_method(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"inputs": [[[1, 2]]], "outputs": [3], "fn_name": "f"}
    assert load(monkeypatch, {"prompt": CLASS, "input_output": json.dumps(said)}).entry_point == "Solution().f"
    starter = {"prompt": "Do it.", "starter_code": CLASS, "input_output": json.dumps(said)}
    assert load(monkeypatch, starter).entry_point == "Solution().f"


@pytest.mark.parametrize(
    ("expected", "right", "wrong"),
    [
        ([1, [2]], [[1, [2]], (1, [2]), [1, (2,)], (1, (2,))], [[1, 2], [1], None, [1, [3]]]),
        (0.3, [0.1 + 0.2, 0.3], [0.31, -0.3, None, "0.3"]),
        ([0.3, 1], [[0.1 + 0.2, 1], (0.3, 1.0)], [[0.31, 1], [0.3], 0.3, [0.3, 1, 1], {0.3, 1}, None, [None, 1]]),
        (
            {"a": [0.3]},
            [{"a": [0.1 + 0.2]}, {"a": (0.3,)}],
            [{"a": [0.4]}, {"a": [0.3], "b": 1}, {}, [0.3], {"a": 0.3}],
        ),
        ("a", ["a"], ["b", ["a"], None]),
        ({"a": [1]}, [{"a": [1]}], [{"a": 1}, {}]),
        (None, [None], [0, False, ""]),
        ([], [[], ()], [None, [1]]),
        (2, [2], [[2], "2"]),
    ],
)
def test_what_json_cannot_say_is_not_asked_for(
    monkeypatch: pytest.MonkeyPatch, expected: Any, right: list[Any], wrong: list[Any]
) -> None:
    problem = load(monkeypatch, {"prompt": STUB, "entry_point": "f", "inputs": [[1]], "outputs": [expected]})
    assert all(holds(problem, lambda a, answer=answer: answer) for answer in right)
    assert not any(holds(problem, lambda a, answer=answer: answer) for answer in wrong)


@pytest.mark.parametrize("answer", [0.1 + 0.2, [0.1 + 0.2], (0.3,)])
def test_a_number_that_stands_in_a_list_of_its_own_is_compared_as_one(
    monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    outputs = {"inputs": [[1]], "outputs": [[0.3]]}
    problem = load(monkeypatch, {"prompt": STUB, "entry_point": "f", "input_output": outputs})
    assert holds(problem, lambda a: answer)
    assert not holds(problem, lambda a: 0.4)
    assert not holds(problem, lambda a: [[0.3]])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"tests": {"a.py": "x"}}, "field 'tests' is not a list of texts"),
        ({"tests": [""]}, "field 'tests' has no test in it"),
        ({"test_list": "assert f(1) == 2"}, "field 'test_list' is not a list of texts"),
        ({"test_list": [1]}, "field 'test_list' is not a list of texts"),
        ({"test_list": ["x"], "test_setup_code": 3}, "field 'test_setup_code' is not a text"),
        ({"inputs": [[1]]}, "field 'inputs' needs 'inputs' and 'outputs' that are lists of one length"),
        ({"inputs": [[1]], "outputs": [1, 2]}, "lists of one length"),
        ({"inputs": ["1"], "outputs": ["1"]}, r"field 'inputs', input 1: not a list of arguments"),
        ({"inputs": [{"a": 1}], "outputs": [1]}, r"field 'inputs', input 1: not a list of arguments"),
        ({"inputs": [[1, 2, 3]], "outputs": [1]}, "field 'inputs', input 1: 3 arguments, and f takes others"),
        ({"inputs": [[]], "outputs": [1]}, "field 'inputs', input 1: 0 arguments"),
        ({"inputs": [[1]], "outputs": [math.nan]}, "call 1: a number that is not finite"),
        ({"inputs": [[1]], "outputs": [{"1": 2}]}, "call 1: an object whose keys are numbers as texts"),
        ({"inputs": [[1]], "outputs": [b"x"]}, r"call 1: a value that is not JSON \(bytes\)"),
        ({"inputs": [[1]], "outputs": [1], "entry_point": ""}, "field 'inputs' names no function to be called"),
        ({"input_output": "[]"}, "field 'input_output' is not an object with 'inputs' and 'outputs'"),
        (
            {"input_output": '{"inputs": ["1 2\\n"], "outputs": [3]}', "entry_point": None},
            "no texts for a whole program",
        ),
        ({"input_output": '{"inputs": ["1 2"], "outputs": ["3"], "fn_name": "f"}'}, "'1 2' .* which is not JSON"),
        (
            {"tests": ["def check(c):\n    assert c(1)", "def check(c):\n    assert c(2)"]},
            "defines check in two of its",
        ),
        ({"prompt": "async def f(a):\n", "inputs": [[1]], "outputs": [1]}, "f is to be awaited; write its tests in"),
        ({"check": "def check(candidate):\n    assert candidate(1)"}, "field 'check' has tests that are not read"),
        ({"verify": ["assert f(1) == 2"]}, "field 'verify' has tests that are not read"),
        ({"outputs": [1]}, "field 'outputs' has tests that are not read, and there is no field 'test'"),
        ({"testCases": [{"input": 1}]}, "field 'testCases' has tests that are not read"),
        ({"private_test_cases": "eJxr"}, "field 'private_test_cases' has tests that are not read"),
        ({"unit_tests": ["x"], "test": ""}, "field 'unit_tests' has tests that are not read"),
        ({"language": "javascript", "test_list": ["x"]}, "field 'test_list' has tests that are not read"),
        (
            {"test": "assert f(1)", "entry_point": "Solution.f"},
            "'Solution.f', and it has to .*; write 'Solution\\(\\).f'",
        ),
        ({"test": "assert f(1)", "entry_point": "a b"}, "field 'entry_point' is 'a b', and it has to be"),
        ({"test": "assert f(1)", "entry_point": "class"}, "field 'entry_point' is 'class', and it has to be"),
    ],
)
def test_what_cannot_be_read_is_refused_by_place_and_field(
    monkeypatch: pytest.MonkeyPatch, row: dict[str, Any], said: str
) -> None:
    with pytest.raises(DatasetError, match=rf"mine\.jsonl, line 1: .*{said}"):
        load(monkeypatch, {"prompt": STUB, "entry_point": "f", **row})


@pytest.mark.parametrize(
    "row",
    [{}, {"latest": "x"}, {"test_type": "stdin"}, {"test_id": 3}, {"split": "test"}, {"tests": []}, {"test": None}],
)
def test_a_row_that_has_no_tests_is_none_that_is_refused(monkeypatch: pytest.MonkeyPatch, row: dict[str, Any]) -> None:
    assert load(monkeypatch, {"prompt": "Say hello.", **row}).test == ""


JSON = st.recursive(
    st.none() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)
KEYS = ("tests", "test_list", "inputs", "outputs", "input_output", "test_cases", "shown_tests", "code", "text")


@given(
    st.dictionaries(st.sampled_from(KEYS), JSON, max_size=4),
    st.sampled_from(("f", "Solution().f", "", None)),
    st.sampled_from((STUB, CLASS, "Do it.")),
)
def test_no_row_with_tests_is_without_one(row: dict[str, Any], entry_point: Any, prompt: str) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        try:
            problem = load(monkeypatch, {"prompt": prompt, "entry_point": entry_point, **row})
        except DatasetError:
            return
    assert problem.test or not any(row.get(key) for key in KEYS[:6] if isinstance(row.get(key), str | list | dict))
    assert isinstance(DATASET.prompt(problem), str)
    json.dumps(dict(problem.extra))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@given(st.lists(st.tuples(st.lists(VALUES, min_size=1, max_size=2), VALUES), min_size=1, max_size=3))
def test_a_function_that_returns_what_is_expected_passes_whatever_it_is(calls: list[tuple[list[Any], Any]]) -> None:
    answers = iter([expected for _, expected in calls])
    row = {"prompt": STUB, "entry_point": "f", "inputs": [given for given, _ in calls]}
    with pytest.MonkeyPatch.context() as monkeypatch:
        problem = load(monkeypatch, {**row, "outputs": [expected for _, expected in calls]})
    assert holds(problem, lambda a, b=0: next(answers))
    assert not holds(problem, lambda a, b=0: object())
