"""The prompts of several folders as one run would have kept them: each once, in the order of the datasets."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from pytest_codeeval.core.jsonl import placed_lines
from pytest_codeeval.reports.samplefile import copy_line
from pytest_codeeval.reports.sampleorder import Identity, SampleOrder

_Prompt = tuple[str, str, bytes]  # suite, task and a hash of the text, as the texts of all need not fit into memory


def write_prompts(sources: Sequence[Path], target: Path, order: SampleOrder) -> None:
    """Write the prompts of files, as far as they are there; if none is, none is written.

    One that several have stands where it came last: of several prompts of a problem the last is that of its samples.
    Raises StorageError where a file cannot be read.
    """
    places: dict[_Prompt, tuple[Path, int]] = {}
    for source in filter(Path.is_file, sources):
        for place, row in placed_lines(source):
            suite, task_id, prompt = (row.get(name) for name in ("suite", "task_id", "prompt"))
            if isinstance(suite, str) and isinstance(task_id, str) and isinstance(prompt, str):
                one = suite, task_id, sha256(prompt.encode("utf-8", "surrogatepass")).digest()
                places.pop(one, None)
                places[one] = source, place
    found: dict[Identity, tuple[Path, int]] = {}
    for number, ((suite, task_id, _), where) in enumerate(places.items()):
        found[suite, task_id, number] = where
    if not found:
        return
    with target.open("wb") as lines:
        for numbered in order.sorted(found):
            source, place = found[numbered]
            with source.open("rb") as rows:
                copy_line(rows, place, lines)
