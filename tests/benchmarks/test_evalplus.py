"""HumanEval+ and MBPP+ in EvalPlus' own files: what becomes of a row, and that right and wrong are told apart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.benchmarks import HUMANEVAL_PLUS, MBPP_PLUS
from pytest_codeeval.benchmarks.evalplus_mbpp import RULES, arguments_of
from pytest_codeeval.core.errors import DataAbsent, DatasetError
from pytest_codeeval.core.problem import CASES, DataRequest, Dataset, Problem
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts.cases import input_text
from pytest_codeeval.execution.grading.rules import SPECIAL
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.execution.reference import reference
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.scoring.code.scorer import measures_of

ROW = {
    "task_id": "Mbpp/8",
    "prompt": '"""\nWrite a function\nto square.\nassert square([2]) == [4]\n"""\n',
    "entry_point": "square",
    "canonical_solution": "\ndef square(x):\n    return [n * n for n in x]",
    "base_input": [[[2]], [[3, 4]]],
    "plus_input": [[[]], [[-1]]],
    "atol": 0,
}
HUMANEVAL_ROW = {
    **ROW,
    "task_id": "HumanEval/1000",
    "prompt": 'def square(x):\n    """Square numbers."""\n',
    "canonical_solution": "    return [n * n for n in x]\n",
}


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory, runner: PythonRunner) -> Iterator[PythonRunner]:
    """A runner that keeps what it finds out."""
    made = PythonRunner(SandboxChoice(runner._grading.choice.tier, kept=str(tmp_path_factory.mktemp("kept"))))
    yield made
    made.close()


def load(folder: Path, *rows: Any, suite: Suite = MBPP_PLUS, split: str | None = None) -> Dataset:
    """Write rows where they are looked for, and load them."""
    name = {"humaneval-plus": "humanevalplus/HumanEvalPlus.jsonl", "mbpp-plus": "mbppplus/MbppPlus.jsonl"}[suite.name]
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return suite.load(DataRequest(str(folder), split))


def test_a_row_becomes_a_problem(tmp_path: Path) -> None:
    (problem,) = load(tmp_path, ROW).problems
    assert problem.extra["words"] == "Write a function\nto square."
    assert problem.extra["shown_tests"] == ["assert square([2]) == [4]"]
    assert problem.extra[CASES] == {
        "parts": {"base": "[[2]]\n[[3,4]]", "plus": "[[]]\n[[-1]]"},
        "rule": "equal",
        "atol": 0.0,
    }
    (other,) = load(tmp_path, HUMANEVAL_ROW, suite=HUMANEVAL_PLUS).problems
    assert other.stub == HUMANEVAL_ROW["prompt"]
    assert other.extra[CASES] == problem.extra[CASES]


def test_inputs_are_lines_whatever_is_in_them(tmp_path: Path) -> None:
    inputs: list[Any] = [[], ["a\nb", '","'], ["é{}"], [[1.0, None, True]], [{"k": [2]}], [""]]
    row = {**HUMANEVAL_ROW, "base_input": inputs, "plus_input": inputs[:1]}
    parts = load(tmp_path, row, suite=HUMANEVAL_PLUS).problems[0].extra[CASES]["parts"]
    assert parts == {"base": "\n".join(map(input_text, inputs)), "plus": "[]"}


def test_a_program_may_take_longer_than_most_at_inputs_of_the_second_part(tmp_path: Path, judge: PythonRunner) -> None:
    (problem,) = load(tmp_path, ROW).problems
    slow = "import time\ndef square(x):\n    end = time.process_time() + 0.8 * (x == [-1])\n"
    slow += "    while time.process_time() < end: pass\n    return [n * n for n in x]"
    assert judge.check(problem, slow, 61.0).cause is Cause.PASSED


def test_a_chat_model_is_shown_words_and_a_base_model_the_text_of_evalplus(tmp_path: Path) -> None:
    (problem,) = load(tmp_path, ROW).problems
    prompt = MBPP_PLUS.prompt(problem)
    assert not isinstance(prompt, str)
    assert prompt.turns[0].startswith("Write a function\nto square.\n\nThe function has to pass these tests:\n")
    assert "```python\nassert square([2]) == [4]\n```" in prompt.turns[0]
    assert prompt.text == ROW["prompt"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"atol": None}, "field 'atol' is not a number"),
        ({"base_input": "x"}, "field 'base_input' is not a list of lists of arguments"),
        ({"plus_input": [3]}, "field 'plus_input' is not a list of lists of arguments"),
        ({"plus_input": None}, "field 'plus_input' is not a list of lists of arguments"),
        ({"task_id": "Mbpp/252"}, "field 'base_input' has an input that is not of the form of its task"),
        ({"entry_point": ""}, "field 'entry_point' is empty"),
    ],
)
def test_a_malformed_row_is_named(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    with pytest.raises(DatasetError, match=f"MbppPlus.jsonl, line 2: {said}"):
        load(tmp_path, {**ROW, "task_id": "Mbpp/1"}, {**ROW, **change})


def test_a_task_may_have_no_further_inputs(tmp_path: Path, judge: PythonRunner) -> None:
    (problem,) = load(tmp_path, {**ROW, "plus_input": {}}).problems
    assert problem.extra[CASES]["parts"]["plus"] == ""
    verdict = judge.check(problem, problem.canonical_solution, 61.0)
    assert (verdict.passed, [stage.name for stage in verdict.stages]) == (True, ["base", "plus"])


@pytest.mark.parametrize(
    ("suite", "split", "said"),
    [
        (HUMANEVAL_PLUS, None, "codeeval data fetch humaneval-plus .*humanevalplus/HumanEvalPlus.jsonl.gz"),
        (HUMANEVAL_PLUS, "mini", "codeeval data fetch humaneval-plus-mini .*HumanEvalPlus-Mini.jsonl.gz"),
        (MBPP_PLUS, "noextreme", "codeeval data fetch mbpp-plus-noextreme .*MbppPlus-NoExtreme.jsonl.gz"),
    ],
)
def test_without_its_file_a_suite_says_how_to_fetch_it(
    tmp_path: Path, suite: Suite, split: str | None, said: str
) -> None:
    with pytest.raises(DataAbsent, match=said):
        suite.load(DataRequest(str(tmp_path), split))


@pytest.mark.parametrize(
    ("suite", "split", "variant", "problems", "base", "plus"),
    [
        (HUMANEVAL_PLUS, None, "", 164, 1570, 122_683),
        (HUMANEVAL_PLUS, "mini", "mini", 164, 1570, 1107),
        (HUMANEVAL_PLUS, "noextreme", "noextreme", 164, 1570, 122_504),
        (MBPP_PLUS, None, "", 378, 1174, 39_841),
        (MBPP_PLUS, "noextreme", "noextreme", 378, 1174, 39_636),
    ],
)
def test_the_files_have_as_many_inputs_as_published(
    data: Path, suite: Suite, split: str | None, variant: str, problems: int, base: int, plus: int
) -> None:
    dataset = suite.load(DataRequest(str(data), split))
    counts = [[len(p.extra[CASES]["parts"][part].split("\n")) for p in dataset.problems] for part in ("base", "plus")]
    counts[1] = [n - (p.task_id == "Mbpp/793") for n, p in zip(counts[1], dataset.problems, strict=True)]
    assert (len(dataset.problems), dataset.variant, *map(sum, counts)) == (problems, variant, base, plus)


@pytest.mark.parametrize(
    ("task", "given", "wanted"),
    [
        (3, [[1], 2], [[1], 2]),
        (2, [[1], [2, [3]]], [(1,), (2, [3])]),
        (63, [[[1], [2]], [[3]]], [[(1,), (2,)], [(3,)]]),
        (259, [[[1], [2]]], [((1,), (2,))]),
        (278, [[1, [2]]], [(1, (2,))]),
        (580, [[1, [2, [3, [4, [5, [6, [7, [8]]]]]]]]], [(1, (2, (3, (4, (5, (6, (7, (8,))))))))]),
        (75, [[[1]], [2]], [[(1,)], [2]]),
        (722, [{"a": [1]}, 2], [{"a": (1,)}, 2]),
        (250, [[1], [2]], [(1,), [2]]),
        (307, [[1], [2], 3], [(1,), [2], 3]),
        (106, [[1], [2]], [[1], (2,)]),
        (115, [[[1], [], {}]], [[{1}, {}, {}]]),
        (124, ["2", "1j"], [2.0, 1j]),
        (252, ["(2+1j)"], [2 + 1j]),
    ],
)
def test_arguments_are_what_json_has_no_form_for(task: int, given: list[Any], wanted: list[Any]) -> None:
    assert repr(arguments_of(f"Mbpp/{task}", given)) == repr(wanted)


def test_each_rule_is_one_that_there_is(data: Path) -> None:
    assert set(RULES.values()) < set(SPECIAL)
    problems = {problem.task_id: problem for problem in HUMANEVAL_PLUS.load(DataRequest(str(data), "mini")).problems}
    assert {task for task, problem in problems.items() if problem.extra[CASES]["rule"] != "equal"} == {"HumanEval/32"}
    tolerances = {task: problem.extra[CASES]["atol"] for task, problem in problems.items()}
    assert {tolerances.pop(f"HumanEval/{number}") for number in (2, 4)} == {1e-6}
    assert tolerances.pop("HumanEval/32") == 1e-4
    assert set(tolerances.values()) == {0.0}


@pytest.mark.parametrize(
    ("code", "cause", "stages", "said"),
    [
        ("def square(x): return [n ** 2 for n in x]", Cause.PASSED, {"base": True, "plus": True}, ""),
        (
            "def square(x): return [n * abs(n) for n in x]",
            Cause.WRONG_ANSWER,
            {"base": True, "plus": False},
            "plus: square([-1]): expected [1], got [-1]",
        ),
        (
            "def square(x): return x",
            Cause.WRONG_ANSWER,
            {"base": False},
            "base: square([2]): expected [4], got [2]",
        ),
    ],
)
def test_base_and_plus_are_told_apart(
    tmp_path: Path, judge: PythonRunner, code: str, cause: Cause, stages: dict[str, bool], said: str
) -> None:
    (problem,) = load(tmp_path, ROW).problems
    verdict = judge.check(problem, code, 61.0)
    assert (verdict.cause, verdict.detail) == (cause, said)
    assert {stage.name: stage.passed for stage in verdict.stages} == stages
    assert measures_of(problem, verdict) == {"base": float(stages["base"])}


def test_state_that_only_another_part_brings_does_not_decide(tmp_path: Path, judge: PythonRunner) -> None:
    (problem,) = load(tmp_path, ROW).problems
    code = "calls = []\ndef square(x):\n    calls.append(x)\n    return [n * n for n in x] if len(calls) < {} else None"
    assert [judge.check(problem, code.format(most), 61.0).passed for most in (5, 3, 2)] == [True, True, False]
    found = judge.check(problem, code.format(2), 61.0)
    assert [stage.name for stage in found.stages] == ["base"]


@pytest.mark.parametrize(
    ("does", "cause", "stages"),
    [
        ("while x == [-1]: pass", Cause.CPU_TIME, ["base", "plus"]),
        ("if x == [-1]: os._exit(0)", Cause.TAMPERING, ["base", "plus"]),
        ("if x == []: os._exit(0)", Cause.TAMPERING, ["base", "plus"]),
        ("if x == [3, 4]: os._exit(0)", Cause.TAMPERING, ["base"]),
    ],
)
def test_base_is_passed_whatever_ends_plus(
    tmp_path: Path, judge: PythonRunner, does: str, cause: Cause, stages: list[str]
) -> None:
    (problem,) = load(tmp_path, ROW).problems
    code = f"import os\ndef square(x):\n    {does}\n    return [n * n for n in x]"
    verdict = judge.check(problem, code, 1.0)
    assert (verdict.cause, [stage.name for stage in verdict.stages]) == (cause, stages)
    assert measures_of(problem, verdict)["base"] == float(len(stages) == 2)


def tenth(problems: tuple[Problem, ...]) -> list[Problem]:
    """Return a tenth of the problems, those that take long aside."""
    slow = {"HumanEval/130", "HumanEval/139", "HumanEval/83", "HumanEval/94", "HumanEval/15"}
    slow |= {f"Mbpp/{number}" for number in (123, 255, 271, 392, 599, 603)}
    return [problem for problem in problems[3::10] if problem.task_id not in slow]


@pytest.mark.parametrize("suite", [HUMANEVAL_PLUS, MBPP_PLUS], ids=lambda suite: suite.name)
def test_canonical_solutions_pass_and_those_of_other_problems_fail(
    data: Path, judge: PythonRunner, suite: Suite
) -> None:
    problems = tenth(suite.load(DataRequest(str(data), "noextreme")).problems)
    for problem, other in zip(problems, [*problems[1:], problems[0]], strict=True):
        verdict = judge.check(problem, reference(problem), 61.0)
        assert verdict.passed, (problem.task_id, verdict)
        swapped = f"{reference(other)}\n{problem.entry_point} = {other.entry_point}\n"
        assert not judge.check(problem, swapped, 61.0).passed, (problem.task_id, other.task_id)
