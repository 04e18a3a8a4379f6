"""HellaSwag (Zellers et al., 2019): everyday scenes that break off, each with four endings of which one is right."""

from __future__ import annotations

import re
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
from pytest_codeeval.scoring.likelihood import ACC_NORM, LikelihoodScorer

_FILES = ("hellaswag/hellaswag_val_1000.jsonl.gz", "hellaswag/hellaswag_val_1000.jsonl")
_TRAINING = ("hellaswag/hellaswag_train.jsonl.gz", "hellaswag/hellaswag_train.jsonl")
_HUB = "Rowan/hellaswag"
_MARK = re.compile(r"\[[^\[\]]*\]")

_EXAMPLES: tuple[Example, ...] = (
    (
        "Baking bread: A woman mixes flour, water and yeast in a bowl. She",
        (
            "throws the bowl into a river and swims after it.",
            "kneads the dough and leaves it to rise under a cloth.",
            "paints the flour blue and hangs it on the wall.",
            "drives the bowl to the top of a mountain.",
        ),
        "B",
    ),
    (
        "Washing a car: A man sprays his car with a hose and takes a sponge out of a bucket. He",
        (
            "puts the sponge into his mouth and plays the drums.",
            "climbs a tree and throws the car to his friend.",
            "sits down and reads the hose a story.",
            "rubs the doors with the sponge and rinses off the foam.",
        ),
        "D",
    ),
    (
        "Playing tennis: A girl stands behind the line and bounces a ball twice. Then she",
        (
            "throws the ball up and hits it over the net.",
            "eats the ball with a fork and a knife.",
            "folds the net and mails it to her aunt.",
            "plants the ball and waters it until it blooms.",
        ),
        "A",
    ),
)


def load(request: DataRequest, *, scored: bool = False) -> Dataset:
    """Load validation rows from the data folder, else all of them from the hub; to be answered, or to be `scored`.

    Raises DataAbsent where neither has them, DatasetError where a row is malformed.
    """
    rows = _rows(request)
    dataset = Dataset(_problems(rows, scored=scored), rows.sha256, rows.source)
    return with_shots(dataset, request.shots, _examples(request), _context) if request.shots else dataset


def _rows(request: DataRequest) -> Rows:
    return published_rows(request.data_dir, _FILES, (_HUB, None, "validation"), "HellaSwag", "hellaswag")


def _examples(request: DataRequest) -> Examples:
    """Return scenes of the training part, from where the others are; else those of this project."""
    if (path := local_file(request.data_dir, *_TRAINING)) is not None:
        return Examples(_problems(rows_from_file(path), scored=True), path.name, _TRAINING[0])
    if local_file(request.data_dir, *_FILES) is None:
        rows = rows_from_hub_if_there(_HUB, None, ("train",), f"{_TRAINING[0]} was not found")
        return Examples(_problems(rows, scored=True), "training part", _TRAINING[0])
    return Examples(example_problems(_EXAMPLES), "this project's own", _TRAINING[0])


def _problems(rows: Rows, *, scored: bool) -> tuple[Problem, ...]:
    return tuple(_problem(row, number, scored=scored) for number, row in enumerate(rows.rows))


def _problem(row: Row, number: int, *, scored: bool) -> Problem:
    label = str(row.fields.get("label"))  # a number here, a text on the hub
    if not re.fullmatch("[0-9]", label):
        raise DatasetError(f"{row.where}: field 'label' is no place of an ending")
    second = row.text("ctx_b", required=False)
    scene = cleaned(f"{row.text('activity_label')}: {row.text('ctx_a')} {second.capitalize()}")
    endings = [cleaned(ending) for ending in row.texts("endings")]
    own = row.text("source_id", required=False)
    scene = scene if scored else scene.strip()
    return choice_problem(row, f"HellaSwag/{number}", scene, endings, int(label), scored=scored, source_id=own)


def cleaned(text: str) -> str:
    """Return a text without the marks of the pages that it was taken from, as published harnesses do it."""
    text = text.strip().replace(" [title]", ". ")
    return _MARK.sub("", text).replace("  ", " ")


def prompt(problem: Problem) -> Prompt:
    """Ask for the letter of an ending."""
    return letter_prompt(problem, "Which of the endings is the most likely one for this text?", _EXAMPLES)


def scored(problem: Problem) -> Prompt:
    """Ask how likely each ending is, in the words of lm-eval."""
    return scored_prompt(problem, _context(problem))


def _context(problem: Problem) -> str:
    return problem.prompt


_BY_LETTER = Suite(
    "hellaswag",
    load,
    prompt,
    language="",
    aliases=("",),
    splits=("validation",),
    scorer=ChoiceScorer(),
    note="by letter: not to be compared with published figures, which are of log-likelihoods",
)
HELLASWAG = replace(
    _BY_LETTER,
    scored=replace(
        _BY_LETTER,
        load=partial(load, scored=True),
        prompt=scored,
        scorer=LikelihoodScorer(ACC_NORM),
        note="by log-likelihood; published figures are acc_norm, of all 10,042 problems",
    ),
)
