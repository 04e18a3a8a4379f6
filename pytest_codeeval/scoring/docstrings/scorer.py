"""DocstringScorer: compares a docstring with its function, and has its examples run; a judge may rate it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.errors import BrokenTests
from pytest_codeeval.core.metric import PASS_AT, Mean
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.scorer import Tools
from pytest_codeeval.core.verdict import Outcome, Verdict
from pytest_codeeval.scoring.docstrings import samples
from pytest_codeeval.scoring.docstrings.documented import documented, faults
from pytest_codeeval.scoring.docstrings.examples import examples_in, program
from pytest_codeeval.scoring.docstrings.reading import docstring_in
from pytest_codeeval.scoring.docstrings.task import REFERENCE, DocstringTask, reference_docstring
from pytest_codeeval.scoring.judging.asking import JUDGING, Conversation, ask
from pytest_codeeval.scoring.judging.rating import LOWEST, VerdictForm
from pytest_codeeval.scoring.text import TextScorer

PARTS = ("style", "summary", "parameters", "returns", "raises", "examples")
"""What a docstring is measured by; it passes if nothing is wrong with any of them."""
RATING = "rating"


class DocstringScorer(TextScorer):
    """Takes the docstring from an answer; a problem has `code`, `style` and perhaps `rubric` in `extra`.

    The problem's test runs the examples. A rating is a measure beside the others, and no docstring fails by it.
    """

    metrics = (PASS_AT, *(Mean(part, part) for part in PARTS), Mean(RATING, RATING, percent=False))
    may_judge = True
    whole_words = False

    def score(self, problem: Problem, completions: Sequence[Completion], tools: Tools) -> Score:
        """Return the score; an answer without a docstring has no part of one, and the lowest rating."""
        score = super().score(problem, completions, tools)
        none = {**dict.fromkeys(PARTS, 0.0), **({RATING: LOWEST} if tools.judges else {})}
        return replace(score, measures={**none, **score.measures})

    def score_said(self, problem: Problem, text: str, completion: Completion, tools: Tools) -> Score:  # noqa: ARG002
        """Return the score of an answer's text."""
        task = DocstringTask.of(problem)
        found = docstring_in(text, task, tools.thinking_marks)
        if found.outcome:
            return Score(False, found.outcome, found.why)
        wrong, verdict = _faults(found.text, task, problem, tools)
        measures = {part: float(part not in wrong) for part in PARTS}
        if tools.judges:
            measures[RATING] = _rating(found.text, problem, tools)
        return Score(
            not wrong,
            Outcome.WRONG_ANSWER if wrong else Outcome.PASSED,
            "; ".join(dict.fromkeys(wrong.values())),
            answer=found.text,
            found=found.where,
            measures=measures,
            stages=verdict.stages if verdict else (),
            weak=verdict.weak if verdict else False,
        )

    def reference(self, problem: Problem) -> str:
        """Return the function with its docstring as a chat model would give it."""
        code = str(problem.extra[REFERENCE])
        return f"Here is the function with its docstring:\n\n```python\n{code.rstrip()}\n```\n" if code else ""

    def right_answers(self, problem: Problem) -> Mapping[str, str]:
        """Return the right docstring in the forms in which models give one."""
        return samples.right(problem, self.reference(problem)) if problem.extra[REFERENCE] else {}

    def wrong_answers(self, problem: Problem) -> Mapping[str, str]:
        """Return docstrings that lack a part or are wrong in one, and answers that are none."""
        return samples.wrong(problem) if problem.extra[REFERENCE] else {}


def _faults(text: str, task: DocstringTask, problem: Problem, tools: Tools) -> tuple[dict[str, str], Verdict | None]:
    """Return what is wrong with a docstring, by parts, and the verdict on its examples if they were run."""
    said = documented(text, task.style)
    if isinstance(said, str):
        wrong = dict.fromkeys([part for part in PARTS if part != "examples"], said)
    else:
        wrong = dict(faults(said, task))
    examples = examples_in(text, task.name)
    if isinstance(examples, str):
        return {**wrong, "examples": examples}, None
    verdict = tools.run(problem, program(task.code, task.name, examples))
    if not verdict.scored:
        raise BrokenTests(f"no example can be run here: {verdict.detail}")
    if not verdict.passed:
        wrong["examples"] = f"its examples do not hold: {verdict.detail or verdict.cause.value.replace('_', ' ')}"
    return wrong, verdict


def _rating(text: str, problem: Problem, tools: Tools) -> float:
    reference = reference_docstring(problem)
    rubric = str(problem.extra["rubric"])
    shown = Conversation((problem.prompt,), (text,), rubric, (reference,) if reference else ())
    given = [ask(judge, shown, VerdictForm.LINE, JUDGING, tools).rating for judge in tools.judges]
    return sum(given) / len(given)
