"""What a run says of itself, and its exit code."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.core.columns import sample_rows
from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.errors import BackendError, UsageError
from pytest_codeeval.core.result import Result, Sample
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.sandbox.choice import TierReport
from pytest_codeeval.plugin.repeats import Repeats
from pytest_codeeval.plugin.summary import Summary
from pytest_codeeval.reports.scoreboard import Scoreboard
from tests.plugin.options import settings
from tests.reports.rows import (
    BROKEN,
    CLEAN,
    PASS,
    SILENT,
    UNGRADED,
    UNTIDY,
    WRONG,
    built,
    dataset,
    linted,
    result,
    rust,
    staged,
)

STRONG, PLAIN = TierReport("namespaces", weak=False), TierReport("plain", weak=True)
OK, FAILED = int(pytest.ExitCode.OK), int(pytest.ExitCode.TESTS_FAILED)
INTERRUPTED, INTERNAL = int(pytest.ExitCode.INTERRUPTED), int(pytest.ExitCode.INTERNAL_ERROR)
USAGE, NOTHING = int(pytest.ExitCode.USAGE_ERROR), int(pytest.ExitCode.NO_TESTS_COLLECTED)


def board(*results: Any) -> Scoreboard:
    """Make a scoreboard of results."""
    scores = Scoreboard()
    for found in results:
        scores.add(found)
    return scores


def code(scores: Scoreboard, pytest_code: int, *, fault: Any = None, stopped: bool = False, **options: Any) -> int:
    """Return the exit code of a run."""
    return Summary(scores, settings(**options), STRONG).exit_code(pytest_code, fault, stopped)


class Terminal:
    """Takes the lines of a summary."""

    def __init__(self, verbosity: int = 0) -> None:
        self.text = io.StringIO()
        self.verbosity = verbosity

    def section(self, title: str) -> None:
        self.text.write(f"== {title}\n")

    def write_line(self, line: str, **_: bool) -> None:
        self.text.write(line + "\n")


def written(
    scores: Scoreboard, fault: Any = None, isolation: TierReport = STRONG, verbosity: int = 0, **options: Any
) -> str:
    """Return what is printed at the end."""
    terminal = Terminal(verbosity)
    Summary(scores, settings(**options), isolation).write(terminal, [Path("results/demo")], fault)  # type: ignore[arg-type]
    return terminal.text.getvalue()


@pytest.mark.parametrize("pytest_code", [OK, FAILED])
def test_without_a_threshold_the_code_is_pytests_own(pytest_code: int) -> None:
    assert code(board(result(1, PASS)), pytest_code) == pytest_code


@pytest.mark.parametrize("pytest_code", [OK, FAILED])
@pytest.mark.parametrize(("share", "expected"), [("0.5", OK), ("0.51", FAILED)])
def test_with_a_threshold_the_code_follows_it(pytest_code: int, share: str, expected: int) -> None:
    scores = board(result(1, PASS), result(2, WRONG))
    assert code(scores, pytest_code, fail_under=[f"s:pass@1={share}"]) == expected


def test_every_threshold_has_to_be_reached() -> None:
    scores = board(result(1, PASS), result(1, WRONG, suite="t"))
    assert code(scores, OK, fail_under=["s:pass@1=1", "t:pass@1=0.1"]) == FAILED


def test_every_model_has_to_reach_the_threshold() -> None:
    scores = board(result(1, PASS), result(1, WRONG, model="n"))
    assert code(scores, OK, fail_under=["s:pass@1=0.5"]) == FAILED


@pytest.mark.parametrize("threshold", ["t:pass@1=0.1", "s:pass@2=0.1"])
def test_a_threshold_that_cannot_be_judged_is_not_reached(threshold: str) -> None:
    assert code(board(result(1, PASS)), OK, fail_under=[threshold]) == FAILED


@pytest.mark.parametrize("pytest_code", [OK, FAILED])
def test_a_threshold_over_nothing_is_nothing_evaluated(pytest_code: int) -> None:
    ungraded, down = board(result(1, UNGRADED)), board()
    down.add_error("m", "s", "T/1", "down")
    for scores in (board(), ungraded, down):
        assert code(scores, pytest_code, fail_under=["s:pass@1=0"]) == NOTHING


def test_a_failure_that_is_no_verdict_is_not_hidden_by_a_threshold() -> None:
    scores = board(result(1, PASS))
    summary = Summary(scores, settings(fail_under=["s:pass@1=0.1"]), STRONG)
    summary.judge(FAILED, unexplained=1)
    assert summary.exit_code(FAILED, None, False) == FAILED
    summary.judge(FAILED, unexplained=0)
    assert summary.exit_code(FAILED, None, False) == OK


def test_failures_of_another_kind_are_said_where_there_is_a_threshold() -> None:
    for options, said in ([{"fail_under": ["s:pass@1=0.1"]}, True], [{}, False]):
        terminal = Terminal()
        summary = Summary(board(result(1, PASS)), settings(**options), STRONG)
        summary.judge(FAILED, unexplained=2)
        summary.write(terminal, [Path("x")], None)  # type: ignore[arg-type]
        assert ("2 failures are no verdict on a problem" in terminal.text.getvalue()) is said


@pytest.mark.parametrize(("pytest_code", "stopped"), [(INTERRUPTED, False), (USAGE, False), (FAILED, True)])
def test_what_did_not_come_to_its_end_is_not_judged(pytest_code: int, stopped: bool) -> None:
    summary = Summary(board(result(1, PASS)), settings(fail_under=["s:pass@1=0"]), STRONG)
    (judgement,) = summary.judge(pytest_code, stopped=stopped)
    assert str(judgement) == "--fail-under s:pass@1=0: not judged: the run stopped before its end"
    assert not judgement.reached


def test_problems_run_again_are_said() -> None:
    repeats = Repeats()
    for task, cause in ((1, PASS), (1, PASS), (2, PASS), (2, WRONG)):
        repeats.is_first(result(task, cause))
    terminal = Terminal()
    Summary(board(result(1, PASS)), settings(), STRONG, None, repeats).write(terminal, [], None)  # type: ignore[arg-type]
    assert "2 problems were run more than once (repeats, reruns)" in terminal.text.getvalue()
    assert "another verdict came later for T/2\n" in terminal.text.getvalue()


def test_an_error_that_was_not_the_models_is_no_success() -> None:
    scores = board(result(1, PASS))
    scores.add_error("m", "s", "T/2", "down")
    assert code(scores, OK) == FAILED
    assert code(scores, OK, fail_under=["s:pass@1=0.5"]) == FAILED


def test_a_run_that_stopped_early_is_no_success() -> None:
    assert code(board(result(1, PASS)), OK, fault=BackendError("down")) == FAILED


def test_nothing_evaluated_is_no_success() -> None:
    assert code(board(), OK) == NOTHING


@pytest.mark.parametrize("pytest_code", [INTERRUPTED, INTERNAL, USAGE, NOTHING])
def test_what_pytest_has_to_say_goes_first(pytest_code: int) -> None:
    assert code(board(result(1, PASS)), pytest_code, fail_under=["s:pass@1=0.5"]) == pytest_code


def test_an_error_in_collection_that_is_the_users_is_a_usage_error() -> None:
    assert code(board(), INTERRUPTED, fault=UsageError("no data")) == USAGE


def test_a_threshold_says_nothing_of_a_run_that_stopped_early() -> None:
    scores = board(result(1, PASS))
    assert code(scores, 1, fail_under=["s:pass@1=0.5"], stopped=True) == 1
    assert code(scores, 1, fail_under=["s:pass@1=0.5"]) == 0


def test_the_header_says_what_is_evaluated_and_how_it_was_understood() -> None:
    line, _ = Summary(board(), settings(models=["qwen-turbo"]), STRONG).header()
    assert line == "codeeval: model qwen-turbo (taken as dashscope:qwen-turbo), results in results/qwen-turbo"


@pytest.mark.parametrize(
    ("options", "warned"),
    [
        ({"models": ["qwen-turbo"], "samples": "10"}, True),
        ({"models": ["qwen-turbo"], "samples": "10", "temperature": "0.8"}, False),
        ({"models": ["qwen-turbo"], "samples": "10", "temperature": "1e-6"}, True),
        ({"models": ["qwen-turbo"], "samples": "10", "temperature": "none"}, False),
        ({"models": ["qwen-turbo"], "samples": "10", "temperature": "0.8", "top_p": "0"}, True),
        ({"models": ["qwen-turbo"], "samples": "10", "temperature": "0.8", "model_args": ["top_k=1"]}, True),
        ({"models": ["qwen-turbo"], "samples": "10", "temperature": "0.8", "model_args": ["top_k=10"]}, False),
        ({"models": ["qwen-turbo"], "samples": "1"}, False),
        ({"models": ["qwen-turbo"]}, False),
        ({"models": ["demo"], "samples": "10"}, False),
        ({"models": ["demo", "qwen-turbo"], "samples": "10"}, True),
    ],
)
def test_what_several_samples_of_the_likeliest_answer_buy_is_said_once(options: dict[str, Any], warned: bool) -> None:
    header = Summary(board(), settings(**options), STRONG).header()
    assert sum("buys near-identical answers; use --temperature" in line for line in header) == warned
    # With -q the head of a run is not shown.
    assert ("buys near-identical answers" in written(board(), verbosity=-1, **options)) is warned
    assert "near-identical" not in written(board(), **options)


@pytest.mark.parametrize(
    ("isolation", "said"),
    [
        (STRONG, "namespaces"),
        (PLAIN, "plain: verdicts are weak"),
        (replace(PLAIN, refused=(("landlock", "no such kernel"),)), "plain: verdicts are weak"),
        (
            TierReport("landlock", weak=False, refused=(("namespaces", "not allowed\x1b"),)),
            "landlock (no namespaces: not allowed\\x1b)",
        ),
    ],
)
def test_the_header_names_the_sandbox(isolation: TierReport, said: str) -> None:
    assert Summary(board(), settings(), isolation).header()[1:] == [f"codeeval: sandbox {said}"]


def test_weak_verdicts_are_named_where_only_some_are() -> None:
    scores = board(result(1, PASS), *(result(task, PASS, WRONG, weak=True) for task in (12, 3, 4, 5, 6, 7, 8)))
    assert (
        "14 verdicts are weak: a hostile solution could have forged what its tests report "
        "(T/3, T/4, T/5, T/6, T/7 and 2 more)\n"
    ) in written(scores)
    assert "1 verdict is weak: " in written(board(result(1, PASS, weak=True)))
    assert "weak" not in written(board(result(1, PASS)))


def test_without_isolation_all_verdicts_are_weak() -> None:
    said = written(board(result(1, PASS, weak=True)), isolation=PLAIN)
    assert "all verdicts are weak: the solutions ran without isolation (--sandbox plain)\n" in said
    assert "weak" not in written(board(result(1, Cause.NO_CODE)), isolation=PLAIN)


def test_the_end_shows_table_threshold_and_folder() -> None:
    said = written(board(result(1, PASS), result(2, WRONG)), fail_under=["s:pass@1=0.6"])
    assert "== code evaluation" in said
    assert "50.0% (" in said
    assert "--fail-under s:pass@1=0.6: undecided, taken as missed: 50.0% (95 %: 9.5%–90.5%, wilson) by m" in said
    assert said.endswith("results: results/demo\n")


def test_nothing_evaluated_is_said() -> None:
    assert "no problem was evaluated" in written(board())


def test_what_could_not_be_evaluated_is_gathered_by_reason() -> None:
    scores = board(result(1, PASS))
    for task in (2, 3, 4):
        scores.add_error("m", "s", f"T/{task}", "down")
    scores.add_error("m", "s", "T/5", "refused")
    said = written(scores)
    assert "4 problems could not be evaluated, through no fault of the model" in said
    assert "  T/2 and 2 more: down\n" in said
    assert "  T/5: refused\n" in said
    scores = board(result(1, PASS))
    scores.add_error("m", "s", "T/2", "down")
    assert "\n1 problem could not be evaluated, through no fault of the model; it is in no score:\n" in written(scores)


def test_broken_problems_are_named() -> None:
    scores = board(result(1, PASS))
    scores.add_dataset(dataset(faults={"T/1": "contradicts itself"}))
    assert "\n1 problem is broken as published" in written(scores)
    assert "  T/1: contradicts itself\n" in written(scores)


def test_a_k_out_of_reach_is_said() -> None:
    said = written(board(result(1, PASS, PASS)), pass_at=["1,5,10"])
    assert "m on s: no pass@5, pass@10, as a problem has only 2 samples" in said
    assert "no pass@5, as a problem has only 1 sample\n" in written(board(result(1, PASS)), pass_at=["1,5"])


def test_why_samples_failed_stands_between_table_and_notes() -> None:
    failing = result(1, PASS, WRONG)
    for verbosity, shown in ((0, True), (-1, True), (-2, False)):
        summary, terminal = Summary(board(failing), settings(), STRONG), Terminal(verbosity)
        summary.causes.add("a.py::t[1]", failing)
        summary.write(terminal, [], None, "go on so")  # type: ignore[arg-type]
        said = terminal.text.getvalue()
        assert ("\n\n1 sample failed, by cause" in said) is shown
        assert said.endswith("\ngo on so\n")


@pytest.mark.parametrize(
    ("model", "said"),
    [("qwen-turbo", "cost unknown\n"), ("vllm:org/one", "10 tokens out\n"), ("demo", "10 tokens out\n")],
)
def test_a_price_that_is_not_known_is_said_only_of_models_that_have_one(model: str, said: str) -> None:
    plan = settings(models=[model])
    (row,) = sample_rows(result(1, PASS, model=plan.models[0].label))
    scores = Scoreboard()
    scores.add_row({**row, "cost": None})
    terminal = Terminal()
    Summary(scores, plan, STRONG).write(terminal, [], None)  # type: ignore[arg-type]
    assert said in terminal.text.getvalue()


def test_why_the_run_stopped_early_is_said() -> None:
    assert "the run stopped early: down" in written(board(), fault=BackendError("down"))


def test_what_a_server_said_cannot_control_the_terminal() -> None:
    assert "down \\x1b]0;owned\\x07" in written(board(), fault=BackendError("down \x1b]0;owned\x07"))


def test_stages_stand_under_the_score_table() -> None:
    said = written(board(rust(1, CLEAN), rust(2, UNTIDY), rust(3, BROKEN), rust(4, SILENT), result(1, PASS)))
    table = """
