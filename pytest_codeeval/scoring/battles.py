"""BattleScorer: sets the answers of two models side by side and has judges say which is better."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_codeeval.core.completion import Completion, SamplingParams
from pytest_codeeval.core.errors import BackendError, JudgeError, UsageError
from pytest_codeeval.core.match import Match
from pytest_codeeval.core.metric import Mean
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.scorer import Scorer, Tools
from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.scoring.endings import UNFINISHED
from pytest_codeeval.scoring.judge import conversation, references, turn_of
from pytest_codeeval.scoring.judging.asking import JUDGING, Conversation, ask
from pytest_codeeval.scoring.judging.pair import Pair, compare
from pytest_codeeval.scoring.judging.rating import LOWEST, VerdictForm

_EXPLAINED = 1500
"""Characters of each explanation that are kept with one model's score; the whole is in the stored judgment."""
_ALIKE = 0.1
"""What two ratings may differ by and be a tie."""
_WORDS = {1.0: "won", 0.5: "tied", 0.0: "lost"}


@dataclass(frozen=True, slots=True)
class _Said:
    """What one model answered: a text a turn, empty where there is none, and the score that stands for having none.

    `note` says of an answer that it was not brought to its end.
    """

    texts: tuple[str, ...]
    lacking: Score | None
    note: str = ""

    @property
    def silent(self) -> bool:
        return not any(self.texts)

    @property
    def mark(self) -> str:
        """What tells these answers from others."""
        return hashlib.sha256(json.dumps(self.texts).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class _Game:
    """One game from the side of the player: what each judge made it worth, and said; `apart` if it saw one only."""

    first: bool
    won: float
    judges: Mapping[str, float]
    said: Mapping[str, str]
    why: str = ""
    apart: bool = False

    def to_json(self, *, whole: bool) -> dict[str, Any]:
        """Return plain JSON values; what judges said is told by one of both models alone."""
        said = {"said": dict(self.said)} if whole and self.said else {}
        found = {"first": self.first, "won": self.won, "judges": dict(self.judges), **said}
        return {**found, **({"why": self.why} if self.why else {}), **({"apart": True} if self.apart else {})}


class BattleScorer(Scorer):
    """Has each answer set against those of the other models of the run; the score is the share of battles it won.

    Every judgment is asked for by the items of both models, and made once. An item passes if the model has answered:
    who loses has failed at nothing. `Problem.extra` has what a `JudgeScorer` needs.
    """

    judged = True
    battles = True
    metrics = (Mean("win rate", "value"),)

    def __init__(self, *, params: SamplingParams = JUDGING) -> None:
        self.params = params

    def score(self, problem: Problem, completions: Sequence[Completion], tools: Tools) -> Score:
        """Return the share of battles won, a tie being half of one.

        A rival that cannot be asked has no battle here: neither has it lost one, nor are those of others held up.
        Raises JudgeError where a judge gives no verdict, BackendError where one, or no rival at all, can be asked.
        """
        match = tools.match
        if match is None or not match.rivals:
            raise UsageError(f"{problem.task_id} sets models side by side, and there is one only; name more by --model")
        if not tools.judges:
            raise JudgeError(f"{problem.task_id} is decided by a judge, and there is none; name one by --judge MODEL")
        shown = conversation(problem)
        own = _said(shown, completions, tools)
        others, absent = _others(shown, match, tools)
        firsts = {rival: match.firsts(rival, problem.task_id) for rival in match.rivals}
        if not match.rated:
            pairs = [_pair(shown, own, other, first) for rival, other in others.items() for first in firsts[rival]]
            judged = [pair.messages() for pair in pairs if not _plain(pair.first, pair.second)]
            tools.ask_ahead([(judge, said, self.params, "") for said in judged for judge in tools.judges])
        won: dict[str, float] = {}
        told: list[dict[str, Any]] = []
        for rival, other in others.items():
            games = self._games(shown, own, other, firsts[rival], match, tools)
            won[rival] = games[0].won if len({game.won for game in games}) == 1 else 0.5
            about = {"rival": rival, "against": other.mark, "styles": _styles(own, other)}
            told += [{**about, **game.to_json(whole=match.player < rival)} for game in games]
        return _score(own, won, {"mark": own.mark, "games": told}, absent)

    def reference(self, problem: Problem) -> str:
        """Return the right answer to the first question, "" if none is known."""
        return next(iter(references(problem)), "")

    def references(self, problem: Problem) -> tuple[str, ...]:
        """Return the right answers that are known, one a turn."""
        return references(problem)

    def right_answers(self, problem: Problem) -> Mapping[str, str]:  # noqa: ARG002 - a self-test asks no judge
        """Return none: what a judge says of one is no fact."""
        return {}

    def _games(
        self, shown: Conversation, own: _Said, other: _Said, firsts: Sequence[bool], match: Match, tools: Tools
    ) -> list[_Game]:
        if why := _plain(own.texts, other.texts):
            won = 0.5 if own.silent == other.silent else float(other.silent)
            return [_Game(first, won, {}, {}, why) for first in firsts]
        if match.rated:
            return [self._rated(shown, own, other, first, tools) for first in firsts]
        return [self._compared(shown, own, other, first, tools) for first in firsts]

    def _compared(self, shown: Conversation, own: _Said, other: _Said, first: bool, tools: Tools) -> _Game:
        pair = _pair(shown, own, other, first)
        verdicts: dict[str, float] = {}
        said: dict[str, str] = {}
        for judge in tools.judges:
            winner, explanation = compare(judge, pair, self.params, tools)
            verdicts[judge] = 0.5 if winner == "TIE" else float((winner == "A") == first)
            said[judge] = _cut(explanation)
        return _Game(first, majority(list(verdicts.values())), verdicts, said)

    def _rated(self, shown: Conversation, own: _Said, other: _Said, first: bool, tools: Tools) -> _Game:
        verdicts: dict[str, float] = {}
        said: dict[str, str] = {}
        for judge in tools.judges:
            mine, why = self._rating(judge, shown, own, tools)
            theirs, _ = self._rating(judge, shown, other, tools)
            verdicts[judge] = 0.5 if abs(mine - theirs) <= _ALIKE else float(mine > theirs)
            said[judge] = _cut(f"rated {mine:g}, the other {theirs:g}: {why}")
        return _Game(first, majority(list(verdicts.values())), verdicts, said, apart=True)

    def _rating(self, judge: str, shown: Conversation, said: _Said, tools: Tools) -> tuple[float, str]:
        """Return the mean of the ratings of all turns, each of which is rated with those before it."""
        ratings, why = [], ""
        for number, text in enumerate(said.texts, 1):
            if not text:
                ratings.append(LOWEST)
                continue
            here = Conversation(
                shown.questions[:number], said.texts[:number], shown.rubric, shown.references, shown.keywords
            )
            judgment = ask(judge, here, VerdictForm.LINE, self.params, tools)
            ratings.append(judgment.rating)
            why = why or judgment.explanation
        return sum(ratings) / len(ratings), why


def majority(verdicts: Sequence[float]) -> float:
    """Return what most judges found, a tie if there is no such."""
    wins, losses = verdicts.count(1.0), verdicts.count(0.0)
    half = len(verdicts) / 2
    return 1.0 if wins > half else 0.0 if losses > half else 0.5


def style_of(text: str) -> dict[str, int]:
    """Return how a text looks: its length in words and signs, and how many headers, list entries and bold parts."""
    return {
        "length": len(re.findall(r"\w+|[^\w\s]", text)),
        "headers": len(re.findall(r"^#{1,6} ", text, re.MULTILINE)),
        "lists": len(re.findall(r"^[ \t]{0,12}(?:[-*+]|\d{1,3}[.)])[ \t]", text, re.MULTILINE)),
        "bold": len(re.findall(r"\*\*[^*\n]{1,500}\*\*", text)),
    }


def _said(shown: Conversation, completions: Sequence[Completion], tools: Tools) -> _Said:
    count = len(shown.questions)
    turns = [turn_of(completion, tools) for completion in [*completions, *[Completion("")] * count][:count]]
    lacking = next((turn.lacking for turn in turns if turn.lacking), None)
    note = next((UNFINISHED[turn.ending][1] for turn in turns if turn.ending in UNFINISHED), "")
    return _Said(tuple(turn.text for turn in turns), lacking, note)


def _others(shown: Conversation, match: Match, tools: Tools) -> tuple[dict[str, _Said], dict[str, str]]:
    """Return what rivals said, and why others could not be asked. Raises BackendError where that is all of them."""
    others: dict[str, _Said] = {}
    absent: dict[str, BackendError] = {}
    for rival in match.rivals:
        try:
            others[rival] = _said(shown, tools.said_by(rival), tools)
        except BackendError as error:
            absent[rival] = error
    if not others:
        raise next(iter(absent.values()))
    return others, {rival: str(error) for rival, error in absent.items()}


def _plain(one: Sequence[str], other: Sequence[str]) -> str:
    """Return why it needs no judge to decide between two answers, an empty text if it does."""
    if not any(one) or not any(other):
        return "no answer"
    return "the same answer" if one == other else ""


def _pair(shown: Conversation, own: _Said, other: _Said, first: bool) -> Pair:
    one, two = (own, other) if first else (other, own)
    return Pair(shown.questions, one.texts, two.texts, shown.rubric, shown.references, shown.keywords)


def _styles(own: _Said, other: _Said) -> dict[str, list[int]]:
    styles = style_of("\n".join(own.texts)), style_of("\n".join(other.texts))
    return {name: [style[name] for style in styles] for name in styles[0]}


def _score(own: _Said, battles: Mapping[str, float], answer: Mapping[str, Any], absent: Mapping[str, str]) -> Score:
    """Return the score, given what each battle was worth: a tie where its games came out differently."""
    share = sum(battles.values()) / len(battles)
    counts = {word: float(sum(won == value for won in battles.values())) for value, word in _WORDS.items()}
    if own.silent and own.lacking:
        lacking = own.lacking
        return Score(False, lacking.outcome, lacking.detail, lacking.cause, value=share, answer=answer, measures=counts)
    told = ", ".join(f"{_WORDS[won]} {'to' if won == 0 else 'against'} {rival}" for rival, won in battles.items())
    without = [f"none against {rival}: {why}" for rival, why in absent.items()]
    return Score(
        True,
        Outcome.PASSED,
        "; ".join(filter(None, (own.note, told, *without))),
        value=share,
        answer=answer,
        measures=counts,
    )


def _cut(text: str) -> str:
    return text if len(text) <= _EXPLAINED else f"{text[:_EXPLAINED]}…"
