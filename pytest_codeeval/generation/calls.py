"""CallLog: one line for each call of a model, as it ends; never a key."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.core.jsonl import append_rows

FILE_NAME = "api_calls.jsonl"


class CallLog:
    """Appends to `api_calls.jsonl` in the folder of each model, given by the request's backend, model and endpoint."""

    def __init__(self, folders: Mapping[tuple[str, str, str], Path]) -> None:
        self._folders = folders

    def answered(
        self, requests: Sequence[CompletionRequest], completions: Sequence[Completion], seconds: float, attempt: int
    ) -> None:
        """Log a call that brought answers."""
        for request, completion in zip(requests, completions, strict=True):
            response = {
                "text": completion.text,
                "finish_reason": completion.finish_reason,
                "reasoning": completion.reasoning,
            }
            self._append(
                request,
                seconds,
                attempt,
                status="ok",
                response=response,
                prompt_tokens=completion.prompt_tokens,
                completion_tokens=completion.completion_tokens,
                cost=completion.cost,
            )

    def failed(self, requests: Sequence[CompletionRequest], error: BackendError, seconds: float, attempt: int) -> None:
        """Log a call that brought an error."""
        for request in requests:
            self._append(request, seconds, attempt, status=error.status or "error", error=str(error))

    def _append(self, request: CompletionRequest, seconds: float, attempt: int, **outcome: Any) -> None:
        folder = self._folders[request.backend, request.model, request.endpoint]
        asked = request.to_json()
        row = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "suite": request.suite,
            "task_id": request.task_id,
            "sample_index": request.sample_index,
            "model": request.model,
            "endpoint": request.endpoint,
            "request": {"messages": asked["messages"], "params": asked["params"]},
            "attempt": attempt,
            "seconds": round(seconds, 4),
            **outcome,
        }
        append_rows(folder / FILE_NAME, [row])
