"""starter-general: 57 problems of this project's own, a few of each kind of answer that is no program."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from string import ascii_uppercase
from typing import Any

from pytest_codeeval.benchmarks import bfcl, cruxeval
from pytest_codeeval.benchmarks.choices import scored_prompt
from pytest_codeeval.benchmarks.source import Row, rows_from_bytes
from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.metric import Mean
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.scorer import Scorer, Tools
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.scoring.calls.scorer import CallsScorer
from pytest_codeeval.scoring.choice import ChoiceScorer
from pytest_codeeval.scoring.instructions.scorer import InstructionScorer
from pytest_codeeval.scoring.jsonanswer import JsonScorer
from pytest_codeeval.scoring.judge import JudgeScorer
from pytest_codeeval.scoring.likelihood import LikelihoodScorer
from pytest_codeeval.scoring.number import NumberScorer
from pytest_codeeval.scoring.prediction.scorer import PredictionScorer

_SCORERS: Mapping[str, Scorer] = {
    "number": NumberScorer(),
    "choice": ChoiceScorer(),
    "judge": JudgeScorer(),
    "instructions": InstructionScorer(),
    "calls": CallsScorer(),
    "prediction": PredictionScorer(),
    "json": JsonScorer(exact=True),
}
_FIELDS = {
    "choice": ("choices",),
    "judge": ("turns", "keywords", "reference", "rubric"),
    "instructions": ("instructions",),
    "calls": ("functions", "calls"),
    "json": ("schema",),
}
"""What a row of each kind has of its own, beside a prompt and the right answer."""

# What each category is there to try: a system prompt, examples as turns, settings of its own.
_SYSTEMS = {"money": "You keep the books of a small shop. Work to the cent, and check every sum before you name it."}
_EXAMPLES = {
    "parts": (
        (
            "A bag of flour is two thirds full. Half of the flour is baked. What fraction of the bag is full now?",
            "Half of 2/3 is 1/3, so 2/3 - 1/3 = 1/3 is left.\nAnswer: 1/3",
        ),
        (
            "A walker covers 4.5 kilometres in an hour. How many kilometres does she cover in 40 minutes?",
            "40 minutes are 2/3 of an hour, and 2/3 of 4.5 is 3.\nAnswer: 3",
        ),
    )
}
_SAMPLING = {"writing": {"temperature": 0.7}, "explanation": {"temperature": 0.1}, "planning": {"temperature": 0.0}}


class ByKind(Scorer):
    """Hands each problem to the scorer of its kind, which is what `extra["kind"]` says."""

    metrics = (Mean("accuracy"),)

    def __init__(self, scorers: Mapping[str, Scorer]) -> None:
        self._scorers = scorers
        self.judged = any(scorer.judged for scorer in scorers.values())

    def for_problem(self, problem: Problem) -> Scorer:
        """Return the scorer of one problem, which also says whether that one is judged."""
        return self._scorers[problem.extra["kind"]]

    def score(self, problem: Problem, completions: Sequence[Completion], tools: Tools) -> Score:
        """Return the score that the scorer of the problem's kind gives."""
        return self.for_problem(problem).score(problem, completions, tools)

    def reference(self, problem: Problem) -> str:
        """Return the right answer as the scorer of the problem's kind words it."""
        return self.for_problem(problem).reference(problem)

    def right_answers(self, problem: Problem) -> Mapping[str, str | tuple[str, ...]]:
        """Return the right answers of the problem's kind."""
        return self.for_problem(problem).right_answers(problem)

    def wrong_answers(self, problem: Problem) -> Mapping[str, str | tuple[str, ...]]:
        """Return the wrong answers of the problem's kind."""
        return self.for_problem(problem).wrong_answers(problem)


def load(_request: DataRequest) -> Dataset:
    """Load the problems from the package; nothing of the request matters."""
    rows = rows_from_bytes(files(__package__).joinpath("starter_general.jsonl").read_bytes(), "starter_general.jsonl")
    problems = tuple(map(_problem, rows.rows))
    parts: dict[str, tuple[str, ...]] = {}
    for problem in problems:
        parts[_part(problem)] = (*parts.get(_part(problem), ()), problem.task_id)
    return Dataset(problems, rows.sha256, "package", parts=parts)


