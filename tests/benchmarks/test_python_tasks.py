"""The Python tasks: their own problems, a user's rows, and what is scored of answers of all sorts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.benchmarks import (
    DATASET,
    PYTHON_CODE_COMPLETION,
    PYTHON_CODE_REPAIR,
    PYTHON_CODE_TRANSLATION,
    PYTHON_DOCSTRING_GENERATION,
    PYTHON_FUNCTION_GENERATION,
)
from pytest_codeeval.benchmarks.dataset import TASKS
from pytest_codeeval.benchmarks.pythontasks.tongues import TONGUES
from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.errors import BrokenTests, DataAbsent, DatasetError
from pytest_codeeval.core.problem import DataRequest, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.execution.factory import lacking
from pytest_codeeval.execution.languages.program import ProgramRunner
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.execution.reference import reference
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.toolchains.catalogue import languages
from pytest_codeeval.scoring.answertest import SandboxTools
from pytest_codeeval.scoring.code.repair import edit_distance
from pytest_codeeval.scoring.code.scorer import CODE

SUITES = (
    PYTHON_CODE_COMPLETION,
    PYTHON_CODE_REPAIR,
    PYTHON_FUNCTION_GENERATION,
    PYTHON_DOCSTRING_GENERATION,
    PYTHON_CODE_TRANSLATION,
)
PROBLEMS = {problem.task_id: (suite, problem) for suite in SUITES for problem in suite.load(DataRequest()).problems}
DEMO = [
    json.loads(line)
    for line in files("pytest_codeeval.generation.backends.demo")
    .joinpath("python_tasks.jsonl")
    .read_text()
    .splitlines()
]
CALLED = {"task_id": "a", "entry_point": "twice", "inputs": [[2], [5]], "outputs": [4, 10]}
GOOD, BAD = "def twice(n):\n    return n + n\n", "def twice(n):\n    return n * n\n"
ROWS: dict[str, dict[str, Any]] = {
    "python_code_completion": {**CALLED, "prompt": 'def twice(n):\n    """Return n times 2."""\n'},
    "python_function_generation": {**CALLED, "prompt": "Write a function that doubles a number."},
    "python_code_repair": {**CALLED, "prompt": "It doubles.", "broken_solution": BAD, "canonical_solution": GOOD},
    "python_docstring_generation": {"entry_point": "twice", "code": GOOD},
    "python_code_translation": {**CALLED, "source_language": "js", "code": "function twice(n) {\n  return 2 * n;\n}\n"},
}
Load = Callable[..., list[Problem]]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Write rows, each with the name of its task, to a file, and load what one of the suites has of them."""

    def load(suite: Suite, *rows: dict[str, Any]) -> list[Problem]:
        path = tmp_path / "mine.jsonl"
        told = ({"task": suite.name, **row} for row in rows)
        path.write_text("".join(f"{json.dumps(row)}\n" for row in told), "utf-8")
        return list(suite.load(DataRequest(dataset=str(path))).problems)

    return load


@pytest.fixture(scope="module")
def tools(runner: PythonRunner) -> SandboxTools:
    """The sandbox, as scorers have it."""
    return SandboxTools(lambda problem, code: runner.check(problem, code, 3.0))


def scored(suite: Suite, problem: Problem, answer: str, tools: SandboxTools) -> Any:
    """Return the score of an answer as a chat model gives it."""
    scorer = suite.scorer or CODE
    return scorer.score(problem, [Completion(answer, finish_reason="stop")], tools)


def test_each_task_has_twenty_problems_of_three_levels_and_no_function_twice() -> None:
    assert [suite.name for suite in SUITES] == sorted(TASKS, key=[suite.name for suite in SUITES].index)
    for suite in SUITES:
        levels = Counter(one.extra["difficulty"] for of, one in PROBLEMS.values() if of is suite)
        assert levels.total() >= 20, suite.name
        assert set(levels) == {"easy", "medium", "hard"}
        assert min(levels.values()) >= 5
        assert suite.load(DataRequest()).parts.keys() == set(levels)
    names = Counter(one.extra.get("function", one.entry_point) for _, one in PROBLEMS.values())
    assert names.most_common(1)[0][1] == 1


@pytest.mark.parametrize("suite", SUITES, ids=[suite.name for suite in SUITES])
def test_the_demo_answers_end_as_they_are_said_to(suite: Suite, tools: SandboxTools) -> None:
    rows = [row for row in DEMO if PROBLEMS[row["task_id"]][0] is suite]
    assert {row["task_id"] for row in rows} == {task for task, (of, _) in PROBLEMS.items() if of is suite}
    found = {
        row["task_id"]: scored(suite, problem, row["response"], tools).outcome
        for row in rows
        if (problem := PROBLEMS[row["task_id"]][1]).language == "python"
    }
    assert found == {row["task_id"]: row["note"].partition(":")[0] for row in rows if row["task_id"] in found}


