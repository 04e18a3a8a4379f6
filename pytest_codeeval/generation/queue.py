"""RequestQueue: what is to be asked of one model, what somebody waits for first."""

from __future__ import annotations

from operator import attrgetter

from pytest_codeeval.core.completion import CompletionRequest

_question = attrgetter(
    "messages", "params", "mode", "prompt", "prompt_stop", "continuations", "args", "tools", "tool_choice"
)


class RequestQueue:
    """Requests by key: `urgent` ones that somebody waits for, then those that were only announced, both in order."""

    def __init__(self) -> None:
        self._urgent: dict[str, CompletionRequest] = {}
        self._announced: dict[str, CompletionRequest] = {}
        self._siblings: dict[tuple[str, str], list[str]] = {}  # keys of one problem's samples, gone ones among them

    def __len__(self) -> int:
        return len(self._urgent) + len(self._announced)

    def __contains__(self, key: str) -> bool:
        return key in self._urgent or key in self._announced

    def announce(self, key: str, request: CompletionRequest) -> None:
        """Add a request that will be asked for later."""
        if key not in self:
            self._announced[key] = request
            self._siblings.setdefault((request.suite, request.task_id), []).append(key)

    def need(self, key: str, request: CompletionRequest) -> None:
        """Add a request that somebody waits for, or put it before those that nobody does."""
        if self._announced.pop(key, None) is None and key not in self._urgent:
            self._siblings.setdefault((request.suite, request.task_id), []).append(key)
        self._urgent[key] = request

    def pop(self) -> tuple[str, CompletionRequest] | None:
        """Take out the next request; None where there is none."""
        waiting = self._urgent or self._announced
        if not waiting:
            self._siblings.clear()
            return None
        key = next(iter(waiting))
        return key, waiting.pop(key)

    def pop_sibling(self, first: CompletionRequest) -> tuple[str, CompletionRequest] | None:
        """Take out another sample of the question that `first` asks; None where there is none."""
        keys = self._siblings.get((first.suite, first.task_id), [])
        while keys:
            key = keys.pop(0)
            waiting = self._urgent if key in self._urgent else self._announced
            request = waiting.get(key)
            if request is not None and _question(request) == _question(first):
                return key, waiting.pop(key)
        return None

    def clear(self) -> None:
        """Forget all requests."""
        self._urgent.clear()
        self._announced.clear()
        self._siblings.clear()
