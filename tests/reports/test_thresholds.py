"""A threshold is met, missed or undecided, and the line that says so hides nothing that it leaves out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_codeeval.core.estimate import Estimate
from pytest_codeeval.reports.scoreboard import Scoreboard
from pytest_codeeval.reports.threshold import Threshold
from pytest_codeeval.reports.thresholds import Judgement, Standing, judge, standing_of
from tests.reports.rows import PASS, UNGRADED, WRONG, dataset, result


def board(*results: Any, models: tuple[str, ...] = ()) -> Scoreboard:
    """Make a scoreboard of results."""
    scores = Scoreboard(models)
    for found in results:
        scores.add(found)
    return scores


def half(passed: int, failed: int, **more: Any) -> list[Any]:
    """Make results of which so many passed, and so many did not."""
    return [result(task, PASS if task < passed else WRONG, **more) for task in range(passed + failed)]


def judged(scores: Scoreboard, suite: str = "s", k: int = 1, share: float = 0.5) -> Judgement:
    """Judge one threshold."""
    return judge(Threshold(suite, f"pass@{k}", share), scores)


@pytest.mark.parametrize(
    ("share", "standing"),
    [
        (0.0, Standing.MET),
        (0.4, Standing.MET),
        (0.41, Standing.UNDECIDED),
        (0.5, Standing.UNDECIDED),
        (0.6, Standing.UNDECIDED),
        (0.61, Standing.MISSED),
        (1.0, Standing.MISSED),
    ],
)
def test_an_interval_reaches_a_share_with_all_some_or_none_of_it(share: float, standing: Standing) -> None:
    assert standing_of(Estimate(0.5, 0.4, 0.6, "bootstrap"), share) is standing


@pytest.mark.parametrize(
    ("share", "standing", "reached"),
    [
        (0.1, Standing.MET, True),
        (0.5, Standing.UNDECIDED, True),
        (0.51, Standing.UNDECIDED, False),
        (0.95, Standing.MISSED, False),
    ],
)
def test_what_is_undecided_is_taken_by_the_figure_itself(share: float, standing: Standing, reached: bool) -> None:
    judgement = judged(board(*half(12, 12)), share=share)
    assert (judgement.standing, judgement.reached) == (standing, reached)


def test_one_line_says_standing_figure_interval_and_method() -> None:
    assert str(judged(board(*half(24, 0)), share=0.5)) == (
        "--fail-under s:pass@1=0.5: met: 100.0% (95 %: 86.2%–100.0%, wilson) by m"
    )
    assert str(judged(board(*half(24, 0)), share=0.9)).startswith(
        "--fail-under s:pass@1=0.9: undecided, taken as met: 100"
    )
    assert str(judged(board(*half(0, 24)), share=0.1)).startswith(
        "--fail-under s:pass@1=0.1: undecided, taken as missed: 0"
    )
    assert str(judged(board(*half(0, 24)), share=0.9)).startswith("--fail-under s:pass@1=0.9: missed: 0.0% (")


def test_the_model_that_stands_worst_decides() -> None:
    # The lower figure of the two is met by all of its interval.
    scores = board(*half(70, 30), *half(3, 1, model="n"))
    judgement = judged(scores, share=0.6)
    assert (judgement.standing, judgement.model) == (Standing.UNDECIDED, "n")
    scores = board(*half(12, 12, model="b"), *half(13, 11, model="a"))
    assert judged(scores, share=0.52).model == "b"
    assert not judged(scores, share=0.52).reached


def test_every_model_of_the_run_has_to_have_the_suite() -> None:
    judgement = judged(board(*half(24, 0), models=("m", "n")), share=0.1)
    assert (judgement.standing, judgement.reached) == (Standing.NOT_JUDGED, False)
    assert judgement.why == "n has no problem of s in this run"


def test_problems_that_could_not_be_evaluated_leave_it_undecided_and_are_named() -> None:
    scores = board(*half(24, 0))
    scores.add_error("m", "s", "T/99", "down")
    judgement = judged(scores, share=0.5)
    assert (judgement.standing, judgement.reached) == (Standing.UNDECIDED, False)
    assert judgement.why.endswith(" by m, 1 that could not be evaluated")
    # The model with the lower figure reaches it.
    scores = board(*half(24, 0), *half(15, 9, model="n"))
    scores.add_error("m", "s", "T/99", "down")
    assert (judged(scores).model, judged(scores).reached) == ("m", False)
    scores = board(*half(0, 24))
    scores.add_error("m", "s", "T/99", "down")
    assert judged(scores, share=0.9).standing is Standing.MISSED


def test_what_the_figure_leaves_out_is_said() -> None:
    scores = Scoreboard()
    scores.add_dataset(dataset(problems=164))
    for found in (result(1, PASS), result(2, WRONG), result(3, UNGRADED)):
        scores.add(found)
    assert judged(scores).why.endswith(" by m, over 2 of 164 problems, 1 without tests")


@pytest.mark.parametrize(
    ("results", "suite", "k", "why"),
    [
        ([result(1, PASS)], "t", 1, "this run has no t, only s"),
        ([result(1, PASS, suite="human")], "humam", 1, "this run has no humam (did you mean 'human'?), only human"),
        ([], "t", 1, "this run has no t"),
        ([result(1, PASS, WRONG), result(2, PASS)], "s", 2, "m has 1 sample of T/2, and pass@2 needs 2"),
        ([result(1, PASS, WRONG), result(2, UNGRADED)], "s", 3, "m has 2 samples of T/1, and pass@3 needs 3"),
        ([result(1, UNGRADED)], "s", 1, "no problem of s has tests"),
    ],
)
def test_why_there_is_nothing_to_judge_by(results: list[Any], suite: str, k: int, why: str) -> None:
    judgement = judged(board(*results), suite, k, share=0.0)
    assert (judgement.standing, judgement.why, judgement.reached) == (Standing.NOT_JUDGED, why, False)


def test_nothing_but_errors_is_nothing_to_judge_by() -> None:
    scores = board()
    scores.add_error("m", "s", "T/1", "down")
    assert judged(scores, share=0.0).why == "no problem of s could be evaluated with m"


def test_a_part_of_a_suite_is_judged_by_itself() -> None:
    scores = Scoreboard()
    scores.add_dataset(dataset(scored_name="s-test", scored_ids=["T/1"]))
    for found in (result(1, PASS), result(2, WRONG)):
        scores.add(found)
    assert judged(scores, "s-test", share=1.0).estimate.value == 1.0  # type: ignore[union-attr]


def test_a_judgement_is_plain_json() -> None:
    said = json.loads(json.dumps(judged(board(*half(24, 0))).to_json()))
    assert (said["threshold"], said["standing"], said["reached"], said["model"]) == ("s:pass@1=0.5", "met", True, "m")
    assert said["estimate"]["method"] == "wilson"
    assert json.loads(json.dumps(judged(board()).to_json()))["estimate"] is None
