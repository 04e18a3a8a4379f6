"""ARC (Clark et al., 2018): questions of school science with their choices, 1,172 hard ones and 2,376 easy ones."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from pytest_codeeval.benchmarks.choices import Example, choice_problem, letter_prompt
from pytest_codeeval.benchmarks.source import Row, Rows, lacking, local_file, rows_from_file, rows_from_hub_if_there
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.scoring.choice import ChoiceScorer

_FILES = {
    "ARC-Challenge": ("arc/arc_challenge.jsonl", "arc/arc_challenge.jsonl.gz"),
    "ARC-Easy": ("arc/arc_easy.jsonl.gz", "arc/arc_easy.jsonl"),
}
_HEAD = "Question:"
_NOTE = "by letter: not to be compared with published figures, which are of log-likelihoods"

_EXAMPLES: tuple[Example, ...] = (
    (
        "A puddle on a road is gone after a warm and sunny day. What became of the water?",
        ("It froze.", "It evaporated.", "It turned into oxygen.", "It became part of the road."),
        "B",
    ),
    (
        "Which of these is a source of energy that can be used again and again?",
        ("coal", "natural gas", "oil", "wind"),
        "D",
    ),
    (
        "Which part of a plant takes up most of the water that the plant needs?",
        ("the roots", "the petals", "the seeds", "the bark"),
        "A",
    ),
    (
        "A student tests whether salt lets water boil hotter. What should differ between the two pots?",
        ("the size of the pot", "the kind of stove", "the amount of salt", "the amount of water"),
        "C",
    ),
)


def load(request: DataRequest, part: str) -> Dataset:
    """Load the test questions of a part from the data folder, else from the hub.

    Raises DataAbsent where neither has it, DatasetError where a row is malformed.
    """
    rows = _rows(request, part)
    problems = tuple(_problem(row, f"{part}/{number}") for number, row in enumerate(rows.rows))
    return Dataset(problems, rows.sha256, rows.source)


def _rows(request: DataRequest, part: str) -> Rows:
    files = _FILES[part]
    path = local_file(request.data_dir, *files)
    if path is not None:
        return rows_from_file(path)
    return rows_from_hub_if_there(
        "allenai/ai2_arc", part, ("test",), lacking(part, part.lower(), request.data_dir, files[0])
    )


def _problem(row: Row, task_id: str) -> Problem:
    if "query" not in row.fields:
        return _problem_of_hub(row, task_id)
    gold = row.fields.get("gold")
    if not isinstance(gold, int) or isinstance(gold, bool):
        raise DatasetError(f"{row.where}: field 'gold' is not a whole number")
    question = row.text("query").strip().removeprefix(_HEAD).strip()
    return choice_problem(row, task_id, question, row.texts("choices"), gold)


def _problem_of_hub(row: Row, task_id: str) -> Problem:
    """Return the problem of a row with its original id and labels, which are letters or digits."""
    question, key, own_id = row.text("question"), row.text("answerKey"), row.text("id", required=False)
    choices = row.fields.get("choices")
    if not isinstance(choices, Mapping):
        raise DatasetError(f"{row.where}: field 'choices' is not an object")
    inner = Row(f"{row.where}, 'choices'", choices)
    labels = inner.texts("label")
    if key not in labels:
        raise DatasetError(f"{row.where}: field 'answerKey' is {key!r}, which is not among the labels")
    return choice_problem(row, task_id, question.strip(), inner.texts("text"), labels.index(key), id=own_id)


def prompt(problem: Problem) -> Prompt:
    """Ask for a letter."""
    return letter_prompt(problem, "Answer this question by choosing one of the choices.", _EXAMPLES)


ARC_CHALLENGE = Suite(
    "arc-challenge",
    partial(load, part="ARC-Challenge"),
    prompt,
    language="",
    aliases=("arc_challenge", "arc_challenge_chat", ""),
    splits=("test",),
    scorer=ChoiceScorer(),
    note=_NOTE,
)
ARC_EASY = Suite(
    "arc-easy",
    partial(load, part="ARC-Easy"),
    prompt,
    language="",
    aliases=("arc_easy", ""),
    splits=("test",),
    scorer=ChoiceScorer(),
    note=_NOTE,
)