@pytest.mark.parametrize("suite", SUITES, ids=[suite.name for suite in SUITES])
def test_empty_and_irrelevant_answers_fail_and_say_why(suite: Suite, tools: SandboxTools) -> None:
    for of, problem in list(PROBLEMS.values())[::6]:
        if of is suite:
            for answer in ("", "  \n", "I am sorry, I would rather talk about the weather."):
                score = scored(suite, problem, answer, tools)
                assert score.passed is False
                assert score.detail


def test_a_program_that_is_to_be_mended_fails_and_passes_once_it_is(load: Load, tools: SandboxTools) -> None:
    (problem,) = load(PYTHON_CODE_REPAIR, ROWS["python_code_repair"])
    same, mended = scored(PYTHON_CODE_REPAIR, problem, BAD, tools), scored(PYTHON_CODE_REPAIR, problem, GOOD, tools)
    assert (same.passed, same.measures["edit_distance"]) == (False, 0.0)
    assert mended.passed
    assert 0 < mended.measures["edit_distance"] < 0.2
    assert scored(PYTHON_CODE_REPAIR, problem, "No.", tools).measures["edit_distance"] == 1.0
    right = {**ROWS["python_code_repair"], "broken_solution": f"{GOOD}\n\nx = 1\n"}
    with pytest.raises(BrokenTests, match="passes its tests"):
        scored(PYTHON_CODE_REPAIR, load(PYTHON_CODE_REPAIR, right)[0], GOOD, tools)


def test_how_far_a_program_is_from_another_depends_on_its_tokens() -> None:
    assert edit_distance("a = 1\n", "# A comment.\na  =  1\n\n") == 0
    assert edit_distance("a = 1\n", "") == 1
    assert edit_distance("if x:\n  y\n", "if x:\n      y\n") == 0
    assert 0 < edit_distance("a = (1", "a = (2") < 1
    assert edit_distance("x\n" * 9000, "x\n" * 9000) == 1


CODE_OF = (
    'def ratio(part, whole=1):\n    if not whole:\n        raise ZeroDivisionError("whole")\n    return part / whole\n'
)
DOC = """Return a share.

Args:
    part: The part.
    whole: The whole.

Returns:
    The quotient.

Raises:
    ZeroDivisionError: If there is nothing.

Example:
    >>> ratio(1, 2)
    0.5
"""
QUOTED = f'"""{DOC}"""'
WHOLE = CODE_OF.replace("    if", "    " + QUOTED.replace("\n", "\n    ") + "\n    if", 1)
ANSWERS = {
    "passed": [
        QUOTED,
        DOC,
        WHOLE,
        f"Sure.\n\n```python\n{WHOLE}```\n",
        WHOLE.split('    """\n    if')[0] + '    """\n    ...\n',
        WHOLE.replace("part, whole=1", "part: float, whole: float = 1"),
        DOC.replace(
            "0.5", "0.5\n    >>> ratio(1, 0)\n    Traceback (most recent call last):\n    ZeroDivisionError: whole"
        ),
        DOC.replace("ratio(1, 2)\n    0.5", "ratio(1, 3)  # doctest: +ELLIPSIS\n    0.33..."),
        DOC.replace(">>> ratio", ">>> value = 1\n    >>> ratio"),
        DOC.replace(">>> ratio(1, 2)", ">>> from functools import reduce\n    >>> reduce(ratio, [1, 2])"),
    ],
    "not_allowed": [
        f"{QUOTED}\nimport os\nos._exit(0)\n",
        f'"""Return."""\nprint("passed")\n"""{DOC}"""',
        WHOLE.replace("    if", "    return 0.5\n    if", 1),
        WHOLE.replace("/ whole", "// whole"),
        WHOLE.replace("whole=1", "whole=2"),
        WHOLE.replace('    """\n    if', '    """; import os\n    if'),
    ],
    "no_answer": ["", CODE_OF, '""" """', '"""One""" """ and """ two'],
    "output": [f'"""{DOC}{"x" * 20_001}"""'],
    "wrong_answer": [
        DOC.replace("    whole: The whole.\n", ""),
        DOC.replace("    whole: The whole.\n", "    whole:\n"),
        DOC.replace("    whole: The whole.\n", "    whole: The whole.\n    rest: Whatever.\n"),
        DOC.replace("Returns:\n    The quotient.\n", ""),
        DOC.replace("ZeroDivisionError:", "ValueError:"),
        DOC.replace("Raises:\n    ZeroDivisionError: If there is nothing.\n", ""),
        DOC.replace("0.5", "0.6"),
        DOC.replace(">>> ratio(1, 2)\n    0.5", ">>> 1\n    1"),
        DOC.replace(">>> ratio(1, 2)\n    0.5", ">>> if False: ratio(1, 2)\n    >>> 1\n    1"),
        DOC.replace(">>> ratio(1, 2)\n    0.5", ">>> (lambda: ratio(1, 2)) and 0.5\n    0.5"),
        DOC.replace(">>> ratio(1, 2)\n    0.5", ">>> ratio(1, 2)"),
        DOC.replace(">>> ratio(1, 2)", ">>> ratio(1, 2)  # doctest: +SKIP"),
        DOC.replace(">>> ratio(1, 2)", ">>> ratio = lambda *_: 0.5\n    >>> ratio(1, 2)"),
        DOC.replace(">>> ratio(1, 2)\n    0.5", ">>> globals().update(ratio=lambda *_: 7)\n    >>> ratio(1, 2)\n    7"),
        DOC.replace(
            ">>> ratio(1, 2)\n    0.5", ">>> ratio.__code__ = (lambda *_: 7).__code__\n    >>> ratio(1)\n    7"
        ),
        DOC.replace("0.5", "0.5\n    >>> import sys; print(sys._getframe(1).f_locals['wanted'])\n    7"),
        DOC.replace(">>> ratio(1, 2)", ">>> import os; os._exit(0)\n    >>> ratio(1, 2)"),
        DOC.replace(">>> ratio(1, 2)", ">>> raise SystemExit\n    >>> ratio(1, 2)"),
        DOC.replace(">>> ratio(1, 2)", ">>> import sys; sys.exit()\n    >>> ratio(1, 2)"),
        "A share.\n\n>>> ratio(1)\n1.0\n\n:param part: x\n:param whole: y\n:returns: z\n:raises ZeroDivisionError: w",
        ":" * 5000,
        "Args:\n" + "    a: b\n" * 2000,
        "x\n" + "-" * 8000,
    ],
}


