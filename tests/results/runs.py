"""Results folders for the tests of what becomes of finished runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

EVIL = (
    "</script><script>document.title='run'</script><img src=x onerror=\"document.title='run'\">"
    "'\"&amp;\u202e\x1b[31m\0\ud800"
)
"""A text that does all the harm it can, if it is taken for anything but text."""


def row(task_id: str = "T/1", passed: bool = True, index: int = 0, **more: Any) -> dict[str, Any]:
    """Make a row of `samples.jsonl`."""
    outcome = "passed" if passed else "wrong_answer"
    known = {"task_id": task_id, "completion": "said", "passed": passed, "suite": "s"}
    return {**known, "sample_index": index, "outcome": outcome, "cause": outcome, **more}


def dataset(suite: str = "s", **more: Any) -> dict[str, Any]:
    """Make what a `run.json` says of the dataset of a suite."""
    known = {"suite": suite, "sha256": "a" * 64, "language": "python", "metrics": [{"name": "pass@k"}]}
    return {**known, "problems": 3, **more}


def write_run(
    folder: Path, rows: Iterable[Mapping[str, Any]], prompts: Mapping[str, str] | None = None, **about: Any
) -> Path:
    """Write the results folder of one model, `prompts` by task id; return it."""
    folder.mkdir(parents=True)
    lines = [{"model": folder.name, **one} for one in rows]
    (folder / "samples.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    known = {"finished": "2026-01-01T00:00:00Z", "settings": {"temperature": 0}, "datasets": {"s": dataset()}}
    (folder / "run.json").write_text(json.dumps({**known, **about}))
    asked = [{"suite": "s", "task_id": task_id, "prompt": prompt} for task_id, prompt in (prompts or {}).items()]
    (folder / "prompts.jsonl").write_text("".join(json.dumps(one) + "\n" for one in asked))
    return folder
