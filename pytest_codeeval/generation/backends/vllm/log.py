"""ServerLog: what a server printed since it was last started."""

from __future__ import annotations

import re
from pathlib import Path

_TAIL_BYTES = 1 << 17
# What vLLM puts before its lines, as in "(EngineCore pid=12) INFO 11-21 11:28:14 [core.py:99] Loading…".
_STAMP = re.compile(r"^(?:\([\w. ]*pid=\d+\)\s*)?(?:[A-Z]+ [\d-]+ [\d:]+ )?(?:\[[\w./]+:\d+\] ?)?")
_REASON = re.compile(r"^(?:[\w.]*(?:Error|Exception)|[\w. -]*error): \S")
_WORD = re.compile(r"[A-Za-z]{3}")
# What every start of a server that failed ends with; the reason stands before it.
_VAGUE = re.compile(r"Engine core initialization failed|WorkerProc initialization failed|EngineDeadError")


class ServerLog:
    """A file that earlier starts may have written to: `mark` says where this one begins."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._start = 0

    def mark(self) -> None:
        """Take what is printed from now on as this start's."""
        self._start = self.path.stat().st_size if self.path.exists() else 0

    def last(self, count: int) -> list[str]:
        """Return the last lines, as they are."""
        return self._lines()[-count:]

    def progress(self) -> str:
        """Return the last line that says something, without its stamp."""
        plain = (_plain(line) for line in reversed(self._lines()))
        return next((line for line in plain if _WORD.search(line)), "")

    def reason(self) -> str:
        """Return the line that says why the server ended, or the last that says something."""
        lines = [_plain(line) for line in self._lines()]
        found = [number for number, line in enumerate(lines) if _REASON.match(line)]
        telling = [number for number in found if not _VAGUE.search(lines[number])] or found
        if not telling:
            return self.progress()
        line = lines[telling[-1]]
        # pydantic says on the next line what is wrong.
        return (
            f"{line}: {lines[telling[-1] + 1]}" if "validation error" in line and len(lines) > telling[-1] + 1 else line
        )

    def _lines(self) -> list[str]:
        try:
            with self.path.open("rb") as file:
                size = file.seek(0, 2)
                file.seek(max(self._start, size - _TAIL_BYTES))
                return file.read().decode("utf-8", "replace").splitlines()
        except OSError:
            return []


def _plain(line: str) -> str:
    return " ".join(_STAMP.sub("", _STAMP.sub("", line.strip())).split())
