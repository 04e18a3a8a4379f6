"""The published rule of CRUXEval: an answer is what stands behind `assert VALUE ==`, all of it."""

from __future__ import annotations

from pytest_codeeval.scoring.prediction.expression import FUNCTION, Expression, expression_of
from pytest_codeeval.scoring.prediction.task import PredictionTask

_TAG = "[ANSWER]"


def published_expression(task: PredictionTask, text: str, *, anywhere: bool) -> Expression | None:
    """Return the expression that the published rule compares, None if it fails the text whatever that may be worth.

    What was recorded may be an answer, or the model's own words from which the publishers cut it; `anywhere` says that
    it may be cut from words that do not begin with an assertion or a call.
    """
    _, prompt, behind = text.rpartition(task.code)
    if prompt:
        return _read(task, _cut(task, behind.partition(_TAG)[2]))
    whole = expression_of(text)
    if whole is not None:
        return _read(task, text)
    begins = text.lstrip().startswith((_TAG, "assert", f"{FUNCTION}("))
    return _read(task, _cut(task, text)) if anywhere or begins else None


def _read(task: PredictionTask, text: str) -> Expression | None:
    refused = f"{FUNCTION}(" not in text if task.wants_call else task.call in text
    return None if refused else expression_of(text)


def _cut(task: PredictionTask, text: str) -> str:
    """Return the part of a model's words that the publishers take."""
    if _TAG in text:
        text = text.split(_TAG)[1]
    if "==" in text:
        text = text.split("==")[0 if task.wants_call else 1]
    if task.wants_call and "assert" in text:
        text = text.split("assert")[1]
    return text.strip()
