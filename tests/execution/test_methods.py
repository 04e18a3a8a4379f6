"""An entry point that is a method of an object which the solution makes, as LeetCode's sets have it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pytest_codeeval.benchmarks.instructions import complete_function
from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.errors import BrokenTests, UsageError
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts.job import job_of
from pytest_codeeval.execution.attempts.objection import objection
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.probe import probe
from pytest_codeeval.execution.standin import stand_in
from pytest_codeeval.scoring.code.extract import extract_code, solution_of
from pytest_codeeval.scoring.code.mutants import mutants

PROMPT = (
    "from typing import List\n\n\nclass Solution:\n"
    '    def total(self, numbers: List[int]) -> int:\n        """Add the numbers."""\n'
)
BODY = "        return sum(numbers)\n"
WHOLE = PROMPT.replace('        """Add the numbers."""\n', BODY)
TEST = "def check(candidate):\n    assert candidate([1, 2]) == 3\n    assert candidate([]) == 0\n"
PROBLEM = Problem("L/1", PROMPT, TEST, "Solution().total", WHOLE)
SORTS = replace(
    PROBLEM, test="def check(candidate):\n    numbers = [2, 1]\n    candidate(numbers)\n    assert numbers == [1, 2]\n"
)


@pytest.fixture(params=["namespaces", "landlock"], scope="module")
def runner(request: pytest.FixtureRequest) -> Iterator[PythonRunner]:
    """A runner in each tier that isolates, as far as this machine has it."""
    try:
        probe(SandboxChoice(request.param))
    except UsageError as error:
        pytest.skip(str(error))
    runner = PythonRunner(SandboxChoice(request.param))
    yield runner
    runner.close()


def made(body: str, before: str = "") -> str:
    """Return a solution with a body of its own."""
    return f"{before}class Solution:\n    def total(self, numbers):\n        {body}\n"


STATIC = "class Solution:\n    @staticmethod\n    def total(numbers):\n        return sum(numbers)\n"


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (WHOLE, Cause.PASSED),
        (STATIC, Cause.PASSED),
        (made("self.calls = 1\n        return sum(numbers)"), Cause.PASSED),
        (made("return 3"), Cause.WRONG_ANSWER),
        (made("raise ValueError(numbers)"), Cause.EXCEPTION),
        ("def total(numbers):\n    return sum(numbers)\n", Cause.NO_ENTRY_POINT),
        ("class Solution:\n    pass\n", Cause.NO_ENTRY_POINT),
        (made("return 0") + "    def __init__(self, numbers):\n        pass\n", Cause.EXCEPTION),
        ("class Solution:\n    def __init__(self):\n        raise SystemExit(0)\n", Cause.EXCEPTION),
    ],
)
@pytest.mark.parametrize("canonical", [WHOLE, BODY, ""])
def test_what_becomes_of_a_solution(runner: PythonRunner, code: str, cause: Cause, canonical: str) -> None:
    verdict = runner.check(replace(PROBLEM, canonical_solution=canonical), code, 5.0)
    assert (verdict.cause, verdict.weak) == (cause, False), verdict.detail


def test_its_tests_are_judged_as_those_of_a_function_are(runner: PythonRunner) -> None:
    assert job_of(PROBLEM).values_only
    assert not job_of(SORTS).values_only
    assert runner.wants_canonical(replace(PROBLEM, canonical_solution="")) == []


def test_tests_that_look_at_more_than_values_see_the_same_method(runner: PythonRunner) -> None:
    assert runner.check(SORTS, made("numbers.sort()"), 5.0).passed
    assert not runner.check(SORTS, made("sorted(numbers)"), 5.0).passed


def test_an_object_that_equals_everything_does_not_pass_strongly(runner: PythonRunner) -> None:
    pleasing = "class Yes:\n    def __eq__(self, other):\n        return True\n\n\n"
    verdict = runner.check(PROBLEM, made("return Yes()", pleasing), 5.0)
    assert verdict.weak or not verdict.passed


def test_tests_may_make_the_object_themselves(runner: PythonRunner) -> None:
    own = replace(PROBLEM, test="assert Solution().total([1, 2]) == 3\n")
    assert runner.check(own, WHOLE, 5.0).passed
    assert not runner.check(own, made("return 4"), 5.0).passed


@pytest.mark.parametrize("canonical", [WHOLE, BODY])
def test_the_self_test_makes_wrong_methods(runner: PythonRunner, canonical: str) -> None:
    problem = replace(PROBLEM, canonical_solution=canonical)
    found = {mutant.name: mutant.code for mutant in mutants(problem)}
    assert set(found) == {"empty_body", "exits", "os_exit", "perturbed", "always_equal", "return_none"}
    for name, code in found.items():
        verdict = runner.check(problem, code, 5.0)
        assert not verdict.passed, name
        # Wrong by what they do: a class that is not there would be found by any test.
        assert verdict.cause is not Cause.NO_ENTRY_POINT, name


def test_a_perturbed_method_that_calls_itself_is_perturbed_once() -> None:
    canonical = made("return numbers[0] + self.total(numbers[1:]) if numbers else 0")
    code = next(one.code for one in mutants(replace(PROBLEM, canonical_solution=canonical)) if one.name == "perturbed")
    names: dict[str, type] = {}
    exec(code, names)
    assert names["Solution"]().total([1, 2, 3]) == 6 + 1 + 6  # value + 1 + abs(value)


def test_tests_without_a_call_are_broken(runner: PythonRunner) -> None:
    uncalled = replace(PROBLEM, test="def check(candidate):\n    assert candidate is not None\n")
    with pytest.raises(BrokenTests):
        runner.check(uncalled, WHOLE, 5.0)


def test_the_stand_in_dies_when_it_is_called_and_not_before() -> None:
    names: dict[str, type] = {}
    exec(stand_in(PROBLEM), names)
    assert callable(names["Solution"]().total)


def test_its_tests_are_tests_of_the_solution() -> None:
    assert objection(PROBLEM) is None
    unused = replace(PROBLEM, test="def check(candidate):\n    assert 1 == 1\n")
    assert objection(unused) is not None


def test_the_prompt_is_code_and_asks_for_the_class() -> None:
    assert PROBLEM.stub == PROMPT
    assert "whole class" in complete_function(PROBLEM)
    assert (PROBLEM.defined, PROBLEM.method) == ("Solution", "total")
    assert (replace(PROBLEM, entry_point="total").defined, replace(PROBLEM, entry_point="total").method) == (
        "total",
        "",
    )


@pytest.mark.parametrize(
    "answer",
    [
        f"```python\n{WHOLE}```",
        f"Here it is:\n\n```python\n{WHOLE}```\n\nUse it so:\n\n```python\nprint(Solution().total([1]))\n```\n",
        f"```python\n{made('return sum(numbers)')}```",
        f"```python\n{PROMPT}{BODY}```",
        BODY,
        f"```python\n{BODY}```",
        "```python\nreturn sum(numbers)\n```",
    ],
)
def test_the_class_is_taken_from_an_answer(answer: str) -> None:
    found = solution_of(Completion(answer), PROBLEM).code
    assert found == extract_code(answer, prompt=PROMPT, entry_point="Solution().total").code
    names: dict[str, type] = {}
    exec(found or "", names)
    assert names["Solution"]().total([1, 2]) == 3


@pytest.mark.parametrize(("text", "form"), [(BODY, Form.CONTINUATION), (BODY, Form.PROGRAM), (WHOLE, Form.PROGRAM)])
def test_recorded_programs_and_continuations_are_run_as_they_are(text: str, form: Form) -> None:
    assert "def total" in (code := solution_of(Completion(text, form=form), PROBLEM).code or "") and BODY in code
