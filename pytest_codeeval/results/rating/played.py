"""Played: the games of an arena, as the samples of its models have them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_codeeval.results.rating.battle import STYLES, Battle
from pytest_codeeval.results.results import Results

_NAMES = {1.0: "model_a", 0.0: "model_b", 0.5: "tie"}
_NO_ANSWER = "no answer"


@dataclass(frozen=True, slots=True)
class Game:
    """One game: `first` was shown before `second`, and `won` is what that was worth to it.

    `judges` has the same by judge, `said` their words (of a model: escape them), `why` what decided it without one.
    `apart` says that judges rated each answer by itself, so that none stood first.
    """

    question: str
    first: str
    second: str
    won: float
    judges: Mapping[str, float] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)
    why: str = ""
    styles: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    apart: bool = False

    @property
    def battle(self) -> Battle:
        """The game as ratings are made of it."""
        return Battle(
            self.question, self.first, self.second, self.won, self.styles, self.judges, not self.why, self.apart
        )

    def to_json(self) -> dict[str, Any]:
        """Return a line of battles in FastChat's form, as `read_battles` takes it."""
        both = self.won == 0.5 and self.why == _NO_ANSWER
        about = {
            f"{key.format(side)}": pair[place]
            for name, key in STYLES.items()
            if (pair := self.styles.get(name)) is not None
            for place, side in enumerate("ab")
        }
        return {
            "question_id": self.question,
            "model_a": self.first,
            "model_b": self.second,
            "winner": "tie (bothbad)" if both else _NAMES[self.won],
            "judged": not self.why,
            **({"apart": True} if self.apart else {}),
            "judges": {judge: _NAMES[won] for judge, won in self.judges.items()},
            "conv_metadata": about,
        }


def arenas_of(results: Results) -> list[str]:
    """Return the suites in which models are set side by side."""
    return list(dict.fromkeys(name for run in results.runs for name, about in run.datasets.items() if _is_arena(about)))


def games_of(results: Results, suite: str) -> list[Game]:
    """Return the games of a suite, each once: the items of both models have it.

    One that was about another answer than the one that stands with its model is left out, as it is of an earlier run.
    """
    rows = {(model, task): answer for model, task, answer in _answers(results, suite)}
    found: dict[tuple[str, str, str], Game] = {}
    for (model, task), answer in rows.items():
        for told in _list(answer.get("games")):
            rival = told.get("rival") if isinstance(told, dict) else None
            other = rows.get((str(rival), task))
            if not isinstance(rival, str) or (other is not None and other.get("mark") != told.get("against")):
                continue
            game = _game(task, model, rival, told)
            if game is not None and (game.said or (task, game.first, game.second) not in found):
                found[task, game.first, game.second] = game
    models = [run.model for run in results.runs]
    return sorted(
        (game for game in found.values() if {game.first, game.second} <= {*models}),
        key=lambda game: (_natural(game.question), game.question, game.first, game.second),
    )


def _natural(name: str) -> list[tuple[int, str]]:
    """Return what names are ordered by: a number in one by its size."""
    return [(int(part[:18]), "") if part.isdecimal() else (-1, part) for part in re.split(r"([0-9]+)", name)]


def lines_of(games: Sequence[Game]) -> bytes:
    """Return games as a file of battles."""
    return "".join(f"{json.dumps(game.to_json())}\n" for game in games).encode()


def _answers(results: Results, suite: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for run in results.runs:
        for row in run.samples():
            if row.get("suite") == suite and isinstance(row.get("answer"), dict) and not row.get("sample_index"):
                yield run.model, str(row["task_id"]), row["answer"]


def _game(task: str, model: str, rival: str, told: Mapping[str, Any]) -> Game | None:
    """Return the game that an item tells of from the side of its model, None for what is no game."""
    won, first = told.get("won"), told.get("first")
    if won not in _NAMES or not isinstance(first, bool):
        return None
    judges = {name: float(found) for name, found in _map(told.get("judges")).items() if found in _NAMES}
    said = {name: text for name, text in _map(told.get("said")).items() if isinstance(text, str)}
    styles = {name: (pair[0], pair[1]) for name, pair in _map(told.get("styles")).items() if _is_pair(name, pair)}
    why, apart = str(told.get("why") or ""), told.get("apart") is True
    if first:
        return Game(task, model, rival, float(won), judges, said, why, styles, apart)
    turned = {name: (b, a) for name, (a, b) in styles.items()}
    return Game(
        task, rival, model, 1.0 - won, {name: 1.0 - one for name, one in judges.items()}, said, why, turned, apart
    )


def _is_pair(name: str, pair: object) -> bool:
    return (
        name in STYLES and isinstance(pair, list) and len(pair) == 2 and all(isinstance(n, int | float) for n in pair)
    )


def _is_arena(about: Mapping[str, Any]) -> bool:
    return about.get("battles") is True


def _list(found: object) -> Sequence[Any]:
    return found if isinstance(found, list) else ()


def _map(found: object) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}