@pytest.mark.parametrize("outcome", ANSWERS)
def test_docstrings_and_what_pretends_to_be_one(outcome: str, load: Load, tools: SandboxTools) -> None:
    row = {"entry_point": "ratio", "code": CODE_OF, "style": "google"}
    (problem,) = load(PYTHON_DOCSTRING_GENERATION, row)
    for answer in ANSWERS[outcome]:
        score = scored(PYTHON_DOCSTRING_GENERATION, problem, answer, tools)
        assert score.outcome == outcome, (answer[:300], score.detail)
        assert outcome == "passed" or score.detail
        assert score.measures.keys() == {"style", "summary", "parameters", "returns", "raises", "examples"}


DECORATED = """
import functools

class kept:
    def __init__(self, function):
        self.function = function
    def __call__(self, *given):
        return self.function(*given)

def several(n, seen=[]):
    seen.append(n)
    if n < 0:
        raise ValueError(n)
    return len(seen)
"""


@pytest.mark.parametrize(
    ("decorator", "shown", "passes"),
    [
        ("", ">>> several(1)\n2", False),
        ("", ">>> several(1)\n1\n>>> several(2)\n2", True),
        (
            "",
            ">>> several(-1)  # doctest: +IGNORE_EXCEPTION_DETAIL\nTraceback (most recent call last):\nValueError: x",
            True,
        ),
        (
            "",
            ">>> several(-1)  # doctest: +IGNORE_EXCEPTION_DETAIL\nTraceback (most recent call last):\nKeyError: x",
            False,
        ),
        ("", ">>> several.__defaults__ = ([1],)\n>>> several(1)\n2", False),
        ("", ">>> import sys; sys.displayhook = lambda _: print(9)\n>>> several(1)\n9", False),
        ("", ">>> import builtins\n>>> builtins.len = lambda _: 9\n>>> several(1)\n9", False),
        (
            "",
            ">>> import mimetypes, decimal\n>>> mimetypes.guess_type('x.py')[0]\n'text/x-python'\n>>> several(1)\n1",
            True,
        ),
        ("kept", ">>> several(1)\n1", True),
        ("kept", ">>> 1\n1", False),
        ("functools.partial", ">>> 1\n1", False),
        ("functools.singledispatch", ">>> several(1)\n1", True),
    ],
)
def test_an_example_calls_the_function_as_its_decorators_have_it(
    decorator: str, shown: str, passes: bool, load: Load, tools: SandboxTools
) -> None:
    code = DECORATED.replace("def several", f"@{decorator}\ndef several" if decorator else "def several")
    row = {"entry_point": "several", "code": code, "style": "google", "raises": ["ValueError"]}
    (problem,) = load(PYTHON_DOCSTRING_GENERATION, row)
    assert tools.run(problem, problem.canonical_solution).passed
    measures = scored(PYTHON_DOCSTRING_GENERATION, problem, f'"""How many.\n\n{shown}\n"""', tools).measures
    assert measures["examples"] == passes


