"""Results folders written by hand, for the tests of charts and exports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pytest_codeeval.results import Results, load

HOSTILE = (
    "</text><script>alert(1)</script>",
    '../../etc/passwd id="a" url(#b)',
    "a\x1b[31mred\x00\u202eevil\u2028",
    "x" * 499 + "y",
    "x" * 500,
    r"\input{/etc/passwd} $x_1$ 50% & # ~ ^",
    "=cmd|' /C calc'!A0",
    "a|b\n|---|\n`code` [l](javascript:alert(1)) <img src=x>",
    "\ud800\ufffe\uffff",
    "",
)


def row(task: int, passed: bool = True, index: int = 0, *, model: str = "m", suite: str = "s", **more: Any) -> dict:
    """Make a row of `samples.jsonl`."""
    outcome = "passed" if passed else "wrong_answer"
    about = {"task_id": f"T/{task}", "suite": suite, "model": model, "sample_index": index}
    return {**about, "completion": "text", "passed": passed, "outcome": outcome, "value": float(passed), **more}


def rows(passes: str, **more: Any) -> list[dict]:
    """Make a sample for each letter, of a problem for each word: "101 0" is two of three, and none of one."""
    words = enumerate(passes.split())
    return [row(task, letter == "1", n, **more) for task, word in words for n, letter in enumerate(word)]


def write(folder: Path, samples: list[dict], **datasets: Any) -> Path:
    """Write the folder of one model; `datasets` is what is known of suites by their names."""
    folder.mkdir(parents=True)
    (folder / "samples.jsonl").write_text("".join(json.dumps(one) + "\n" for one in samples))
    known = {suite: {"suite": suite, **about} for suite, about in datasets.items()}
    (folder / "run.json").write_text(json.dumps({"datasets": known, "settings": {}, "finished": "now"}))
    return folder


def results(tmp_path: Path, *runs: list[dict], **datasets: Any) -> Results:
    """Return results of several models, written to folders first."""
    return load(*(write(tmp_path / f"run{n}", samples, **datasets) for n, samples in enumerate(runs)))
