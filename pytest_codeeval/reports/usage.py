"""What answers took: tokens, and what they cost where that is known."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_codeeval.core.column import Total, price
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.reports.suitescore import SuiteScore


def usage_line(model: str, scores: Sequence[SuiteScore], *, priced: bool) -> str:
    """Say what the answers of a model took in all its suites, "" where nothing is known of it.

    `priced` says whether its answers have a price at all: those of a model on this machine have none.
    """
    answers = sum(score.outcomes.total() for score in scores)
    asked, given, cost = (
        Total.of([score.total_of(name) for score in scores]) for name in ("prompt_tokens", "completion_tokens", "cost")
    )
    if not (asked.sum or given.sum or cost.known):
        return ""
    parts = [counted(answers, "answer")]
    parts += [f"{counted(int(asked.sum), 'token')} in"] if asked.sum else []
    parts += [f"{counted(int(given.sum), 'token')} out"] if given.sum else []
    parts += [f"cost {price(cost)}"] if cost.known or priced else []
    return f"{printable(model)}: {', '.join(parts)}"
