"""agents: 24 tasks of this project's own to be done with tools, and 24 dialogues in which earlier turns matter."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from pytest_codeeval.benchmarks.desk import TOOLS, desk
from pytest_codeeval.benchmarks.source import Row, rows_from_bytes
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.scoring.dialogue import DialogueScorer
from pytest_codeeval.scoring.tooltask import ToolTaskScorer

_AT_THE_DESK = (
    "You work with tools: a calculator, a table of units, a store of texts under keys, and the calendar of one week. "
    "Do what you are asked with them, and change nothing beyond it. When all is done, end your answer with a line "
    '"Answer: X", where X is nothing but what was asked for; a number stands there without its unit.'
)


def _load(name: str) -> Dataset:
    rows = rows_from_bytes(files(__package__).joinpath(name).read_bytes(), name)
    return Dataset(tuple(_problem(row) for row in rows.rows), rows.sha256, "package")


def _problem(row: Row) -> Problem:
    known = {name: row.fields[name] for name in ("category", "start", "after", "turns", "checks") if name in row.fields}
    extra: dict[str, Any] = {**known, "reference": row.fields["reference"]}
    asked = extra["turns"][0] if "turns" in extra else row.text("prompt")
    return Problem(row.text("task_id"), asked, language="", extra=extra, target=row.text("target", required=False))


def load_tasks(_request: DataRequest) -> Dataset:
    """Load the tasks from the package; nothing of the request matters."""
    return _load("agents_tools.jsonl")


def load_dialogues(_request: DataRequest) -> Dataset:
    """Load the dialogues from the package; nothing of the request matters."""
    return _load("agents_dialogues.jsonl")


def task_prompt(problem: Problem) -> Prompt:
    """Put a task to a model, with all the tools of the desk."""
    return Prompt((problem.prompt,), system=_AT_THE_DESK, tools=TOOLS)


def dialogue_prompt(problem: Problem) -> Prompt:
    """Put a dialogue to a model, turn by turn."""
    return Prompt(tuple(problem.extra["turns"]))


AGENTS_TOOLS = Suite("agents-tools", load_tasks, task_prompt, scorer=ToolTaskScorer(desk))
AGENTS_DIALOGUES = Suite("agents-dialogues", load_dialogues, dialogue_prompt, scorer=DialogueScorer())