def test_each_part_of_a_docstring_is_a_measure(load: Load, tools: SandboxTools) -> None:
    row = {"entry_point": "ratio", "code": CODE_OF, "style": "google"}
    (problem,) = load(PYTHON_DOCSTRING_GENERATION, row)
    answer = DOC.replace("ZeroDivisionError:", "ValueError:").replace("0.5", "1.5")
    measures = scored(PYTHON_DOCSTRING_GENERATION, problem, answer, tools).measures
    assert [part for part, value in measures.items() if not value] == ["raises", "examples"]


VALUES = ['"quoted" \\ and $x {y}', "tab\tline\nfeed", "é € 🙂 \x01\x7f", ""]
CARRIED = {
    "source_language": "python",
    "entry_point": "same",
    "code": "def same(text: str, lists: list[list[str]], big: int, yes: bool) -> list[list[str]]:\n    return lists\n",
    "inputs": [["", [VALUES, [], [value]], 2**53 - 1, True] for value in VALUES],
    "outputs": [[VALUES, [], [value]] for value in VALUES],
}


def test_values_are_carried_over_as_they_are(load: Load) -> None:
    if reason := lacking("javascript"):
        pytest.skip(reason)
    row = {**CARRIED, "language": "js", "canonical_solution": "  return lists;"}
    (problem,) = load(PYTHON_CODE_TRANSLATION, row)
    right = reference(problem)
    wrong = right.replace("return lists", "return lists.slice(1)")
    with closing(ProgramRunner(languages()["javascript"], SandboxChoice())) as runner:
        assert runner.check(problem, right, 5.0).cause == "passed"
        assert runner.check(problem, wrong, 5.0).cause == "wrong_answer"
    asked = PYTHON_CODE_TRANSLATION.prompt(problem)
    assert isinstance(asked, Prompt)
    assert problem.stub.strip() in asked.turns[0]
    assert asked.text.endswith(problem.stub)


@pytest.mark.parametrize(
    ("language", "first", "third"),
    [
        ("java", r'"\"quoted\" \\ and $x {y}"', r'"\u00e9 \u20ac \ud83d\ude42 \u0001\u007f"'),
        ("cpp", r'std::string("\"quoted\" \\ and $x {y}")', r'"\303\251 \342\202\254 \360\237\231\202 \001\177"'),
        ("go", r'"\"quoted\" \\ and $x {y}"', r'"\303\251 \342\202\254 \360\237\231\202 \001\177"'),
        ("rust", r'"\"quoted\" \\ and $x {y}".to_string()', r'"\u{e9} \u{20ac} \u{1f642} \u{1}\u{7f}".to_string()'),
    ],
)
def test_texts_are_written_as_each_language_has_them(language: str, first: str, third: str, load: Load) -> None:
    (problem,) = load(PYTHON_CODE_TRANSLATION, {**CARRIED, "language": language})
    assert first in problem.test
    assert third in problem.test
    assert "9007199254740991" in problem.test


def test_there_is_a_way_to_each_language_that_is_shipped() -> None:
    assert {one.language for suite, one in PROBLEMS.values() if suite is PYTHON_CODE_TRANSLATION} == {
        "python",
        *TONGUES,
    }


