"""ARC (Clark et al., 2018): questions of school science with their choices, 1,172 hard ones and 2,376 easy ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from pytest_codeeval.benchmarks.choices import (
    Example,
    choice_problem,
    example_problems,
    letter_prompt,
    scored_prompt,
)
from pytest_codeeval.benchmarks.shots import Examples, with_shots
from pytest_codeeval.benchmarks.source import (
    Row,
    Rows,
    local_file,
    published_rows,
    rows_from_file,
    rows_from_hub_if_there,
)
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.scoring.choice import ChoiceScorer
from pytest_codeeval.scoring.likelihood import LikelihoodScorer

_FILES = {
    "ARC-Challenge": ("arc/arc_challenge.jsonl", "arc/arc_challenge.jsonl.gz"),
    "ARC-Easy": ("arc/arc_easy.jsonl.gz", "arc/arc_easy.jsonl"),
}
_TRAINING = {
    "ARC-Challenge": ("arc/arc_challenge_train.jsonl", "arc/arc_challenge_train.jsonl.gz"),
    "ARC-Easy": ("arc/arc_easy_train.jsonl", "arc/arc_easy_train.jsonl.gz"),
}
_HUB = "allenai/ai2_arc"
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


def load(request: DataRequest, part: str, *, scored: bool = False) -> Dataset:
    """Load the test questions of a part from the data folder, else from the hub; to be answered, or to be `scored`.

    Raises DataAbsent where neither has it, DatasetError where a row is malformed.
    """
    rows = _rows(request, part)
    dataset = Dataset(_problems(rows, part, scored=scored), rows.sha256, rows.source)
    return with_shots(dataset, request.shots, _examples(request, part), _context) if request.shots else dataset


def _rows(request: DataRequest, part: str) -> Rows:
    return published_rows(request.data_dir, _FILES[part], (_HUB, part, "test"), part, part.lower())


def _examples(request: DataRequest, part: str) -> Examples:
    """Return questions of the training part, from where the test questions are; else those of this project."""
    file = _TRAINING[part][0]
    if (path := local_file(request.data_dir, *_TRAINING[part])) is not None:
        return Examples(_problems(rows_from_file(path), part, scored=True), path.name, file)
    if local_file(request.data_dir, *_FILES[part]) is None:
        rows = rows_from_hub_if_there(_HUB, part, ("train",), f"{file} was not found")
        return Examples(_problems(rows, part, scored=True), "training part", file)
    return Examples(example_problems(_EXAMPLES), "this project's own", file)


def _problems(rows: Rows, part: str, *, scored: bool) -> tuple[Problem, ...]:
    return tuple(_problem(row, f"{part}/{number}", scored=scored) for number, row in enumerate(rows.rows))


def _problem(row: Row, task_id: str, *, scored: bool) -> Problem:
    if "query" not in row.fields:
        return _problem_of_hub(row, task_id, scored=scored)
    gold = row.fields.get("gold")
    if not isinstance(gold, int) or isinstance(gold, bool):
        raise DatasetError(f"{row.where}: field 'gold' is not a whole number")
    question = row.text("query").strip().removeprefix(_HEAD).strip()
    return choice_problem(row, task_id, question, row.texts("choices"), gold, scored=scored)


def _problem_of_hub(row: Row, task_id: str, *, scored: bool) -> Problem:
    """Return the problem of a row with its original id and labels, which are letters or digits."""
    question, key, own_id = row.text("question"), row.text("answerKey"), row.text("id", required=False)
    choices = row.fields.get("choices")
    if not isinstance(choices, Mapping):
        raise DatasetError(f"{row.where}: field 'choices' is not an object")
    inner = Row(f"{row.where}, 'choices'", choices)
    labels = inner.texts("label")
    if key not in labels:
        raise DatasetError(f"{row.where}: field 'answerKey' is {key!r}, which is not among the labels")
    question = question if scored else question.strip()
    return choice_problem(row, task_id, question, inner.texts("text"), labels.index(key), scored=scored, id=own_id)


def prompt(problem: Problem) -> Prompt:
    """Ask for a letter."""
    return letter_prompt(problem, "Answer this question by choosing one of the choices.", _EXAMPLES)


def scored(problem: Problem) -> Prompt:
    """Ask how likely each choice is, in the words of lm-eval."""
    return scored_prompt(problem, _context(problem))


def _context(problem: Problem) -> str:
    return f"{_HEAD} {problem.prompt}\nAnswer:"


def _suite(name: str, part: str, *aliases: str, published: str) -> Suite:
    by_letter = Suite(
        name,
        partial(load, part=part),
        prompt,
        language="",
        aliases=(*aliases, ""),
        splits=("test",),
        scorer=ChoiceScorer(),
        note=_NOTE,
    )
    by_likelihood = replace(
        by_letter,
        load=partial(load, part=part, scored=True),
        prompt=scored,
        scorer=LikelihoodScorer(),
        note=f"by log-likelihood; {published}",
    )
    return replace(by_letter, scored=by_likelihood)


ARC_CHALLENGE = _suite(
    "arc-challenge",
    "ARC-Challenge",
    "arc_challenge",
    "arc_challenge_chat",
    published="figures of leaderboards are acc_norm with 25 shots",
)
ARC_EASY = _suite("arc-easy", "ARC-Easy", "arc_easy", published="published figures have no shots")
