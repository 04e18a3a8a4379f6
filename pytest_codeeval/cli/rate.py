"""`codeeval rate`: ratings of models from battles that were judged."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.text import counted, printable

if TYPE_CHECKING:
    from pytest_codeeval.results.rating.leaderboard import Leaderboard, Standing


def add_command(commands: Any) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("rate", help="rate models by battles that were judged, in FastChat's form")
    command.add_argument(
        "battles", metavar="BATTLES", help="a JSON object a line: model_a, model_b, winner, question_id"
    )
    command.add_argument("--elo-k", type=float, default=4.0, metavar="K", help="the step of online Elo (default 4)")
    command.add_argument("--csv", metavar="FILE", help="write the leaderboard to a new file, in FastChat's columns")
    command.add_argument("--next", type=int, default=0, metavar="N", help="name the N pairs to set side by side next")
    command.add_argument("--json", action="store_true", help="print all of it as a JSON object")
    command.set_defaults(command=_rate)


def _rate(given: argparse.Namespace) -> int:
    from pytest_codeeval.results.rating.battle import models_of, read_battles
    from pytest_codeeval.results.rating.choosing import next_pairs
    from pytest_codeeval.results.rating.games import settled
    from pytest_codeeval.results.rating.leaderboard import leaderboard

    if not 0 < given.elo_k <= 1000:
        raise UsageError(f"--elo-k={given.elo_k:g} has to be a number above 0, and 1000 at most; 4 and 32 are usual.")
    if given.next < 0:
        raise UsageError(f"--next={given.next} has to be a number of pairs, 0 or more.")
    path = Path(given.battles)
    if not path.is_file():
        raise UsageError(f"{given.battles!r} is no file; name one of battles, a JSON object a line.")
    games = read_battles(path)
    if not games:
        raise UsageError(f"{given.battles!r} has no battles; each line needs model_a, model_b and winner.")
    board = leaderboard(games, given.elo_k)
    pairs = next_pairs(models_of(games), settled(games), given.next)
    if given.csv is not None:
        _write_csv(board, Path(given.csv))
    if given.json:
        print(json.dumps(_as_json(board, pairs)))
        return 0
    for line in _text(board):
        print(printable(line))
    for one, other in pairs:
        print(printable(f"next: {one} and {other}"))
    return 0


def _text(board: Leaderboard) -> list[str]:
    from pytest_codeeval.reports.table import as_text

    styled = any(one.equal_style is not None for one in board.standings)
    headers = ["rank", "model", "rating (95 %)", "battles", "won", "online Elo", *["style held equal"] * styled]
    lines = as_text(headers, [_row(one, styled) for one in board.standings])
    judge = board.judge
    if judge.consistent is not None:
        lines.append(f"judged in both orders: {judge.both_orders}, of which {judge.consistent:.1%} came out the same")
    if judge.first_won is not None:
        lines.append(f"{counted(judge.decided, 'game')} decided: the first answer won {judge.first_won:.1%}")
    if judge.longer_won is not None:
        lines.append(f"the longer answer won {judge.longer_won:.1%}")
    return [*lines, "Online Elo depends on the order of the battles; the rating does not.", *board.notes]


def _row(one: Standing, styled: bool) -> list[str]:
    points = "–" if one.points is None else f"{one.points:.0f}"
    if one.low is not None and one.high is not None:
        points += f" ({one.low:.0f}–{one.high:.0f})"
    row = ["–" if one.rank is None else str(one.rank), one.model, points, str(one.battles), f"{one.won:.1%}"]
    equal = "–" if one.equal_style is None else f"{one.equal_style:.0f}"
    return [*row, f"{one.online:.0f}", *[equal] * styled]


def _as_json(board: Leaderboard, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    rates = [{"first": one, "second": other, **asdict(rate)} for (one, other), rate in board.win_rates.items()]
    return {
        "standings": [asdict(one) for one in board.standings],
        "win_rates": rates,
        "judge": asdict(board.judge),
        "notes": list(board.notes),
        "next": pairs,
    }


def _write_csv(board: Leaderboard, path: Path) -> None:
    from pytest_codeeval.results.tables import csvtext

    headers = ["model", "rating", "rating_q975", "rating_q025", "num_battles", "final_ranking", "elo_rating_online"]
    rows = [
        [
            one.model,
            _figure(one.points),
            _figure(one.high),
            _figure(one.low),
            str(one.battles),
            str(one.rank or ""),
            _figure(one.online),
        ]
        for one in board.standings
    ]
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(csvtext.table(headers, rows))
    except FileExistsError:
        raise UsageError(f"{str(path)!r} is there, and nothing is overwritten; name another file.") from None
    except OSError as error:
        raise UsageError(f"{str(path)!r} cannot be written: {error.strerror}; name another file.") from None


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}"
