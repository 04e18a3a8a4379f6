"""A conversation of several turns: what a model said in one is what it is shown in the next."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.scoring.marks import marks_with
from pytest_codeeval.scoring.text import final_text


def next_turn(
    request: CompletionRequest, completion: Completion, thinking_marks: Sequence[tuple[str, str]] = ()
) -> CompletionRequest | None:
    """Return the request of the turn after this one; None if it was the last, or if nothing was said in it.

    A model is not shown its thinking again, as its own chat template would not show it.
    """
    if not request.later:
        return None
    said = final_text(completion.text, marks_with(tuple(thinking_marks)))
    return request.after(said.strip()) if said and said.strip() else None
