"""Trouble is told at once, then more rarely, and so is its end."""

from __future__ import annotations

import pytest

from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.trouble import Trouble
from tests.generation.scripted import fault


class Told:
    """A trouble with a clock of its own, and the lines that it told."""

    def __init__(self, label: str = "m") -> None:
        self.now = 100.0
        self.lines: list[str] = []
        self.trouble = Trouble(label, self.lines.append, lambda: self.now)

    def fail(
        self, error: BackendError | None = None, keys: str = "a", attempt: int = 1, wait: float | None = 0.5
    ) -> None:
        self.trouble.failed(error or fault("m is down"), keys, attempt, 6, wait)


@pytest.fixture
def told() -> Told:
    return Told()


def test_the_first_failure_is_told_at_once_with_its_retry(told: Told) -> None:
    told.fail(attempt=2, wait=3.7)
    assert told.lines == ["codeeval: m is down - retry 2 of 5 in 4 s"]


def test_a_short_wait_is_told_in_tenths(told: Told) -> None:
    told.fail(wait=0.42)
    assert told.lines[0].endswith("in 0.4 s")


def test_a_message_that_does_not_name_the_model_is_told_with_its_name() -> None:
    for label in ("openai:foo", "o"):
        told = Told(label)
        told.fail(fault("no\n route."))
        assert told.lines == [f"codeeval: {label}: no route - retry 1 of 5 in 0.5 s"]


def test_a_lasting_cause_is_told_ever_more_rarely_with_its_count(told: Told) -> None:
    times = []
    for second in range(1000):
        told.now = 100.0 + second
        before = len(told.lines)
        told.fail()
        times += [second] * (len(told.lines) - before)
    assert times == [0, 2, 6, 14, 30, 62, 126, 246, 366, 486, 606, 726, 846, 966]
    assert told.lines[2] == "codeeval: m is down (7 times by now) - retry 1 of 5 in 0.5 s"


def test_another_cause_is_told_at_once_and_another_number_is_none(told: Told) -> None:
    told.fail(fault("m: request 17 failed"))
    told.fail(fault("m: request 18 failed"))
    told.fail(fault("m: request 18 failed", status=429))
    told.fail(fault("m: other"))
    assert len(told.lines) == 3


def test_a_server_that_words_each_error_otherwise_does_not_flood_the_terminal(told: Told) -> None:
    for number in range(200):
        told.fail(fault("m is " + "x" * number))
    assert len(told.lines) == 9


def test_an_end_without_a_retry_is_told(told: Told) -> None:
    told.fail(attempt=1, wait=None)
    assert told.lines == ["codeeval: m is down - given up after 1 attempt"]


def test_a_long_message_is_cut(told: Told) -> None:
    told.fail(fault("m is " * 10_000))
    assert len(told.lines[0]) < 400


def test_the_end_of_a_trouble_is_told_once(told: Told) -> None:
    told.fail(keys="a")
    told.fail(keys="b")
    told.now += 12
    told.trouble.settled("a", answered=True)
    assert len(told.lines) == 1
    told.trouble.settled("b", answered=True)
    told.trouble.settled("c", answered=True)
    assert told.lines[1:] == ["codeeval: m answers again, after 2 failed calls in 12 s"]


def test_requests_that_were_given_up_do_not_hold_back_the_end(told: Told) -> None:
    told.fail(keys="a")
    told.fail(keys="a", wait=None)
    told.trouble.settled("b", answered=False)
    assert len(told.lines) == 1
    told.trouble.settled("c", answered=True)
    assert told.lines[1:] == ["codeeval: m answers again, after 2 failed calls in 0 s"]


def test_the_end_of_a_trouble_that_was_not_told_is_not_told(told: Told) -> None:
    for _ in range(2):
        told.fail()
        told.trouble.settled("a", answered=True)
    assert len(told.lines) == 2
    told.trouble.settled("a", answered=True)
    assert len(told.lines) == 2
