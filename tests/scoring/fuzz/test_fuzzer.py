"""Fuzzer: finds what tells a program from the canonical solution, makes it small, and tells no right one from it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Verdict
from pytest_codeeval.execution.attempts.cases import Output
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.scoring.fuzz.finding import Finding
from pytest_codeeval.scoring.fuzz.fuzzer import Fuzzer
from pytest_codeeval.scoring.fuzz.saved import SavedInputs
from tests.scoring.fuzz.problems import ORDERED, SCAN, problem

COUNT = 24


def fuzzer(runner: PythonRunner, folder: Path, run: str = "a", count: int = COUNT) -> Fuzzer:
    return Fuzzer(runner, count, 0, str(folder), SavedInputs(str(folder), run))


def found(runner: PythonRunner, folder: Path, one: Problem, code: str, seconds: float = 1.0) -> Finding:
    return fuzzer(runner, folder).try_program(one, "suite", code, seconds)


def test_a_difference_is_found_and_made_small(runner: PythonRunner, tmp_path: Path) -> None:
    assert found(runner, tmp_path, ORDERED, SCAN.format(end="len(items)")) == Finding("passed")
    wrong = found(runner, tmp_path, ORDERED, SCAN.format(end="len(items) or 1"))
    assert wrong == Finding("failed", "assert f([], 0) == 0, got 1")
    raising = found(
        runner, tmp_path, ORDERED, "def f(items, item):\n    items[0]\n" + SCAN.format(end="len(items)")[20:]
    )
    assert raising.said.startswith("assert f([], 0) == 0, raised IndexError: list index out of range")


def test_what_is_found_is_tried_first_by_later_runs_only(runner: PythonRunner, tmp_path: Path) -> None:
    wrong = SCAN.format(end="len(items) or 1")
    assert found(runner, tmp_path, ORDERED, wrong).status == "failed"
    assert [row["input"] for row in SavedInputs(str(tmp_path), "").all()] == ["[[],0]"]
    assert SavedInputs(str(tmp_path), "a").of(ORDERED) == []
    assert SavedInputs(str(tmp_path), "b").of(ORDERED) == [([], 0)]
    same = found(runner, tmp_path, ORDERED, wrong)
    assert same.status == "failed"
    assert len(list(SavedInputs(str(tmp_path), "").all())) == 1


NUMBERS = problem(
    "assert f(4) == 10\nassert f(7) == 28\nassert f(3) == 6",
    "def f(n):\n    if n < 0 or n == 5: raise ValueError\n    return n * (n + 1) // 2\n",
)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("return sum(range(n + 1))", "passed"),
        ("return n * (n + 1) / 2", "passed"),  # the same numbers
        ("return 0 if n == 5 else sum(range(n + 1))", "passed"),  # on which the canonical solution gives no value
        ("return sum(range(min(n, 30) + 1))", "failed"),
        ("return 6 if n == 3 else n * n // 2 + n // 2", "failed"),
        ("C.append(n)\n    return n * (n + 1) // 2 if len(C) < 9 else 0", "passed"),  # no input's doing
    ],
)
def test_only_what_an_input_shows_counts(runner: PythonRunner, tmp_path: Path, body: str, status: str) -> None:
    assert found(runner, tmp_path, NUMBERS, f"C = []\ndef f(n):\n    {body}\n").status == status


def test_what_never_ends_or_dies_is_found(runner: PythonRunner, tmp_path: Path) -> None:
    endless = found(runner, tmp_path, NUMBERS, "def f(n):\n    while n > 11: pass\n    return n * (n + 1) // 2\n", 0.3)
    assert endless.status == "failed"
    assert "cpu time" in endless.said
    died = found(runner, tmp_path, NUMBERS, "import os\ndef f(n):\n    n > 30 and os.abort()\n    return n*(n+1)//2\n")
    assert died.status == "failed"


def test_an_input_that_the_canonical_solution_has_no_answer_for_tells_nothing(
    runner: PythonRunner, tmp_path: Path
) -> None:
    canonical = "def f(n):\n    if n > 0:\n        return n * (n + 1) // 2\n"
    one = problem(NUMBERS.test, canonical)
    assert found(runner, tmp_path, one, "def f(n):\n    return n * (n + 1) // 2\n").status == "passed"
    said = problem(f"{NUMBERS.test}\nassert f(0) == None", canonical)
    allowed = problem(NUMBERS.test, canonical, contract="\n    assert isinstance(n, int)\n")
    for other in (said, allowed):
        assert found(runner, tmp_path, other, "def f(n):\n    return n * (n + 1) // 2\n").status == "failed"


def test_an_output_that_does_not_equal_itself_refutes_nobody(runner: PythonRunner, tmp_path: Path) -> None:
    code = "from decimal import Decimal\ndef f(n):\n    return Decimal(n) if n > 3 else Decimal('NaN')\n"
    one = problem("assert f(4) == 4\nassert f(7) == 7\nassert f(5) == 5", code)
    assert found(runner, tmp_path, one, code) == Finding("passed")
    assert found(runner, tmp_path, one, "def f(n):\n    return min(n, 7)\n").status == "failed"


def test_a_contract_is_kept(runner: PythonRunner, tmp_path: Path) -> None:
    even = problem(NUMBERS.test, NUMBERS.canonical_solution, contract='\n    assert n % 2 == 0, "invalid"\n')
    assert found(runner, tmp_path, even, "def f(n):\n    return n // 2 * (n + 1)\n").status == "passed"
    assert found(runner, tmp_path, NUMBERS, "def f(n):\n    return n // 2 * (n + 1)\n").status == "failed"


@pytest.mark.parametrize(
    ("canonical", "why"),
    [
        ("import time\ndef f(n):\n    return int(time.time()) + n\n", "depends on more than"),
        ("import random\ndef f(n):\n    return random.random()\n", "depends on more than"),
        ("def f(n):\n    C.append(n)\n    return len(C)\nC = []\n", "depends on more than"),
        ("def f(n):\n    return object()\n", "no value for any other input"),
        ("", "no canonical solution"),
    ],
)
def test_what_is_not_tried_says_why(runner: PythonRunner, tmp_path: Path, canonical: str, why: str) -> None:
    one = problem(NUMBERS.test, canonical)
    tried = found(runner, tmp_path, one, NUMBERS.canonical_solution)
    assert tried.status == "none"
    assert why in tried.said


def test_what_cannot_be_called_is_not_said_to_have_passed(runner: PythonRunner, tmp_path: Path) -> None:
    tried = found(runner, tmp_path, NUMBERS, "def g(n):\n    return n\n")
    assert tried.status == "none"
    assert "cannot be called by itself" in tried.said


def test_whatever_goes_wrong_is_told_and_raises_nothing(tmp_path: Path) -> None:
    class Broken:
        def outputs(self, _code: str, _name: str, inputs: Sequence[str], *_: float) -> list[Output]:
            return [Output("0")] * len(inputs)

        def compare(self, *_: object) -> tuple[Verdict, int]:
            raise RuntimeError("the machine is gone")

    one = Fuzzer(Broken(), COUNT, 0, str(tmp_path), SavedInputs("", "")).try_program(NUMBERS, "suite", "x = 1", 1.0)
    assert one.status == "none"
    assert one.said == "it could not be tried (RuntimeError: the machine is gone)"


def test_a_kept_file_that_is_damaged_is_made_again(runner: PythonRunner, tmp_path: Path) -> None:
    right = "def f(n):\n    return n * (n + 1) // 2\n"
    assert found(runner, tmp_path, NUMBERS, right).status == "passed"
    (kept,) = (tmp_path / "inputs").iterdir()
    before = kept.read_bytes()
    for damaged in (b'[["[1]"]]', before.replace(b'"0"', b'"1"'), before[:-9], b""):
        kept.write_bytes(damaged)
        assert found(runner, tmp_path, NUMBERS, right).status == "passed"
        assert kept.read_bytes() == before != damaged


LEANS = problem(
    "assert f([1, 3, 5, 8]) == 2\nassert f([2, 4, 7]) == 2\nassert f([5, 6]) == 1",
    "def f(a):\n    return min(abs(x - y) for x in a for y in a if x != y)\n",
    prompt="Return the least difference in a sorted list. The list contains distinct numbers, at least two of them.",
)
LEANING = "def f(a):\n    return min(y - x for x, y in zip(a, a[1:]))\n"


def test_a_program_that_leans_on_what_the_words_say_is_right(runner: PythonRunner, tmp_path: Path) -> None:
    assert found(runner, tmp_path, LEANS, LEANING).status == "passed"
    silent = Problem("T/2", "Return it.", LEANS.test, "f", LEANS.canonical_solution)
    first = fuzzer(runner, tmp_path)
    first._saved.add(LEANS, "suite", {"input": "[[3, 1]]", "expected": "2"})
    assert found(runner, tmp_path / "silent", silent, LEANING).status == "failed"
    assert fuzzer(runner, tmp_path, run="b").try_program(LEANS, "suite", LEANING, 1.0).status == "passed"


def test_a_program_is_tried_on_the_values_that_it_names_itself(runner: PythonRunner, tmp_path: Path) -> None:
    test = "assert f(40, 'ab') == 40\nassert f(700, 'xyz') == 700\nassert f(95, 'q') == 95"
    plain = problem(test, "def f(a, b):\n    return a\n")
    for turn, said in (("a == 5417", "f(5417, "), ("b == 'qzw'", "'qzw')"), ("5420 < a < 5424", "f(5421, ")):
        one = found(runner, tmp_path, plain, f"def f(a, b):\n    return 0 if {turn} else a\n")
        assert one.status == "failed"
        assert said in one.said
    assert found(runner, tmp_path, plain, "def f(a, b):\n    return 0 if a > 10**9 else a\n").status == "passed"


def test_time_counts_near_the_examples_only(runner: PythonRunner, tmp_path: Path) -> None:
    plain = problem("assert f(4) == 4\nassert f(50) == 50\nassert f(31) == 31", "def f(a):\n    return a\n")
    for turn, end, status in (("60 < a < 200", "a", "failed"), ("a > 200", "a", "passed"), ("a > 200", "-a", "failed")):
        slow = f"def f(a):\n    while {turn}: pass\n    return {end} if a > 60 else a\n"
        assert found(runner, tmp_path, plain, slow, 0.3).status == status
