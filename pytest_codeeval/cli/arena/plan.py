"""Plan: which models may meet over which questions, how many battles there may be, and which were planned."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_codeeval.config.addresses import first_address
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.jsonl import read_bytes, replace_file, rows_of
from pytest_codeeval.core.places import data_folder
from pytest_codeeval.core.problem import DataRequest
from pytest_codeeval.core.text import counted
from pytest_codeeval.results.rating.battle import Battle, models_of, read_battles
from pytest_codeeval.results.rating.games import settled
from pytest_codeeval.results.rating.intervals import intervals_of

if TYPE_CHECKING:
    from pytest_codeeval.cli.arena.words import Words
    from pytest_codeeval.config.jobfile import JobFile

_PLAN = "arena_pairs.jsonl"

Bout = tuple[str, str, str]
"""A question, and two models in the order of their names."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Who may be set against whom over what, the bounds of that, and the folder in which it is kept.

    What was planned stands in a file there, so that a run that was stopped goes on where it was. `suite` is the name
    that the questions have in results.
    """

    players: tuple[str, ...]
    questions: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    battles: int | None
    until_ci: float | None
    folder: Path
    suite: str

    @property
    def path(self) -> Path:
        """The file of the battles that are planned."""
        return self.folder / _PLAN

    @property
    def most(self) -> int:
        """How many battles there may be."""
        whole = len(self.pairs) * len(self.questions)
        return whole if self.battles is None else min(whole, self.battles)

    def planned(self) -> list[Bout]:
        """Return what was planned before, as far as it is of these players and questions."""
        if not self.path.is_file():
            return []
        rows = [row for _, row in rows_of(read_bytes(self.path), str(self.path))]
        found = [(str(row.get("question_id")), str(row.get("model_a")), str(row.get("model_b"))) for row in rows]
        questions, pairs = {*self.questions}, {*self.pairs}
        kept = [(task, one, other) for task, one, other in found if task in questions and (one, other) in pairs]
        return list(dict.fromkeys(kept))

    def write(self, bouts: Sequence[Bout]) -> None:
        """Keep what is planned. Raises UsageError or StorageError where that cannot be done."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{str(self.folder)!r} cannot be made ({error.strerror}); name another.") from None
        rows = ({"question_id": task, "model_a": one, "model_b": other} for task, one, other in bouts)
        replace_file(self.path, "".join(f"{json.dumps(row)}\n" for row in rows).encode())

    def decided(self) -> list[Battle]:
        """Return the battles that have been decided, both games of each being one."""
        path = self.folder / f"battles_{self.suite}.jsonl"
        games = read_battles(path) if path.is_file() else []
        kind = f"{str.__name__} "  # of their questions, which are told apart by it
        return settled([replace(game, question=game.question.removeprefix(kind)) for game in games])

    def over(self, planned: Sequence[Bout], decided: Sequence[Battle]) -> str:
        """Return why there is nothing more to play, an empty text if there is."""
        if self.until_ci is not None:
            intervals = intervals_of(decided)
            ends = intervals.ends
            widths = [(high - low) / 2 for low, high in ends.values()]
            all_known = set(self.players) <= set(models_of(decided)) & set(ends)
            if all_known and intervals.reliable and max(widths) <= self.until_ci:
                return (
                    f"all intervals reach {max(widths):.0f} points to each side at most, after {len(decided)} battles"
                )
        if len(planned) < self.most:
            return ""
        more = "more were not asked for" if len(planned) == self.battles else "there are no more"
        return f"{len(decided)} of {counted(len(planned), 'battle')} are decided, and {more}"


def plan_of(file: JobFile, words: Words) -> Plan | None:
    """Return the plan of a file, None where all battles are to be played at once.

    Raises UsageError where there are no two models, and for a baseline that is none of them.
    """
    part = file.job.arena
    battles = words.battles or (part.battles if part else None)
    until_ci = words.until_ci or (part.until_ci if part else None)
    if battles is None and until_ci is None:
        return None
    if words.option("model"):
        raise UsageError("--model does not go with --battles and --until-ci; name all models in the file.")
    players = _players(file, words)
    baseline = words.option("arena-baseline") or (part.baseline if part else None)
    if baseline and baseline not in players:
        raise UsageError(f"the baseline {baseline!r} is none of the models {', '.join(players)}; name one of them.")
    pairs = tuple(pair for pair in combinations(sorted(players), 2) if not baseline or baseline in pair)
    if not pairs:
        raise UsageError("the arena sets models side by side, and fewer than two are named; add one to the file.")
    questions, suite = _questions(file, words)
    return Plan(players, questions, pairs, battles, until_ci, words.results(file), suite)


def _players(file: JobFile, words: Words) -> tuple[str, ...]:
    from pytest_codeeval.generation.modelnames import resolve

    chosen = [name for name in (words.option("models") or "").split(",") if name]
    return tuple(
        model.name or resolve(file.model_name(model), endpoint=first_address(model)).label
        for _, model in file.chosen(chosen)
    )


def _questions(file: JobFile, words: Words) -> tuple[tuple[str, ...], str]:
    from pytest_codeeval.benchmarks import ARENA

    entry = next((one for one in file.suites if one.suite == "arena"), None)
    options, here = file.options(), data_folder()
    data = words.option("data") or options.get("data") or os.environ.get("CODEEVAL_DATA")
    data = data or (here if here and Path(here).is_dir() else None)
    split = (words.option("split") or "").rpartition(":")[2] or (entry.split if entry else None)
    dataset = ARENA.load(DataRequest(data, split, words.option("dataset") or options.get("dataset")))
    limit = words.option("limit") or (entry.limit if entry else None) or file.job.limit
    names = tuple(problem.task_id for problem in dataset.problems)
    return names[: int(limit)] if limit else names, f"arena-{dataset.variant}" if dataset.variant else "arena"
