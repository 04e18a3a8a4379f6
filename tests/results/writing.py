"""Results folders for the tests of what is made of them: verdicts as short texts, a letter a sample."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_CAUSES = {"+": "passed", "-": "wrong_answer", "t": "cpu_time", "u": "ungraded"}
_OUTCOMES = {"cpu_time": "timeout"}


def rows(model: str, suite: str, ends: Mapping[str, str], **more: Any) -> list[dict[str, Any]]:
    """Make rows of `samples.jsonl`: by task id a letter a sample, such as "+-t"."""
    return [
        {
            "task_id": task_id,
            "model": model,
            "suite": suite,
            "sample_index": index,
            "passed": letter == "+",
            "outcome": _OUTCOMES.get(_CAUSES[letter], _CAUSES[letter]),
            "cause": _CAUSES[letter],
            **more,
        }
        for task_id, letters in ends.items()
        for index, letter in enumerate(letters)
    ]


def numbered(letters: str, suite: str = "S") -> dict[str, str]:
    """Name problems by their place, one sample each."""
    return {f"{suite}/{number}": letter for number, letter in enumerate(letters)}


def write(
    folder: Path,
    model: str,
    suites: Mapping[str, Mapping[str, str]],
    *,
    datasets: Mapping[str, Mapping[str, Any]] | None = None,
    shuffled: int | None = None,
    measured: list[dict[str, Any]] | None = None,
    **about: Any,
) -> Path:
    """Write the folder of one model's run within a results folder; return it."""
    own = folder / model
    own.mkdir(parents=True)
    found = measured or [row for suite, ends in suites.items() for row in rows(model, suite, ends)]
    if shuffled is not None:
        random.Random(shuffled).shuffle(found)
    (own / "samples.jsonl").write_text("".join(json.dumps(row) + "\n" for row in found))
    known = {
        suite: {"suite": suite, "language": "python", "sha256": "a" * 64, **(datasets or {}).get(suite, {})}
        for suite in dict.fromkeys([*suites, *(datasets or {})])
    }
    run = {"settings": {"backend": "b", "model": model}, "datasets": known, "finished": "today", **about}
    (own / "run.json").write_text(json.dumps(run))
    return own
