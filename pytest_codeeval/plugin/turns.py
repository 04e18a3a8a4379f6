"""The turns of a case: each answer is waited for before the next turn, which holds it, is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.plugin.case import Case
from pytest_codeeval.scoring.conversation import Conversation, Reply

Ask = Callable[[Sequence[CompletionRequest]], list[Completion]]


def turns_of(
    case: Case, ask: Ask, thinking_marks: Sequence[tuple[str, str]], reply: Reply | None
) -> list[tuple[Completion, ...]]:
    """Return the answers of all turns, sample by sample, those between which tools were called among them."""
    toolbox = case.scorer.toolbox(case.problem)
    talks = [Conversation(request, thinking_marks, toolbox, reply) for request in case.requests]
    said: list[tuple[Completion, ...]] = [(completion,) for completion in ask(case.requests)]
    going: list[tuple[int, CompletionRequest]] = list(enumerate(case.requests))
    while going := [(at, following) for at, _ in going if (following := talks[at].after(said[at][-1]))]:
        answers = ask([request for _, request in going])
        for (at, _), completion in zip(going, answers, strict=True):
            said[at] = (*said[at], completion)
    return said
