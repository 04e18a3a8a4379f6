"""Causes, outcomes and verdicts."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from pytest_codeeval.core.verdict import Cause, Outcome, StageResult, Verdict
from tests.core.strategies import VERDICTS


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_has_an_outcome(cause: Cause) -> None:
    assert cause.outcome in Outcome


def test_every_outcome_has_a_cause() -> None:
    assert {cause.outcome for cause in Cause} == set(Outcome)


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [
        (Cause.CPU_TIME, Outcome.TIMEOUT),
        (Cause.WALL_TIME, Outcome.TIMEOUT),
        (Cause.IMPORT_MISSING, Outcome.EXCEPTION),
        (Cause.THINKING_LEAKED, Outcome.NO_CODE),
    ],
)
def test_finer_causes_share_a_column(cause: Cause, outcome: Outcome) -> None:
    assert Verdict(cause).outcome is outcome


def test_only_one_cause_passes_and_only_one_is_not_scored() -> None:
    assert [cause for cause in Cause if Verdict(cause).passed] == [Cause.PASSED]
    assert [cause for cause in Cause if not Verdict(cause).scored] == [Cause.UNGRADED]


def test_another_cause_keeps_the_old_detail_and_the_stages() -> None:
    stage = StageResult("test", passed=False, cpu_seconds=0.5)
    verdict = Verdict(Cause.SYNTAX_ERROR, "line 3", (stage,)).because(Cause.CUT_SHORT, "too long")
    assert verdict == Verdict(Cause.CUT_SHORT, "too long: line 3", (stage,))


def test_another_cause_without_an_old_detail_adds_no_colon() -> None:
    assert Verdict(Cause.CRASHED).because(Cause.CUT_SHORT, "too long").detail == "too long"


@given(VERDICTS)
def test_a_verdict_survives_json(verdict: Verdict) -> None:
    assert Verdict.from_json(json.loads(json.dumps(verdict.to_json()))) == verdict


def test_the_list_of_causes_is_closed() -> None:
    assert [cause.value for cause in Cause] == [
        "passed",
        "wrong_answer",
        "low_rating",
        "exception",
        "import_missing",
        "cpu_time",
        "wall_time",
        "memory",
        "processes",
        "output",
        "crashed",
        "tampering",
        "syntax_error",
        "build_error",
        "no_entry_point",
        "no_code",
        "no_answer",
        "not_allowed",
        "thinking_leaked",
        "refusal",
        "cut_short",
        "ungraded",
    ]


def test_a_cause_of_an_older_version_is_read_as_what_it_is_called_now() -> None:
    assert Verdict.from_json({"cause": "exited", "detail": "", "stages": []}) == Verdict(Cause.TAMPERING)


def test_a_verdict_that_does_not_say_so_is_not_weak() -> None:
    assert not Verdict.from_json({"cause": "passed", "detail": "", "stages": []}).weak


def test_another_cause_leaves_a_weak_verdict_weak() -> None:
    assert Verdict(Cause.EXCEPTION, weak=True).because(Cause.CUT_SHORT, "too long").weak


def test_an_unknown_cause_is_refused() -> None:
    with pytest.raises(ValueError, match="bored"):
        Verdict.from_json({"cause": "bored", "detail": "", "stages": []})