def _part(problem: Problem) -> str:
    """Return the kind of a problem, which is shown apart if it is to be answered by no call: that has no stages."""
    kind = str(problem.extra["kind"])
    return kind if problem.extra.get("calls", True) else "irrelevance"


def _problem(row: Row) -> Problem:
    kind, category = row.text("kind"), row.text("category")
    extra: dict[str, Any] = {"kind": kind, "category": category}
    if kind == "prediction":
        found = cruxeval.problem_of(row, row.text("mode"), "task_id")
        return replace(found, extra={**extra, **found.extra})
    extra |= {name: row.fields[name] for name in _FIELDS.get(kind, ())}
    if kind == "calls":
        extra |= {"language": "python", "system": ""}
    asked = extra["turns"][0] if kind == "judge" else row.text("prompt")
    return Problem(row.text("task_id"), asked, extra=extra, target=row.text("target", required=False))


def prompt(problem: Problem) -> Prompt:
    """Put a problem to a model in the way of its kind and category.

    What is neither a number, a choice nor a prediction is asked for in a chat only.
    """
    match problem.extra["kind"]:
        case "judge":
            return Prompt(tuple(problem.extra["turns"]), sampling=_SAMPLING[problem.extra["category"]])
        case "choice":
            return _choice(problem)
        case "calls":
            return bfcl.prompt(problem)
        case "prediction":
            return replace(cruxeval.prompt(problem, problem.extra["mode"]), sampling={})
        case "json":
            return Prompt((_asking_for_json(problem),))
        case "instructions":
            return Prompt((problem.prompt,))
    return _number(problem)


def _number(problem: Problem) -> Prompt:
    category = problem.extra["category"]
    examples = _EXAMPLES.get(category, ())
    return Prompt(
        (_asking_for_number(problem.prompt),),
        system=_SYSTEMS.get(category, ""),
        examples=tuple((_asking_for_number(question), answer) for question, answer in examples),
        text="".join(f"Problem: {question}\nSolution: {answer}\n\n" for question, answer in _EXAMPLES["parts"])
        + f"Problem: {problem.prompt}\nSolution:",
        stop=("\nProblem:",),
    )


def _asking_for_number(question: str) -> str:
    return f'{question}\n\nWork it out step by step. End with a line "Answer: N", where N is the number without a unit.'


def _asking_for_json(problem: Problem) -> str:
    schema = json.dumps(problem.extra["schema"], ensure_ascii=False)
    return (
        f"{problem.prompt}\n\nAnswer with one JSON object that is as the JSON Schema below says, and write nothing "
        f"else: no words, and no fence around it.\n\n{schema}"
    )


def _choice(problem: Problem) -> Prompt:
    choices = problem.extra["choices"]
    listed = "\n".join(f"{letter}) {choice}" for letter, choice in zip(ascii_uppercase, choices, strict=False))
    asked = f"{problem.prompt}\n\n{listed}"
    return Prompt(
        (f'{asked}\n\nExactly one is right. End with a line "ANSWER: X", where X is its letter.',),
        text=f"Question: {asked}\nAnswer:",
        stop=("\n",),
    )


def load_choices(request: DataRequest) -> Dataset:
    """Load the problems that have choices, which are those that can be scored by log-likelihood."""
    whole = load(request)
    return replace(whole, problems=tuple(one for one in whole.problems if one.extra["kind"] == "choice"), parts={})


def scored(problem: Problem) -> Prompt:
    """Ask how likely each choice is."""
    return scored_prompt(problem, f"Question: {problem.prompt}\nAnswer:")


_IN_WORDS = Suite(
    "starter-general",
    load,
    prompt,
    scorer=ByKind(_SCORERS),
)
STARTER_GENERAL = replace(
    _IN_WORDS,
    scored=replace(
        _IN_WORDS,
        load=load_choices,
        prompt=scored,
        scorer=LikelihoodScorer(),
        note="by log-likelihood: its 12 problems that have choices",
    ),
)
