"""Unanswered: a suite in which many answers hold nothing to score says more of the asking than of the model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pytest_codeeval.core.result import Result, Sample
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.reports.suitescore import SuiteScore

NOTHING = (Outcome.NO_ANSWER, Outcome.NO_CODE)
"""The outcomes of answers in which nothing was found."""

_SHARE = 0.1
_EXAMPLES = 3
_LONGEST = 60
_REMEDIES = {
    "cut": "the answers were cut off: raise --max-tokens",
    "thinking": "the answers are thinking only: raise --max-tokens, turn thinking off, or name its --thinking-marks",
    "empty": "the answers are empty: look at the server's chat template, and at its reasoning parser",
    "words": "look at a few of them: a wrong chat template, --mode (a base model that is asked by chat), a system "
    "prompt or another protocol than the suite's may be behind it",
}


class Unanswered:
    """Keeps a few examples of answers in which nothing was found, by model and suite."""

    def __init__(self) -> None:
        self._examples: defaultdict[tuple[str, str], dict[str, tuple[str, str]]] = defaultdict(dict)

    def add(self, result: Result) -> None:
        """Take in what came of an item."""
        for sample in result.samples:
            if sample.score.outcome in NOTHING:
                found = self._examples[result.model, result.suite]
                found.setdefault(result.task_id, (_why(sample), _ending(sample.completion.text)))
                # The same ones whatever the order in which they come.
                if len(found) > _EXAMPLES:
                    del found[max(found, key=_in_order)]

    def lines(self, scores: Sequence[SuiteScore]) -> Iterator[str]:
        """Yield what there is to say where nothing was found in a tenth of the answers or more, safe to print."""
        for score in scores:
            missing, total = sum(score.outcomes[outcome] for outcome in NOTHING), score.outcomes.total()
            examples = self._examples.get((score.model, score.suite), {})
            if not examples or missing <= _SHARE * total:
                continue
            said = f"{missing} of {counted(total, 'answer')} hold nothing to score: {score.model} on {score.suite}"
            yield printable(said)
            for task_id in sorted(examples, key=_in_order):
                yield printable(f"  {task_id}: {examples[task_id][1]}")
            reasons = [why for why, _ in examples.values()]
            yield f"  {_REMEDIES[max(_REMEDIES, key=reasons.count)]}"


def _why(sample: Sample) -> str:
    if sample.completion.finish_reason == "length":
        return "cut"
    if sample.score.cause == "thinking_leaked":
        return "thinking"
    return "words" if sample.completion.text.strip() else "empty"


def _ending(text: str) -> str:
    """Return the end of an answer as one short line."""
    line = " ".join(printable(text[-4 * _LONGEST :]).split())
    return repr(f"…{line[-_LONGEST:]}" if len(line) > _LONGEST else line) if line else "(empty)"


def _in_order(task_id: str) -> tuple[int, str]:
    return len(task_id), task_id
