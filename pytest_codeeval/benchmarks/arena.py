"""arena: questions to which the answers of several models are set side by side."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pytest_codeeval.benchmarks import mt_bench, starter_general
from pytest_codeeval.benchmarks.source import Row, rows_from_file, unique
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.scoring.battles import BattleScorer

_MT_BENCH, _STARTER = "mt-bench", "starter"


def load(request: DataRequest) -> Dataset:
    """Load the questions of a file (`dataset`), of MT-Bench (`split`), or those that come with the package.

    Raises DataAbsent where MT-Bench is not here, DatasetError where a row is malformed.
    """
    if request.dataset:
        return _own(request.dataset)
    if request.split == _MT_BENCH:
        return replace(mt_bench.load(request), variant=_MT_BENCH)
    whole = starter_general.load(request)
    return replace(whole, problems=tuple(one for one in whole.problems if one.extra["kind"] == "judge"), parts={})


def prompt(problem: Problem) -> Prompt:
    """Return the turns of a question; the kinds of MT-Bench are asked at its temperatures."""
    if problem.task_id.startswith("MT-Bench/"):
        return mt_bench.prompt(problem)
    if problem.extra.get("kind") == "judge":
        return starter_general.prompt(problem)
    return Prompt(tuple(problem.extra["turns"]))


def _own(name: str) -> Dataset:
    """Load questions in FastChat's form or EvalScope's: `question_id`, and `turns` or `text`."""
    path = Path(name)
    if not path.is_file():
        raise DatasetError(f"--dataset={name}: the arena reads its questions from a file, and there is none; name one.")
    rows = rows_from_file(path)
    problems = tuple(map(_problem, rows.rows))
    unique((problem.task_id, row) for problem, row in zip(problems, rows.rows, strict=True))
    places = {problem.task_id: row.where for problem, row in zip(problems, rows.rows, strict=True)}
    return Dataset(problems, rows.sha256, rows.source, variant="own", places=places)


def _problem(row: Row) -> Problem:
    number = row.fields.get("question_id", row.fields.get("task_id"))
    if not isinstance(number, int | str) or isinstance(number, bool) or not str(number).strip():
        raise DatasetError(f"{row.where}: field 'question_id' is missing; give each question a number or a name")
    turns = row.texts("turns", required=False) or [row.text("text")]
    if not all(turn.strip() for turn in turns):
        raise DatasetError(f"{row.where}: field 'turns' has an empty text in it")
    extra = {
        "turns": turns,
        "category": row.text("category", required=False),
        "reference": _texts(row, "reference"),
        "rubric": row.text("rubric", required=False),
        "keywords": _texts(row, "keywords"),
    }
    return Problem(_task_id(str(number)), turns[0], language="", extra=extra)


def _task_id(number: str) -> str:
    return number if "/" in number else f"Arena/{number}"


def _texts(row: Row, name: str) -> list[str]:
    value = row.fields.get(name)
    return [value] if isinstance(value, str) and value else row.texts(name, required=False)


ARENA = Suite(
    "arena",
    load,
    prompt,
    language="",
    aliases=("mt_bench", "mt-bench", "starter-general", ""),
    splits=(_STARTER, _MT_BENCH),
    scorer=BattleScorer(),
    note="a win rate is against the models of this run, by these judges",
)
