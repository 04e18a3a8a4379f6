"""A conversation of several turns: what a model said in one, and what its calls returned, it is shown in the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import CodeEvalError, ScorerError
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.scorer import Scorer, Tools
from pytest_codeeval.core.text import where_raised
from pytest_codeeval.core.toolbox import Toolbox
from pytest_codeeval.scoring.marks import marks_with
from pytest_codeeval.scoring.text import final_text

Reply = Callable[[Sequence[Completion]], str | None]
"""Returns what the user says to the last of some answers, None if that ends the conversation."""


def reply_of(scorer: Scorer, problem: Problem, tools: Tools) -> Reply | None:
    """Return how a scorer answers a model; None for one that does not.

    What a scorer from outside does instead of that is a ScorerError.
    """

    def reply(said: Sequence[Completion]) -> str | None:
        try:
            words = scorer.reply(problem, said, tools)
        except CodeEvalError:
            raise
        except Exception as error:  # noqa: BLE001 - a scorer from outside may raise anything
            fault = f"raised {where_raised(error)}"
        else:
            if words is None or isinstance(words, str):
                return words
            fault = f"returned {type(words).__name__} and no text"
        raise ScorerError(f"the scorer {type(scorer).__name__} {fault} when it was to reply; mend the scorer.")

    return reply if scorer.replies else None


class Conversation:
    """One sample's conversation; the state of its tools follows from what was said, and is kept nowhere else."""

    def __init__(
        self,
        request: CompletionRequest,
        thinking_marks: Sequence[tuple[str, str]] = (),
        toolbox: Toolbox | None = None,
        reply: Reply | None = None,
    ) -> None:
        """Begin with the request of the first turn; `reply` is for a user who goes by what the model said."""
        self._request = request
        self._marks = marks_with(tuple(thinking_marks))
        self._toolbox = toolbox
        self._state = toolbox.start if toolbox else None
        self._steps = 0
        self._reply = reply
        self._said: list[Completion] = []

    def after(self, completion: Completion) -> CompletionRequest | None:
        """Return the request that follows this answer to the last one; None if the conversation is over."""
        self._said.append(completion)
        found = self._going_on(completion)
        if found is not None:
            self._request = found
        return found

    def _going_on(self, completion: Completion) -> CompletionRequest | None:
        return self._next_turn(completion) if self._toolbox is None else self._next_step(completion, self._toolbox)

    def _next_step(self, completion: Completion, toolbox: Toolbox) -> CompletionRequest | None:
        from pytest_codeeval.scoring.toolloop import called, calls_of, told  # few suites have tools

        calls = calls_of(completion, toolbox, self._marks)
        if not calls:
            self._steps = 0
            return self._next_turn(completion)
        self._steps += 1
        if self._steps >= toolbox.most_steps:
            return None
        self._state, results = called(toolbox, self._state, calls)
        return told(self._request, completion, calls, results, self._marks)

    def _next_turn(self, completion: Completion) -> CompletionRequest | None:
        """Return the next turn; None if this was the last, or if nothing was said in it.

        A model is not shown its thinking again, as its own chat template would not show it.
        """
        if not self._request.later and self._reply is None:
            return None
        said = (final_text(completion.text, self._marks) or "").strip()
        if not said:
            return None
        if self._request.later:
            return self._request.after(said)
        words = self._reply(self._said) if self._reply else None
        if words is None:
            return None
        return self._request.going_on([{"role": "assistant", "content": said}, {"role": "user", "content": words}])


def next_turn(
    request: CompletionRequest, completion: Completion, thinking_marks: Sequence[tuple[str, str]] = ()
) -> CompletionRequest | None:
    """Return the request that is sure to follow an answer, None if there is none, or what tools return has a say."""
    return None if request.tools else Conversation(request, thinking_marks).after(completion)
