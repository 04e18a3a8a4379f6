"""How far a run has come, how fast it is and what it will have cost, in words."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from pytest_codeeval.generation.traffic import Traffic
from pytest_codeeval.plugin.live import line_of
from pytest_codeeval.plugin.progress import Progress, Words


class Watched:
    """The progress of ten problems, with a clock and traffic of its own."""

    def __init__(self) -> None:
        self.now, self.traffic = 1000.0, Traffic()
        self.progress = Progress(["m", "o"], lambda: self.traffic, lambda: self.now)
        self.progress.expect([*(f"t.py::t[{'mo'[n % 2]}-T/{n}]" for n in range(10)), "t.py::other", "t.py::t[x-1]"])

    def words(self, seconds: float = 0.0, done: int = 0, **traffic: float) -> str:
        self.now += seconds
        for number in range(done):
            self.progress.ended(f"t.py::t[{'mo'[number % 2]}-T/{number}]")
        self.traffic = Traffic(**traffic)  # type: ignore[arg-type]
        return str(self.progress.words())


def test_nothing_is_said_of_a_run_without_models() -> None:
    progress = Progress(["m"], Traffic)
    progress.expect(["t.py::other"])
    assert progress.words() is None


def test_only_items_of_models_are_problems() -> None:
    watched = Watched()
    watched.progress.expect(["another worker's"])
    assert watched.words() == "0 of 10 problems"
    assert watched.words(done=3) == "3 of 10 problems"


def test_the_name_of_a_model_may_be_in_any_letters() -> None:
    progress = Progress(["мой"], Traffic)
    progress.expect(["t.py::t[\\u043c\\u043e\\u0439-T/0]", "t.py::t[мой-T/1]"])
    assert str(progress.words()) == "0 of 2 problems"


def test_speeds_and_the_time_that_is_left_are_those_of_the_last_minute() -> None:
    watched = Watched()
    watched.words()
    assert watched.words(4, 2, answers=4, tokens=400) == "2 of 10 problems, 1.0 answers/s, 100 tokens/s"
    assert watched.words(6, 2, answers=10, tokens=1000).startswith("2 of 10 problems, about 0:40 left, 1.0 answers/s")
    assert watched.words(60, 4, answers=16).startswith("4 of 10 problems, about 3:00 left, 0.1 answers/s")
    assert watched.words(7200, 5, answers=17).startswith("5 of 10 problems, about 10:00:00 left, 0.0 answers/s")
    assert watched.words(7200, 10, answers=17) == "10 of 10 problems"


@pytest.mark.parametrize(
    ("traffic", "said"),
    [
        ({"in_flight": 8}, "8 in flight"),
        ({"waiting": 2, "reason": "status 429", "in_flight": 1}, "2 to be sent again (status 429), 1 in flight"),
        ({"waiting": 1, "reason": "\x1b[2J" + "x" * 99}, f"1 to be sent again (\\x1b[2J{'x' * 52}…)"),
        ({"cost": 1.5, "answers": 1, "expected": 30.0}, "cost $1.50 of about $30.00"),
        ({"cost": 1.5, "answers": 1, "expected": 1.5}, "cost $1.50"),
        ({"cost": 2.0, "answers": 2, "unforeseen": 2.0}, "cost $2.00 of about $4.00"),
        ({"cost": 3.0, "answers": 2, "expected": 4.0, "unforeseen": 1.0}, "cost $3.00 of about $6.00"),
    ],
)
def test_what_is_under_way_and_what_it_costs(traffic: dict[str, float], said: str) -> None:
    assert Watched().words(done=5, **traffic) == f"5 of 10 problems, {said}"


def test_it_is_said_if_no_answer_comes_until_one_does() -> None:
    watched = Watched()
    watched.words()
    assert watched.words(600, in_flight=4).endswith(
        "problems, 4 in flight"
    )  # while nothing was asked for there is none
    assert watched.words(14, in_flight=4).endswith("4 in flight")
    assert watched.words(6, in_flight=4).endswith("4 in flight, none answered for 20 s")
    assert watched.progress.silence == 20
    assert "none answered" not in watched.words(1, in_flight=3, answers=1)
    assert watched.words(15, in_flight=3, answers=1).endswith(", 3 in flight, none answered for 15 s, 0.0 answers/s")
    assert "none answered" not in watched.words(1, answers=1)
    assert watched.progress.silence == 0


WORDS = Words(("12 of 164 problems", "about 3:12 left", "2 to be sent again (status 429)", "8 in flight"), 0.25)


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (130, "━━━━━━".ljust(25) + str(WORDS)),
        (85, str(WORDS)),
        (70, "12 of 164 problems, about 3:12 left, 2 to be sent again (status 429)"),
        (60, "12 of 164 problems, about 3:12 left, 2 to be sent again"),
        (39, "12 of 164 problems, about 3:12 left"),
        (12, "12 of 164 p…"),
    ],
)
def test_as_much_is_shown_as_there_is_room_for(columns: int, shown: str) -> None:
    console = Console(file=StringIO(), color_system=None, force_terminal=True)
    assert line_of(WORDS, columns, console) == shown


def test_colours_are_there_where_they_are_wanted_and_brackets_are_no_markup() -> None:
    coloured = Console(file=StringIO(), color_system="standard", force_terminal=True)
    words = Words(("1 to be sent again ([red]odd[/])",), 0.0)
    assert "\x1b[33m1 to be sent again ([red]odd[/])\x1b[0m" in line_of(words, 99, coloured)
