"""A second try: who fails is shown what the tests said, once, and both rates are kept."""

from __future__ import annotations

import pytest

from pytest_codeeval.core.completion import Completion, CompletionRequest, SamplingParams
from pytest_codeeval.core.errors import ScorerError
from pytest_codeeval.core.metric import metrics_of
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.scorer import Scorer
from pytest_codeeval.core.verdict import Cause, Verdict
from pytest_codeeval.scoring.answertest import SandboxTools
from pytest_codeeval.scoring.code.scorer import CodeScorer
from pytest_codeeval.scoring.code.secondtry import SecondTry
from pytest_codeeval.scoring.conversation import Conversation, next_turn, reply_of

PROBLEM = Problem("T/1", "Do it.", "assert f() == 1\n", "f", "def f(): return 1\n")
SCORER = SecondTry(lambda problem, score: f"{problem.task_id}: {score.detail}")
REQUEST = CompletionRequest("b", "m", ({"role": "user", "content": "Go."},), SamplingParams(), script="right")
RIGHT, WRONG = (Completion(f"```python\ndef f(): return {n}\n```", "stop") for n in (1, 2))


def run(problem: Problem, code: str) -> Verdict:
    """Judge a program by its text."""
    assert problem is PROBLEM
    return Verdict(Cause.PASSED) if "return 1" in code else Verdict(Cause.WRONG_ANSWER, f"got {code.split()[-1]}")


TOOLS = SandboxTools(run)


def talk(*answers: Completion) -> list[CompletionRequest | None]:
    """Return the request that follows each answer."""

    conversation = Conversation(REQUEST, reply=reply_of(SCORER, PROBLEM, TOOLS))
    return [conversation.after(answer) for answer in answers]


def test_who_fails_is_shown_what_the_tests_said_and_no_more_than_once() -> None:
    following, end = talk(WRONG, WRONG)
    assert following is not None and end is None
    assert [message["role"] for message in following.messages] == ["user", "assistant", "user"]
    assert following.messages[1]["content"] == WRONG.text
    assert following.messages[2]["content"] == "T/1: got 2"
    assert (following.turn, following.script) == (1, "right")
    assert following.key != REQUEST.key


def test_the_same_failure_is_told_in_the_same_words_so_that_a_stored_answer_is_found() -> None:
    first, second = talk(WRONG)[0], talk(WRONG)[0]
    assert first is not None and second is not None and first.key == second.key


@pytest.mark.parametrize("said", [RIGHT, Completion("", "stop"), Completion("<think>hm</think>", "stop")])
def test_who_passes_or_says_nothing_is_asked_nothing_more(said: Completion) -> None:
    assert talk(said) == [None]


@pytest.mark.parametrize(("fault", "said"), [(KeyError("x"), "raised KeyError: 'x'"), (7, "returned int and no text")])
def test_a_scorer_that_breaks_at_its_reply_is_told(fault: object, said: str) -> None:
    class Broken(Scorer):
        replies = True

        def reply(self, *_: object) -> str | None:
            if isinstance(fault, Exception):
                raise fault
            return fault  # type: ignore[return-value]

    reply = reply_of(Broken(), PROBLEM, TOOLS)
    assert reply is not None and reply_of(CodeScorer(), PROBLEM, TOOLS) is None
    with pytest.raises(ScorerError, match=f"^the scorer Broken {said}"):
        reply([WRONG])


def test_what_follows_from_a_verdict_is_not_asked_ahead() -> None:
    assert next_turn(REQUEST, WRONG) is None


@pytest.mark.parametrize(
    ("answers", "passed", "first", "second"),
    [
        ([RIGHT], True, 1.0, 1.0),
        ([WRONG, RIGHT], True, 0.0, 1.0),
        ([WRONG, WRONG], False, 0.0, 0.0),
        ([WRONG], False, 0, 0),
    ],
)
def test_both_rates_are_kept(answers: list[Completion], passed: bool, first: float, second: float) -> None:
    score = SCORER.score(PROBLEM, answers, TOOLS)
    assert score.passed is passed
    assert score.measures == {"pass_rate_1": first, "pass_rate_2": second}
    assert score.program == ("def f(): return 1\n" if answers[-1] is RIGHT else "def f(): return 2\n")


def test_the_second_rate_is_the_headline() -> None:
    described = [metric.to_json() for metric in SCORER.metrics]
    assert [metric.name for metric in metrics_of(described, (), {})] == ["pass_rate_2", "pass_rate_1"]
