"""What answers took: tokens, and what they cost where that is known."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.reports.scoreboard import Score


def usage_line(model: str, scores: Sequence[Score], *, priced: bool) -> str:
    """Say what the answers of a model took in all its suites, "" where nothing is known of it.

    `priced` says whether its answers have a price at all: those of a model on this machine have none.
    """
    answers = sum(score.outcomes.total() for score in scores)
    asked = sum(score.prompt_tokens.total() for score in scores)
    given = sum(score.tokens.total() for score in scores)
    known = any(score.cost for score in scores)
    if not (asked or given or known):
        return ""
    parts = [counted(answers, "answer")]
    parts += [f"{counted(asked, 'token')} in"] if asked else []
    parts += [f"{counted(given, 'token')} out"] if given else []
    parts += [f"cost {price_of(scores)}"] if known or priced else []
    return f"{printable(model)}: {', '.join(parts)}"


def price_of(scores: Sequence[Score]) -> str:
    """Return the price of all answers of some scores: at least so much, where that of some is not known."""
    unknown = sum(score.unpriced.total() for score in scores)
    if not any(score.cost for score in scores):
        return "unknown" if unknown else "–"
    dollars = fsum(price for score in scores for price in score.cost.values())
    return ("≥ " if unknown else "") + _dollars(dollars)


def _dollars(price: float) -> str:
    if 0 < price < 0.0001:
        return "<$0.0001"
    return f"${price:,.2f}" if price >= 1 or price == 0 else f"${price:.4f}"
