"""Choices: questions with labelled choices, how they are put, and their order changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from pytest_codeeval.benchmarks.source import Row
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.prompt import Prompt

MOST_CHOICES = 26
# The first line is the answer; two of them may come from a chat model that is made to continue text.
_STOP = ("\n\n", "Question:", "</s>", "<|im_end|>")

Example = tuple[str, tuple[str, ...], str]
"""A question with its choices and the right letter."""


def letter(number: int) -> str:
    """Return the label of a choice by its place."""
    return chr(ord("A") + number)


def choice_problem(
    row: Row, task_id: str, question: str, choices: Sequence[str], right: int, *, scored: bool = False, **extra: str
) -> Problem:
    """Return a problem with choices, the right one at a place; blanks around them count only where they are `scored`.

    Raises DatasetError naming the row where the choices or the place cannot be.
    """
    if not 2 <= len(choices) <= MOST_CHOICES or not all(choice.strip() for choice in choices):
        raise DatasetError(f"{row.where}: there are not 2 to {MOST_CHOICES} choices, each with a text")
    if not 0 <= right < len(choices):
        raise DatasetError(f"{row.where}: the right choice is number {right}, counted from 0, of {len(choices)}")
    return Problem(
        task_id=task_id,
        prompt=question,
        language="",
        extra={"choices": [choice if scored else choice.strip() for choice in choices], **extra},
        target=letter(right),
    )


def shuffled(problem: Problem, seed: int) -> Problem:
    """Return a problem with its choices in another order, which follows from the seed and the task id alone."""
    choices = problem.extra["choices"]
    keys = [hashlib.sha256(f"{seed}\0{problem.task_id}\0{number}".encode()).digest() for number in range(len(choices))]
    order = sorted(range(len(choices)), key=keys.__getitem__)
    right = order.index(ord(problem.target) - ord("A"))
    return replace(
        problem, extra={**problem.extra, "choices": [choices[number] for number in order]}, target=letter(right)
    )


def letter_prompt(problem: Problem, ask: str, examples: Sequence[Example]) -> Prompt:
    """Ask for the letter of a choice; a base model is shown examples of the same form before."""
    question = _labelled(problem.prompt, problem.extra["choices"])
    last = letter(len(problem.extra["choices"]) - 1)
    shots = "".join(f"Question: {_labelled(said, choices)}\nANSWER: {right}\n\n" for said, choices, right in examples)
    return Prompt(
        turns=(
            f"{ask}\n\n{question}\n\nEnd your answer with a line `ANSWER: X`, where X is a letter from A to {last}.\n",
        ),
        text=f"{shots}Question: {question}\nANSWER:",
        stop=_STOP,
    )


def scored_prompt(problem: Problem, context: str) -> Prompt:
    """Ask how likely each choice is behind a context, and behind solved examples if there are any."""
    text = problem.extra.get("shots", "") + context
    return Prompt((text,), text=text, continuations=tuple(f" {choice}" for choice in problem.extra["choices"]))


def example_problems(examples: Sequence[Example]) -> tuple[Problem, ...]:
    """Return examples as problems."""
    return tuple(
        Problem(f"example/{number}", question, language="", extra={"choices": list(choices)}, target=right)
        for number, (question, choices, right) in enumerate(examples)
    )


def _labelled(question: str, choices: Sequence[str]) -> str:
    return "\n".join([question, *(f"{letter(number)}) {choice}" for number, choice in enumerate(choices))])
