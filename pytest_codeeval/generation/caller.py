"""Caller: makes one call of a model, and turns whatever comes of it into an outcome for each request."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.ending import Ending, ending_of
from pytest_codeeval.core.errors import BackendError, CodeEvalError
from pytest_codeeval.core.text import counted
from pytest_codeeval.generation.admission import AdmissionControl, Permit
from pytest_codeeval.generation.backend import ModelBackend

_CALLED = ("tool_calls", "function_call")

Outcome = Completion | BackendError | None
"""What came of one request; None where it was left out and has to be asked again."""


class Caller:
    """Calls the backend of one model and tells admission what is to be learnt from it.

    `break_off` is called where a call shows that nothing more may be sent, as its cost is not known. With `doubts`, an
    empty answer of which the server counted no token is asked for once more: that is a server's fault as a rule.
    `calls` counts what they brought.
    """

    def __init__(
        self,
        backend: ModelBackend,
        admission: AdmissionControl,
        break_off: Callable[[CodeEvalError], None],
        *,
        doubts: bool = True,
    ) -> None:
        self.calls = admission.calls
        self._backend = backend
        self._admission = admission
        self._break_off = break_off
        self._doubts = doubts and backend.cacheable
        self._doubted: set[str] = set()

    async def admit(self, requests: Sequence[CompletionRequest]) -> Permit:
        """Wait until a call with these requests may be made.

        Raises BackendError where the budget does not allow it.
        """
        return await self._admission.admit(self._backend, requests)

    async def call(self, requests: Sequence[CompletionRequest], permit: Permit) -> list[Outcome]:
        """Make one call; whatever goes wrong with it is an error in the place of each answer."""
        answers: list[Completion] = []
        try:
            found = await self._backend.generate(requests)
            if len(found) != len(requests):
                said = f"{counted(len(found), 'answer')} to {counted(len(requests), 'request')}"
                raise BackendError(f"the backend gave {said}")
            outcomes = [self._checked(*pair) for pair in zip(requests, found, strict=True)]
            answers = [outcome for outcome in outcomes if isinstance(outcome, Completion)]
            if not any(outcomes):
                raise BackendError("the backend answered none of its requests")
        except BackendError as error:
            self._admission.refused(permit, error)
            return [error] * len(requests)
        except CodeEvalError:
            raise
        except Exception as error:
            # A backend from outside may raise anything: that is never the model's wrong answer.
            return [unexpected(error)] * len(requests)
        finally:
            self._count(permit, requests, answers)
        for outcome in outcomes:
            if isinstance(outcome, BackendError):
                self._admission.refused(permit, outcome)
        return outcomes

    def _checked(self, request: CompletionRequest, answer: object) -> Outcome:
        if answer is None or isinstance(answer, BackendError):
            return answer
        if not isinstance(answer, Completion) or not isinstance(answer.text, str):
            raise TypeError(f"{answer!r:.100} is no completion")
        if len(answer.scores) != len(request.continuations):
            said = f"{counted(len(answer.scores), 'score')} to {counted(len(request.continuations), 'continuation')}"
            return BackendError(f"the backend gave {said} of {request.task_id}")
        ending = ending_of(answer.finish_reason)
        if ending is None:
            return BackendError(
                f"{request.model} did not end its answer: finish reason {answer.finish_reason!r:.100} is a fault of "
                "the server",
                retryable=self._backend.cacheable,
            )
        if request.tools and answer.finish_reason in _CALLED and not (answer.text or answer.tool_calls):
            return BackendError(
                f"{request.model} called a tool, as its server says, and the answer holds no call",
                retryable=self._backend.cacheable,
            )
        if self._doubts and ending is Ending.COMPLETE and _is_nothing(answer):
            key = request.key
            if key not in self._doubted:
                self._doubted.add(key)
                return BackendError(f"{request.model} answered with nothing, and no token was counted", retryable=True)
        return answer

    def _count(self, permit: Permit, requests: Sequence[CompletionRequest], answers: Sequence[Completion]) -> None:
        try:
            self._admission.came_back(permit, requests, answers)
        except BackendError as error:
            self._break_off(error)


def unexpected(error: BaseException) -> BackendError:
    """Return the error that an exception of a backend stands for."""
    return BackendError(f"the backend failed: {type(error).__name__}: {error}")


def _is_nothing(answer: Completion) -> bool:
    said = answer.text.strip() or answer.reasoning.strip() or answer.tool_calls
    return not (said or answer.completion_tokens)