model  suite  samples  build  clippy   test  overall
m      rust         4  50.0%   25.0%  50.0%    25.0%
m: 5 answers, 10 tokens out, cost $0.5000
results: """
    assert table in said
    assert "needless_return" not in said


def test_one_stage_is_no_table_of_stages() -> None:
    assert "overall" not in written(board(result(1, PASS, WRONG)), verbosity=1)


def test_the_commonest_lints_are_shown_where_asked_for_more() -> None:
    many = staged(PASS, built(), linted(**{f"lint_{number:02}": 20 - number for number in range(12)}))
    said = written(board(rust(1, many, UNTIDY)), verbosity=1)
    assert "model  suite  lint            count  in samples\nm      rust   lint_00            20           1\n" in said
    assert "lint_09" in said
    assert "lint_10" not in said
    assert "m      rust   (4 more kinds)     22\n" in said


def test_the_name_of_a_lint_cannot_control_the_terminal() -> None:
    said = written(board(rust(1, staged(PASS, built(), linted(**{"a\x1b]0;owned\x07\nb": 1})))), verbosity=1)
    assert "a\\x1b]0;owned\\x07 b" in said
    assert "\x1b" not in said


def test_the_page_has_the_tables_of_stages_and_lints() -> None:
    *_, stages, lints = Summary(board(rust(1, UNTIDY)), settings(), STRONG).table()
    assert (len(stages.rows), len(lints.rows)) == (1, 2)  # type: ignore[union-attr]


def test_choices_that_were_scored_otherwise_than_behind_the_question_are_counted() -> None:
    def scored(task: int, **measures: float) -> Result:
        about = Score(True, measures={"acc": 1.0, **measures})
        return Result("m", "s", f"T/{task}", "Q", (Sample(0, (Completion(""),), about),))

    said = written(board(scored(0, joined_choices=3.0), scored(1, joined_choices=1.0, cut_choices=1.0), scored(2)))
    assert "m on s: 4 choices were scored with a token that reaches from the question into the choice" in said
    assert "m on s: 1 choice was scored behind the end of a question that is too long for the model" in said
    assert "scored" not in written(board(scored(0)))


def test_no_name_steers_the_terminal() -> None:
    name = "m\x1b[31m"
    header = Summary(board(), settings(models=[f"openai:{name}"]), STRONG).header()
    terminal = Terminal()
    Summary(board(result(1, PASS, model=name)), settings(), STRONG).write(terminal, [Path(name)], None)  # type: ignore[arg-type]
    shown = "\n".join([*header, terminal.text.getvalue()])
    assert shown.count("[31m") > 2
    assert "\x1b" not in shown