def test_a_file_has_rows_for_several_suites_and_each_takes_its_own(tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    rows = [{"task": task, **row} for task, row in ROWS.items()] + [{"prompt": "Say hello."}]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    for suite in SUITES:
        dataset = suite.load(DataRequest(dataset=str(path)))
        assert len(dataset.problems) == 1
        assert dataset.variant == "all"
    assert [problem.prompt for problem in DATASET.load(DataRequest(dataset=str(path))).problems] == ["Say hello."]
    path.write_text(json.dumps(rows[-1]))
    for suite in SUITES:
        with pytest.raises(DataAbsent, match=f"no row whose field 'task' is '{suite.name}'"):
            suite.load(DataRequest(dataset=str(path)))
    path.write_text(json.dumps(rows[0]))
    with pytest.raises(DataAbsent, match="rows of the Python tasks only"):
        DATASET.load(DataRequest(dataset=str(path)))


FAULTS: list[tuple[str, dict[str, Any], str]] = [
    ("python_code_completion", {"prompt": "Double it."}, "'prompt' is not code that begins twice"),
    ("python_code_completion", {"prompt": ""}, "'prompt' is empty"),
    ("python_code_completion", {"inputs": None}, "there are no tests|'outputs'"),
    ("python_code_completion", {"outputs": [4]}, "lists of one length"),
    ("python_code_completion", {"inputs": [2, 5]}, "not a list of arguments"),
    ("python_code_completion", {"entry_point": None}, "names no function"),
    (
        "python_code_completion",
        {"difficulty": "trivial"},
        "'difficulty' is 'trivial', and not one of easy, medium, hard",
    ),
    ("python_code_completion", {"language": "rust"}, "'language' is 'rust'"),
    ("python_code_completion", {"task_id": True}, "'task_id' is not a text or a whole number"),
    ("python_function_generation", {"prompt": "def twice(n):\n    ..."}, "'prompt' is code"),
    ("python_code_repair", {"broken_solution": None}, "'broken_solution' is missing"),
    ("python_code_repair", {"broken_solution": GOOD}, "the same as 'canonical_solution'"),
    ("python_code_repair", {"broken_solution": 7}, "'broken_solution' is not a text"),
    ("python_docstring_generation", {"code": None}, "'code' is missing"),
    ("python_docstring_generation", {"code": "def twice("}, "'code' is not Python"),
    ("python_docstring_generation", {"code": "def thrice(): ...\n"}, "'code' defines no function 'twice'"),
    ("python_docstring_generation", {"style": "javadoc"}, "'style' is 'javadoc', and not one of google, numpy, rest"),
    ("python_docstring_generation", {"code": "def twice(e):\n    raise e\n"}, "raises what is not seen"),
    ("python_docstring_generation", {"canonical_solution": GOOD}, "'canonical_solution' has no docstring"),
    ("python_docstring_generation", {"canonical_solution": 'def twice(n):\n    """x"""\n'}, "no example calls twice"),
    ("python_code_translation", {"source_language": "cobol"}, "'source_language' is 'cobol'"),
    ("python_code_translation", {"source_language": "python"}, "has to be Python, and the other not"),
    ("python_code_translation", {"language": "go"}, "has to be Python, and the other not"),
    (
        "python_code_translation",
        {"source_language": "python", "language": "go", "code": GOOD},
        "'code' has no type where",
    ),
    ("python_code_translation", {"source_language": "python", "language": "ruby", "code": GOOD}, "give 'test' instead"),
    (
        "python_code_translation",
        {"source_language": "python", "language": "go", "code": "def twice(n: str) -> int: ...\n"},
        "call 1: 2 is not of the type",
    ),
    (
        "python_code_translation",
        {"source_language": "python", "language": "go", "code": "def twice(n: int, m: int) -> int: ...\n"},
        "call 1: twice takes 2 arguments",
    ),
]


@pytest.mark.parametrize(("task", "change", "said"), FAULTS)
def test_a_malformed_row_is_named(task: str, change: dict[str, Any], said: str, load: Load) -> None:
    suite = next(suite for suite in SUITES if suite.name == task)
    load(suite, ROWS[task])
    with pytest.raises(DatasetError, match=rf"mine\.jsonl, line 2: .*(?:{said})"):
        load(suite, {**ROWS[task], "task_id": "first"}, {**ROWS[task], **change})


def test_what_is_raised_and_caught_is_not_to_be_documented(load: Load) -> None:
    from pytest_codeeval.scoring.docstrings.task import DocstringTask

    code = """
def twice(n, *rest, key=None, **more):
    def inner():
        raise MemoryError
    try:
        raise KeyError(n)
    except LookupError:
        raise
    finally:
        if n:
            raise errors.OddError("x") from None
    try:
        raise FileNotFoundError
    except OSError:
        yield n
"""
    (problem,) = load(PYTHON_DOCSTRING_GENERATION, {"entry_point": "twice", "code": code})
    task = DocstringTask.of(problem)
    assert (task.parameters, task.returns) == (("n", "rest", "key", "more"), True)
    assert task.raises == {"LookupError", "OddError"}
    given = replace(problem, extra={**problem.extra, "raises": ["OddError"]})
    assert DocstringTask.of(given).raises == {"OddError"}
