"""Battle: one answer set beside another to the same question, and which was found better."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pytest_codeeval.core.errors import UsageError, nearest
from pytest_codeeval.core.jsonl import read_bytes, rows_of

WINNERS = {"model_a": 1.0, "model_b": 0.0, "tie": 0.5, "tie (bothbad)": 0.5}
"""What a battle is worth to its first model, by FastChat's name for how it ended."""

STYLES = {
    "length": "sum_assistant_{}_tokens",
    "headers": "header_count_{}",
    "lists": "list_count_{}",
    "bold": "bold_count_{}",
}
"""Features of an answer, each with the name that FastChat has for it in a battle of `a` and `b`."""


@dataclass(frozen=True, slots=True)
class Battle:
    """A battle of two models over a question.

    `won` is what it was worth to `first`: 1 for a win, 0.5 for a tie, 0 for a loss. `styles` has for each feature of
    the answers (such as `length`) its value in the first and in the second. `verdicts` says what each judge made it
    worth, where that is known, `judged` whether one was asked: who gave no answer has lost without, and `apart`
    whether each answer was rated by itself, so that none stood first.
    """

    question: str
    first: str
    second: str
    won: float
    styles: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    verdicts: Mapping[str, float] = field(default_factory=dict)
    judged: bool = True
    apart: bool = False


def models_of(battles: Iterable[Battle]) -> list[str]:
    """Return the models, by name."""
    return sorted({name for battle in battles for name in (battle.first, battle.second)})


def read_battles(path: Path) -> list[Battle]:
    """Read battles in FastChat's form, a JSON object a line: `model_a`, `model_b`, `winner`, and `question_id`.

    A line without a question is a question of its own. `conv_metadata` gives styles, `judges` the winner by the name of
    each judge, `judged` whether there was one, `apart` whether it rated each answer by itself, where these are there.
    Raises UsageError for a line that is no battle, DatasetError for one that is no JSON object, or if the file cannot
    be read: a rating of the other lines would be another one.
    """
    rows = rows_of(read_bytes(path), str(path))
    return [_battle(row, place, number) for number, (place, row) in enumerate(rows, 1)]


def _battle(row: Mapping[str, Any], where: str, number: int) -> Battle:
    first, second, winner = row.get("model_a"), row.get("model_b"), row.get("winner")
    for name, model in (("model_a", first), ("model_b", second)):
        if not isinstance(model, str) or not model:
            raise UsageError(f"{where}: {name!r} names no model; each battle needs model_a, model_b and winner.")
    if not isinstance(winner, str) or winner not in WINNERS:
        raise UsageError(
            f"{where}: 'winner' is {winner!r}, which is none of {', '.join(WINNERS)}{nearest(str(winner), WINNERS)}."
        )
    if first == second:
        raise UsageError(f"{where}: {first!r} is set against itself; leave such battles out.")
    question = row.get("question_id")
    about = row.get("conv_metadata")
    return Battle(
        str(number) if question is None else f"{type(question).__name__} {question}",
        str(first),
        str(second),
        WINNERS[winner],
        _styles(about) if isinstance(about, dict) else {},
        _verdicts(row.get("judges"), where),
        row.get("judged") is not False,
        row.get("apart") is True,
    )


def _verdicts(judges: object, where: str) -> dict[str, float]:
    found = judges if isinstance(judges, dict) else {}
    for judge, winner in found.items():
        if not isinstance(winner, str) or winner not in WINNERS:
            raise UsageError(f"{where}: 'judges' has {judge!r} say {winner!r}, which is none of {', '.join(WINNERS)}.")
    return {str(judge): WINNERS[winner] for judge, winner in found.items()}


def _styles(about: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    found = {
        name: (_size(about.get(key.format("a"))), _size(about.get(key.format("b")))) for name, key in STYLES.items()
    }
    return {name: (a, b) for name, (a, b) in found.items() if a is not None and b is not None}


def _size(value: object) -> float | None:
    """A count, or counts by kind."""
    if isinstance(value, dict):
        parts = [_size(part) for part in value.values()]
        return None if None in parts else float(sum(filter(None, parts)))
    known = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e15
    return float(value) if known else None  # type: ignore[arg-type]
