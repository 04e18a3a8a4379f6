"""The page of an arena: leaderboard, who won against whom, what the judges are like, and every battle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from pytest_codeeval import __version__
from pytest_codeeval.core.text import printable
from pytest_codeeval.results.page.blocks import LEAST, MOST, POOL
from pytest_codeeval.results.page.prompts import prompts_of
from pytest_codeeval.results.page.template import AT_ONCE, GENERATOR, asset, environment, hashed
from pytest_codeeval.results.rating.leaderboard import Leaderboard, Standing
from pytest_codeeval.results.rating.played import Game
from pytest_codeeval.results.rating.shown import figures_in_words, kin_in_words
from pytest_codeeval.results.results import Results

_PLACES = (
    ("leaderboard", "Leaderboard"),
    ("matrix", "Who won against whom"),
    ("judges", "Judges"),
    ("battles", "Battles"),
)
_HEAD = 160


@dataclass(frozen=True, slots=True)
class Played:
    """One question: what was asked, what each model answered, and the games over it."""

    name: str
    asked: str
    answers: Mapping[str, str]
    games: Sequence[Game]


@dataclass(frozen=True, slots=True)
class Cell:
    """How a model did against another: the share it won and the expected one, as text, and a level from 0 to 10."""

    seen: str
    expected: str
    battles: int
    level: int


def arena_page(results: Results, suite: str, games: Sequence[Game], board: Leaderboard) -> Iterator[str]:
    """Yield the page of one suite piece by piece; without a script, as there is nothing in it that needs one."""
    questions = _questions(results, suite, games)
    texts = sum(1 + len(one.answers) + sum(len(game.said) for game in one.games) for one in questions)
    limit = max(LEAST, min(MOST, POOL // max(1, texts)))
    style = asset("page.css")
    names = [one.model for one in board.standings]
    stream = (
        environment()
        .get_template("arena.html")
        .stream(
            title=f"Arena: {printable(suite, limit=80)}",
            generator=GENERATOR,
            version=__version__,
            style=Markup(style),  # noqa: S704 - the package's own
            style_hash=hashed(style),
            places=_PLACES,
            board=board,
            names=names,
            cells=_cells(board),
            interval=_interval,
            words=figures_in_words(board.judge),
            panel=[(one.name, figures_in_words(one.figures), kin_in_words(one)) for one in board.panel],
            questions=questions,
            outcome=_outcome,
            text=lambda text: _text(text, limit),
            head=lambda text: " ".join(text.removeprefix("[user]").split())[:_HEAD],
        )
    )
    stream.enable_buffering(AT_ONCE)
    yield from stream


def _questions(results: Results, suite: str, games: Sequence[Game]) -> list[Played]:
    asked: dict[str, str] = {}
    answers: dict[str, dict[str, str]] = {}
    for run in results.runs:
        for (name, task), prompt in prompts_of(run):
            if name == suite and len(prompt) > len(asked.get(task, "")):
                asked[task] = prompt[:MOST]
        for row in run.samples():
            if row.get("suite") == suite and not row.get("sample_index"):
                turns = [turn.get("text") for turn in row.get("turns") or () if isinstance(turn, dict)]
                said = [str(text or "") for text in (*turns, row.get("completion"))]
                answers.setdefault(str(row["task_id"]), {})[run.model] = _joined(said)[:MOST]
    over: dict[str, list[Game]] = {}
    for game in games:
        over.setdefault(game.question, []).append(game)
    return [Played(task, asked.get(task, ""), answers.get(task, {}), found) for task, found in over.items()]


def _joined(turns: Sequence[str]) -> str:
    return "\n\n".join(f"[turn {n}]\n{text}" for n, text in enumerate(turns, 1)) if len(turns) > 1 else "".join(turns)


def _cells(board: Leaderboard) -> dict[tuple[str, str], Cell]:
    return {
        pair: Cell(
            f"{rate.seen:.0%}",
            "–" if rate.expected is None else f"{rate.expected:.0%}",
            rate.battles,
            round(rate.seen * 10),
        )
        for pair, rate in board.win_rates.items()
    }


def _interval(one: Standing) -> str:
    return "" if one.low is None or one.high is None else f"({one.low:.0f}–{one.high:.0f})"


def _outcome(won: float, game: Game) -> str:
    """Say who won, by what it was worth to the first model of a game."""
    return "tie" if won == 0.5 else f"{game.first if won else game.second} won"


def _text(text: str, limit: int) -> Markup:
    """Return text of a model as the page shows it: escaped, with its controls visible, and not beyond a limit."""
    shown = escape(printable(text, limit=limit))
    return shown + Markup("<span class=cut> (cut here)</span>") if len(text) > limit else shown
