"""The prompts that a run has kept, problem by problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_codeeval.core.jsonl import read_whole_lines
from pytest_codeeval.reports.promptfile import PROMPTS
from pytest_codeeval.results.run import Run

_CALLS = "api_calls.jsonl"
Problem = tuple[str, str]


def prompts_of(run: Run) -> Iterator[tuple[Problem, str]]:
    """Yield (suite, task id) and the prompt, of a problem that was asked several times maybe several.

    Raises StorageError where a file cannot be read.
    """
    if not run.about:  # a file by itself; what lies beside it may be of anybody
        return
    kept = run.samples_path.with_name(PROMPTS)
    if kept.exists():
        yield from _texts(kept_row for kept_row in read_whole_lines(kept))
        return
    # Folders that were made before prompts were kept; of calls only the first of a problem is looked at.
    seen: set[Problem] = set()
    for row in read_whole_lines(run.samples_path.with_name(_CALLS)):
        problem = row.get("suite"), row.get("task_id")
        if not (isinstance(problem[0], str) and isinstance(problem[1], str)) or problem in seen:
            continue
        seen.add((problem[0], problem[1]))
        text = _asked(row.get("request"))
        if text:
            yield (problem[0], problem[1]), text


def _texts(rows: Iterator[dict[str, Any]]) -> Iterator[tuple[Problem, str]]:
    for row in rows:
        suite, task_id, prompt = (row.get(name) for name in ("suite", "task_id", "prompt"))
        if isinstance(suite, str) and isinstance(task_id, str) and isinstance(prompt, str):
            yield (suite, task_id), prompt


def _asked(request: object) -> str:
    """Return what was sent, as one text."""
    if not isinstance(request, Mapping):
        return ""
    if isinstance(request.get("prompt"), str) and request["prompt"]:
        return str(request["prompt"])
    messages = request.get("messages")
    said = [one for one in messages if isinstance(one, Mapping)] if isinstance(messages, list) else []
    return "\n\n".join(f"[{one.get('role')}]\n{one.get('content')}" for one in said)
