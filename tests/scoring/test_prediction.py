"""Answers that predict a call or its value: what is taken from them, what is refused, and the published rule."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import cycle, product
from typing import Any

import pytest

from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.errors import BrokenTests
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.verdict import Cause, Outcome, Verdict
from pytest_codeeval.scoring.prediction.scorer import PredictionScorer

CODE = "SEP = '-'\n\ndef f(text, n):\n    return [text] * n"
LONGEST = 1 << 16


@dataclass
class Ran:
    """Tools that keep what they are to run, and say that it passes."""

    verdict: Verdict = field(default_factory=lambda: Verdict(Cause.PASSED))
    programs: list[str] = field(default_factory=list)
    thinking_marks: tuple[tuple[str, str], ...] = ()
    judges: tuple[str, ...] = ()

    def run(self, problem: Problem, code: str) -> Verdict:
        self.programs.append(code)
        return self.verdict

    def ask(self, *_: Any, **__: Any) -> Completion:
        raise AssertionError("nobody is asked")


def problem(mode: str) -> Problem:
    extra = {"code": CODE, "input": "'ab', 2", "output": "['ab', 'ab']", "mode": mode}
    return Problem("sample_7", "", "def check(candidate): ...", "answer", extra=extra)


def taken(mode: str, text: str, form: Form = Form.CHAT) -> tuple[str | None, Score]:
    """Return the expression that is run, None if none is, and the score."""
    ran = Ran()
    score = PredictionScorer().score(problem(mode), [Completion(text, form=form)], ran)
    if not ran.programs:
        return None, score
    [program] = ran.programs
    head, _, tail = program.partition("\n\ndef answer():\n    return (\n")
    assert head.startswith(CODE)
    assert tail.endswith("\n)\n")
    return tail.removesuffix("\n)\n"), score


VALUES = [
    ("['ab', 'ab']", "['ab', 'ab']"),
    ("assert f('ab', 2) == ['ab', 'ab']", "['ab', 'ab']"),
    ("assert f('ab', 2) == ['ab',\n  'ab']", "['ab',\n  'ab']"),
    ("It makes 2.\n\nANSWER: ['ab',\n    'ab']\n", "['ab',\n    'ab']"),
    ("[ANSWER]f('ab', 2) == ['ab', 'ab'][/ANSWER]", "['ab', 'ab']"),
    ("<answer>['ab', 'ab']</answer>", "['ab', 'ab']"),
    ("[THOUGHT]\nANSWER: [1]\n[/THOUGHT]\n[ANSWER]\n['ab', 'ab']\n[/ANSWER]", "['ab', 'ab']"),
    ("<think>ANSWER: 3</think>\nANSWER: 4", "4"),
    ("At first ANSWER: 3.\n\nANSWER: 4.", "4"),
    ("The output is **'a. b'**.", "'a. b'"),
    ("The result is 4.5, since 9 / 2 is that.", "4.5"),
    ("The output is list-like: see above.\nANSWER: -1", "-1"),
    ("```python\nassert f('ab', 1) == ['ab']\nassert f('ab', 2) == [1]\nassert f('x', 9) == [3]\n```", "[1]"),
    ("```\nresult = {'a': 1}\n```", "{'a': 1}"),
    ("ANSWER: 1, 2", "(1, 2\n)"),
    ("So f('ab', 2) returns `{'a': (1, 2)}`, as told.", "{'a': (1, 2)}"),
    ("`True`", "True"),
    ("`['a => 1']`", "['a => 1']"),
    ("['a => 1']\n\nIt is so.", "['a => 1']"),
    ("'ab'\n\nIt is what the loop leaves.", "'ab'"),
    ("ANSWER: '''a\nb'''", "'''a\nb'''"),
    ("ANSWER: [x * 2 for x in range(3)]", "[x * 2 for x in range(3)]"),
    ("The length is 3.\n\n$$\\boxed{['a}', 'b']}$$\n\nThe result is 4.", "['a}', 'b']"),
    ("So it is \\boxed{1}. No: \\boxed{\\texttt{'a b'}}.", "'a b'"),
    ("\\(\\boxed{\\{1: 'a\\_b'\\}}\\)", "{1: 'a_b'}"),
    ("\\boxed{'a\\_b'}", "'a\\_b'"),
    ("\\boxed{n + 1}\n\nANSWER: 3", "3"),
    ("\\boxed{4}: ANSWER: 5 \\boxed{6, 7", "4"),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_a_value_is_found_in_every_form(text: str, value: str) -> None:
    found, score = taken("output", text)
    assert (found, score.passed) == (value, True)


CALLS = [
    ("f('ab', 2)", "f('ab', 2)"),
    ("assert f('ab', 2) == ['ab', 'ab']", "f('ab', 2)"),
    ("assert ['ab', 'ab'] == f('ab', n=2)", "f('ab', n=2)"),
    ("ANSWER: f('ab', 2) gives it", "f('ab', 2)"),
    ("ANSWER: 'ab', 2", "f('ab', 2\n)"),
    ("$\\boxed{f('ab', 2)}$", "f('ab', 2)"),
    ("$\\boxed{'ab', 2}$", "f('ab', 2\n)"),
    ("The result is ['ab', 'ab'] if the call is f('ab', 2).", "f('ab', 2)"),
    ("```python\nassert f('ab', 2) == ['ab', 'ab']\nassert f('c', 1) == ['c']\n```", "f('ab', 2)"),
    ("With f(text, n) as it is, `f('ab', 2)` will do.", "f('ab', 2)"),
    ("ANSWER: f(SEP, len('ab'))", "f(SEP, len('ab'))"),
    ("ANSWER: f('ab'.upper(), (lambda x: x)(2))", None),
    (
        "ANSWER: f([x for x in 'ab'], sorted('ba', key=lambda x: x))",
        "f([x for x in 'ab'], sorted('ba', key=lambda x: x))",
    ),
]


@pytest.mark.parametrize(("text", "call"), CALLS)
def test_a_call_is_found_in_every_form(text: str, call: str | None) -> None:
    found, score = taken("input", text)
    assert (found, score.passed) == (call, call is not None)


REFUSED = [
    ("output", "ANSWER: __import__('os').system('true')"),
    ("output", "ANSWER: (lambda: exec('1'))()"),
    ("output", "ANSWER: type('A', (), {'__eq__': lambda a, b: True})()"),
    ("output", "ANSWER: f('ab', 2)"),
    ("output", "ANSWER: [f('ab', 1)[0]] * 2"),
    ("output", "ANSWER: [x := 1]"),
    ("output", "ANSWER: ().__class__.__base__.__subclasses__()"),
    ("output", "ANSWER: [e('1') for e in [g.gi_frame.f_builtins['exec'] for g in [(x for x in '1')]]]"),
    ("output", "ANSWER: open('/etc/passwd').read()"),
    ("output", "ANSWER: [(yield)]"),
    ("output", "[ANSWER]globals()[/ANSWER]\n\nThat is `['ab', 'ab']`."),
    ("output", "ANSWER: [f for f in [1]]"),
    ("input", "ANSWER: f('ab', 2)[:]"),
    ("input", "ANSWER: f(f('ab', 1), 2)"),
    ("input", "ANSWER: [f('ab', 2), 1][0]"),
    ("input", "ANSWER: (lambda f: f('ab', 2))(lambda a, b: ['ab', 'ab'])"),
    ("input", "ANSWER: f(*(f := lambda a, b: 1,))"),
    ("input", "ANSWER: f(exec('f = 1'), 2)"),
]


@pytest.mark.parametrize(("mode", "text"), REFUSED)
def test_what_does_more_than_make_a_value_is_not_run(mode: str, text: str) -> None:
    found, score = taken(mode, text)
    assert (found, score.passed, score.outcome, score.cause) == (None, False, Outcome.NOT_ALLOWED, Cause.NOT_ALLOWED)
    assert score.measures == {"published": 0.0}


@pytest.mark.parametrize(
    "text",
    [
        "I cannot say.",
        "The output is a list of words.",
        "ANSWER: list",
        "It calls f(text, n).",
        "0 or 1",
        "It is 0 or 1.",
    ],
)
@pytest.mark.parametrize("mode", ["input", "output"])
def test_words_are_no_answer(mode: str, text: str) -> None:
    found, score = taken(mode, text)
    assert (found, score.outcome) == (None, Outcome.NO_ANSWER)


AS_PUBLISHED = [
    ("output", "['ab', 'ab']", "['ab', 'ab']"),
    ("output", "'a', 'a message'", "'a'"),
    ("output", "'a' and 'b'", "'a'"),
    ("output", "'a' or 'b'", None),
    ("output", "'a' if 1 else 'b'", None),
    ("output", "'a'\n\nThat is it.", None),
    ("output", "'a'\n[/ANSWER]", None),
    ("output", "ANSWER: 'a'", None),
    ("output", "f('ab', 2)", None),
    ("output", "'a'\nassert f('ab', 2)", None),
    ("output", "'a == b'", "'a == b'"),
    ("output", "assert f('ab', 2) == 'a'", "'a'"),
    ("output", f"[PYTHON]\n{CODE}\nassert f('ab', 2) == ??\n[ANSWER]\nassert f('ab', 2) == 'a'\n", "'a'"),
    ("output", f"{CODE}\n[ANSWER]\nf('ab', 2) == 'a == b'", None),
    ("input", "f('ab', 2)", "f('ab', 2)"),
    ("input", "'ab', 2", None),
    ("input", "f('ab', 2) is True", "f('ab', 2)"),
    ("input", "f('ab', 2) or True", None),
    ("input", "f ('ab', 2)", None),
    ("input", "assert f('ab', 2) == 3\nassert f('c', 1) == 4", "f('ab', 2)"),
    ("input", f"{CODE}\nassert f(??) == 3\n[ANSWER]\nassert f('ab', 2) == 3", "f('ab', 2)"),
]


@pytest.mark.parametrize(("mode", "text", "expression"), AS_PUBLISHED)
@pytest.mark.parametrize("form", [Form.PROGRAM, Form.CONTINUATION])
def test_a_recorded_answer_is_read_by_the_published_rule_alone(
    mode: str, text: str, expression: str | None, form: Form
) -> None:
    found, score = taken(mode, text, form)
    assert (found, score.passed) == (expression, expression is not None)
    assert score.measures == {"published": float(expression is not None)}


def test_what_has_to_hold_besides_is_run_before_the_value_is_asked() -> None:
    for text, after in [
        ("1\nassert f('c', 1)\nprint(f('c', 1))", "assert f('c', 1)\nprint(f('c', 1))"),
        ("True is True and 3 > 2", "assert True is True\nassert 3 > 2"),
    ]:
        ran = Ran()
        assert PredictionScorer().score(problem("output"), [Completion(text, form=Form.PROGRAM)], ran).passed
        assert ran.programs[0].startswith(f"{CODE}\n\n{after}\n\n\ndef answer():")
    for text in ("1\nx = 2", "1\nassert exec('1')", "1\ndef answer(): pass"):
        assert taken("output", text, Form.PROGRAM)[0] is None


def test_the_published_rule_knows_an_expression_and_nothing_else() -> None:
    for text, published in [("'ab'", 1.0), ("ANSWER: 'ab'", 0.0), ("f('ab', 2) == 'ab'", 1.0), ("'ab'\n\nSo.", 0.0)]:
        assert taken("output", text)[1].measures == {"published": published}
    failed = PredictionScorer().score(problem("output"), [Completion("'ab'")], Ran(Verdict(Cause.WRONG_ANSWER)))
    assert (failed.passed, failed.outcome, failed.measures) == (False, Outcome.WRONG_ANSWER, {"published": 0.0})


def test_an_answer_that_was_cut_off_counts_if_it_stood_where_answers_do() -> None:
    for text, passed in [("ANSWER: ['ab']", True), ("So far that is `['ab']` and", False), ("ANSWER: ['ab', ", False)]:
        score = PredictionScorer().score(problem("output"), [Completion(text, "length")], Ran())
        assert score.passed is passed, text
        assert passed or score.cause == Cause.CUT_SHORT


def test_tests_that_judge_nobody_are_nobodys_fault() -> None:
    with pytest.raises(BrokenTests):
        PredictionScorer().score(problem("output"), [Completion("1")], Ran(Verdict(Cause.UNGRADED)))


WORST = (
    *("[", "(", "-", "not ", "'", "'''\"", "'\\", "f(", "f(1) ", "assert f(1) == ", "assert f(1) == 2\n", "[ANSWER]"),
    *("answer: [", "answer: '", "the output is [1, ", "```\n", "```python\nf(1)\n", "`a` ", "`", "== ", "1+", "1\n"),
    *(
        "9",
        "1<",
        ".a",
        "()",
        "\0a",
        "\ud800",
        "-> ",
        "is ",
        " \n",
        "\\boxed{",
        "\\boxed{1+",
        "\\boxed{}",
        "f'{",
        "{",
        "and ",
        "print(1)\n",
        "lambda:",
        "1,",
    ),
)


def test_the_worst_texts_are_read_quickly() -> None:
    slow = []
    for unit, (mode, length) in zip(WORST, cycle(product(("input", "output"), (LONGEST, 8000))), strict=False):
        start = time.process_time()
        PredictionScorer().score(problem(mode), [Completion((unit * length)[:length])], Ran())
        if (seconds := time.process_time() - start) > 1:
            slow.append((unit, mode, length, seconds))
    assert slow == []
