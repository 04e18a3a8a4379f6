"""A problem counts once in a run, whoever runs it again."""

from __future__ import annotations

from pytest_codeeval.plugin.repeats import Repeats
from tests.reports.rows import PASS, TIMEOUT, WRONG, result


def test_the_first_result_of_a_problem_counts() -> None:
    repeats = Repeats()
    assert repeats.is_first(result(1, WRONG))
    assert not repeats.is_first(result(1, PASS))
    assert not repeats.is_first(result(1, WRONG))


def test_a_problem_without_samples_counts_once_too() -> None:
    repeats = Repeats()
    assert repeats.is_first(result(1))
    assert not repeats.is_first(result(1))


def test_other_models_suites_and_tasks_are_no_repeats() -> None:
    repeats = Repeats()
    assert repeats.is_first(result(1, PASS))
    for other in (result(2, PASS), result(1, PASS, model="n"), result(1, PASS, suite="t")):
        assert repeats.is_first(other)
    assert repeats.notes() == []


def test_what_was_run_again_is_said_with_what_came_out_otherwise() -> None:
    repeats = Repeats()
    for task in (1, 2):
        repeats.is_first(result(task, PASS, WRONG))
    repeats.is_first(result(1, PASS, TIMEOUT))
    assert repeats.notes() == [
        "1 problem was run more than once (repeats, reruns): each sample counts once, by its first verdict"
    ]
    for _ in range(2):
        repeats.is_first(result(2, WRONG, PASS))
    said, changed = repeats.notes()
    assert said.startswith("2 problems were run more than once")
    assert changed == "  another verdict came later for T/2"


def test_of_many_the_first_few_are_named_safely() -> None:
    repeats = Repeats()
    for cause in (PASS, WRONG):
        for task in ("\x1b[31m", 2, 3, 4, 5, 6, 7):
            repeats.is_first(result(task, cause))
    assert repeats.notes()[1] == "  another verdict came later for T/\\x1b[31m, T/2, T/3, T/4, T/5 and 2 more"
