"""Finding: what came of trying a program on other inputs than those of its tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pytest_codeeval.core.verdict import Cause, Verdict
from pytest_codeeval.execution.grading.failure import shown
from pytest_codeeval.scoring.fuzz.values import Arguments, call_of, value_in

PASSED, FAILED, NONE = "passed", "failed", "none"


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether any input told a program from the canonical solution, and what is to be said of it.

    `said` is an assertion that does not hold, with what came instead; of `none` why nothing was tried.
    """

    status: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Counterexample:
    """One input on which a program differs, what the canonical solution returns as text, and how the program failed."""

    arguments: Arguments
    expected: str
    verdict: Verdict


def assertion(entry_point: str, arguments: Arguments, expected: Any, rule: str) -> str:
    """Return what holds of the canonical solution, as a test would say it."""
    call = call_of(entry_point, arguments)
    if rule == "truth":
        return f"assert {call}" if expected else f"assert not {call}"
    return f"assert {call} == {shown(expected)}"


def said_of(found: Counterexample, entry_point: str, rule: str) -> str:
    """Return a counterexample in a line."""
    detail, call = found.verdict.detail, call_of(entry_point, found.arguments)
    held = assertion(entry_point, found.arguments, value_in(found.expected), rule)
    if found.verdict.cause is Cause.WRONG_ANSWER:
        return f"{held}, got {detail.rpartition(', got ')[2]}"
    if found.verdict.cause is Cause.EXCEPTION:
        return f"{held}, raised {detail.removeprefix(f'{call}: ')}"
    return f"{held}, but {found.verdict.cause.value.replace('_', ' ')}: {detail.partition(';')[0]}"
