"""Unanswered: a suite in which many answers hold nothing to score says more of the asking than of the model."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from pytest_codeeval.core.ending import Ending, ending_of
from pytest_codeeval.core.result import Result, Sample
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.reports.suitescore import SuiteScore

NOTHING = (Outcome.NO_ANSWER, Outcome.NO_CODE, Outcome.CUT_SHORT)
"""The outcomes of answers in which nothing was found, or that ended before they came to it."""

ONE_IN = 10
"""Of how many answers one without anything to score is one too many."""

_EXAMPLES = 3
_LONGEST = 60
REMEDIES = {
    "cut": "the answers were cut off: raise --max-tokens",
    "thinking": "the answers are thinking only: raise --max-tokens, turn thinking off, or name its --thinking-marks",
    "empty": "the answers are empty: look at the server's chat template, and at its reasoning parser",
    "words": "look at a few of them: a wrong chat template, --mode (a base model that is asked by chat), a system "
    "prompt or another protocol than the suite's may be behind it",
}
"""What to do, by why nothing was found."""


class Unanswered:
    """Counts why nothing was found in answers, and keeps a few examples of these, by model and suite."""

    def __init__(self) -> None:
        self._examples: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        self._reasons: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)

    def add(self, result: Result) -> None:
        """Take in what came of an item."""
        for sample in result.samples:
            if sample.score.outcome in NOTHING:
                self._reasons[result.model, result.suite][_why(sample)] += 1
                found = self._examples[result.model, result.suite]
                found.setdefault(result.task_id, _ending(sample.completion.text))
                # The same ones whatever the order in which they come.
                if len(found) > _EXAMPLES:
                    del found[max(found, key=_in_order)]

    def lines(self, scores: Sequence[SuiteScore]) -> Iterator[str]:
        """Yield what there is to say where nothing was found in a tenth of the answers or more, safe to print."""
        for score in scores:
            missing, total = sum(score.outcomes[outcome] for outcome in NOTHING), score.outcomes.total()
            examples = self._examples.get((score.model, score.suite), {})
            if not examples or missing * ONE_IN < total:
                continue
            reasons = self._reasons[score.model, score.suite]
            what = "hold nothing to score" + (", or were cut off" if reasons["cut"] else "")
            yield printable(f"{missing} of {counted(total, 'answer')} {what}: {score.model} on {score.suite}")
            for task_id in sorted(examples, key=_in_order):
                yield printable(f"  {task_id}: {examples[task_id]}")
            yield f"  {REMEDIES[max(REMEDIES, key=reasons.__getitem__)]}"


def _why(sample: Sample) -> str:
    last = sample.completion
    says = bool(last.text.strip() or last.tool_calls)
    return why_nothing(sample.score.outcome, last.finish_reason, sample.score.cause, says=says)


def why_nothing(outcome: str, finish_reason: object, cause: object, *, says: bool) -> str:
    """Return which of the remedies is for an answer in which nothing was found; `says` is whether it has any text."""
    if outcome == Outcome.CUT_SHORT or ending_of(finish_reason) is Ending.CUT_SHORT:
        return "cut"
    if cause == "thinking_leaked":
        return "thinking"
    return "words" if says else "empty"


def _ending(text: str) -> str:
    """Return the end of an answer as one short line."""
    line = " ".join(printable(text[-4 * _LONGEST :]).split())
    return repr(f"…{line[-_LONGEST:]}" if len(line) > _LONGEST else line) if line else "(empty)"


def _in_order(task_id: str) -> tuple[int, str]:
    return len(task_id), task_id
