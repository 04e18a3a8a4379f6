"""Files of lines that results folders are merged from, one behind the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from pytest_codeeval.reports.checkedfile import CHECKED

CALLS = "api_calls.jsonl"
JUDGES = "judges"
_AT_ONCE = 1 << 20


def put_all_together(folders: Sequence[Path], target: Path) -> None:
    """Write the calls of a model, and what its verdicts came about by: of what is there twice the last counts."""
    for name in (CALLS, CHECKED):
        put_together([folder / name for folder in folders], target / name)


def put_together(sources: Iterable[Path], target: Path) -> None:
    """Write files of lines one behind the other, as far as they are there; if none is, none is written."""
    for source in sources:
        if not source.is_file():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as lines, target.open("ab") as whole:
            last = b"\n"
            while block := lines.read(_AT_ONCE):
                whole.write(block)
                last = block[-1:]
            whole.write(b"" if last == b"\n" else b"\n")  # a kill tore the last line apart
