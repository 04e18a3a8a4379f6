"""A judge is asked until it has given a verdict: once, and once more for the verdict alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pytest_codeeval.core.completion import Completion, Message, SamplingParams
from pytest_codeeval.core.ending import Ending, ending_of
from pytest_codeeval.core.errors import JudgeError
from pytest_codeeval.core.scorer import Tools
from pytest_codeeval.core.text import printable
from pytest_codeeval.scoring.marks import marks_with
from pytest_codeeval.scoring.text import final_text

V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)

_SILENCE = "(no answer)"
_RUNS = 100
"""How many runs ask anew where a judge has given no verdict."""
_REMEMBERED = 8000
"""Characters of its own text that a judge is shown again, from the end."""


@dataclass(frozen=True, slots=True)
class Question(Generic[V_co]):
    """What a judge is asked, and by which words again; `read` takes the verdict, called `noun`, from what it says."""

    messages: Sequence[Message]
    again: str
    script: str
    noun: str
    read: Callable[[str], V_co | None]


def verdict_of(judge: str, question: Question[V], params: SamplingParams, tools: Tools) -> tuple[V, str]:
    """Return a judge's verdict and what it said with it (text from a model, which may quote the answer).

    If all that was kept from an earlier run is of no use, the judge is asked anew: what ailed it may be mended.
    Raises JudgeError if there is no verdict in the end either, BackendError where the judge cannot be asked.
    """
    why = ""
    for again in range(_RUNS):
        found, why, kept = _asked_twice(judge, question, params, tools, again)
        if found is not None:
            return found, why
        if not kept:
            break
    raise JudgeError(f"the judge {judge} gave no {question.noun}, asked twice ({why}); nothing is scored here")


def _asked_twice(
    judge: str, question: Question[V], params: SamplingParams, tools: Tools, again: int
) -> tuple[V | None, str, bool]:
    """Return the verdict with what was said, or None with why, and whether all of it was kept from before."""
    said, explanation, kept = tuple(question.messages), "", True
    for _ in range(2):
        completion = tools.ask(judge, said, params, question.script, again)
        kept = kept and completion.cached
        text, fault = _final(completion, tools.thinking_marks)
        explanation = explanation or text
        verdict = None if fault else question.read(text)
        if verdict is not None:
            return verdict, explanation, kept
        said = (
            *said,
            {"role": "assistant", "content": text[-_REMEMBERED:] or _SILENCE},
            {"role": "user", "content": question.again},
        )
    return None, fault or f"the last that it said: {printable(' '.join(text.split())[-200:])!r}", kept


def _final(completion: Completion, thinking_marks: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Return what a judge said behind its thinking, and why that can be no verdict, "" if it can."""
    text = (final_text(completion.text, marks_with(tuple(thinking_marks))) or "").strip()
    ending = ending_of(completion.finish_reason)
    if ending is Ending.CUT_SHORT:
        return text, "it was cut off at its token limit"
    if ending is Ending.REFUSED:
        return text, "it declined, or its provider's filter ended what it said"
    return text, "" if text else "it said nothing" + (
        " but thinking" if completion.text or completion.reasoning else ""
    )
