"""CallLog: one line for each call of a model, as it ends; never a key."""

import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pytest_codeeval.core.completion import Completion, CompletionRequest, Identity
from pytest_codeeval.core.errors import BackendError, StorageError
from pytest_codeeval.core.jsonl import append_rows
from pytest_codeeval.core.keptfile import KeptFile

FILE_NAME = "api_calls.jsonl"
Entry = tuple[Path, dict[str, Any]]


class CallLog:
    """Appends to `api_calls.jsonl` in the folder of each model, given by the identity of requests.

    Where a run asks one model in several ways, `askers` are the folders by what it calls each of them.
    """

    def __init__(self, folders: Mapping[Identity, Path], askers: Mapping[str, Path] | None = None) -> None:
        self._folders = folders
        self._askers = askers or {}
        self._kept: dict[Path, KeptFile] = {}

    def answer(self, request: CompletionRequest, completion: Completion, seconds: float, attempt: int) -> Entry:
        """Return the entry for an answer."""
        response = {
            "text": completion.text,
            "finish_reason": completion.finish_reason,
            "reasoning": completion.reasoning,
            **({"tool_calls": [call.to_json() for call in completion.tool_calls]} if completion.tool_calls else {}),
            **({"scores": [score.to_json() for score in completion.scores]} if completion.scores else {}),
        }
        return self._entry(
            request,
            seconds,
            attempt,
            server=completion.server,
            status="ok",
            response=response,
            prompt_tokens=completion.prompt_tokens,
            completion_tokens=completion.completion_tokens,
            cost=completion.cost,
        )

    def error(self, request: CompletionRequest, error: BackendError, seconds: float, attempt: int) -> Entry:
        """Return the entry for an error."""
        status = error.status or "error"
        return self._entry(request, seconds, attempt, server=error.server, status=status, error=str(error))

    def append(self, entries: Iterable[Entry]) -> None:
        """Write entries, those of one folder at once.

        Raises StorageError where the disk does not take them.
        """
        by_folder: dict[Path, list[dict[str, Any]]] = {}
        for folder, row in entries:
            by_folder.setdefault(folder, []).append(row)
        for folder, rows in by_folder.items():
            self._see_to(folder)
            append_rows(folder / FILE_NAME, rows)

    def _see_to(self, folder: Path) -> None:
        """Have the file there, also if somebody removed it, or its folder before the first call ended."""
        path = folder / FILE_NAME
        if path not in self._kept:
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StorageError(f"{path} cannot be written: {error.strerror}") from None
            self._kept[path] = KeptFile(path)
        self._kept[path].restore()

    def _entry(self, request: CompletionRequest, seconds: float, attempt: int, server: str, **outcome: Any) -> Entry:
        asked: dict[str, Any] = {"messages": request.messages, "params": request.params.to_json()}
        if request.mode != "chat":
            asked.update(mode=request.mode, prompt=request.prompt, prompt_stop=request.prompt_stop)
        if request.tools:
            asked.update(tools=request.tools, tool_choice=request.tool_choice)
        if request.continuations:
            asked["continuations"] = request.continuations
        if request.args:
            asked["args"] = dict(request.args)
        row = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "suite": request.suite,
            "task_id": request.task_id,
            "sample_index": request.sample_index,
            "model": request.model,
            "endpoint": request.endpoint,
            **({"server": server} if server else {}),
            "request": asked,
            "attempt": attempt,
            "seconds": round(seconds, 4),
            **outcome,
        }
        return self._askers.get(request.asker) or self._folders[request.identity], row
