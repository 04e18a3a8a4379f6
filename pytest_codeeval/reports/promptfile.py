"""PromptFile: what each problem was put to a model as, one line a problem, in `prompts.jsonl` of its folder."""

from __future__ import annotations

from pathlib import Path

from pytest_codeeval.core.jsonl import append_rows, read_whole_lines
from pytest_codeeval.core.result import Result

PROMPTS = "prompts.jsonl"


class PromptFile:
    """Appends a prompt once; a problem that is put in other words has a further line."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / PROMPTS
        self._known: set[tuple[str, str, int]] | None = None

    def add(self, result: Result) -> None:
        """Keep the prompt of a result, if it is not kept yet.

        Raises StorageError where the disk does not take it.
        """
        if not result.prompt:
            return
        if self._known is None:
            rows = read_whole_lines(self._path)
            self._known = {_key(row.get("suite"), row.get("task_id"), row.get("prompt")) for row in rows}
        key = _key(result.suite, result.task_id, result.prompt)
        if key not in self._known:
            append_rows(self._path, [{"suite": result.suite, "task_id": result.task_id, "prompt": result.prompt}])
            self._known.add(key)


def _key(suite: object, task_id: object, prompt: object) -> tuple[str, str, int]:
    return str(suite), str(task_id), hash(str(prompt))
