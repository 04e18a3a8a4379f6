"""Labels: names of models and suites, which may be anything, as short lines that stay apart."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_codeeval.core.text import printable

_TAIL = 0.4


def labels(names: Sequence[str], room: int) -> list[str]:
    """Return one line for each name, of about `room` characters, no two alike; what is cut is cut from the middle."""
    found: list[str] = []
    for name in names:
        line = " ".join(printable(name, limit=1000).split()) or "(no name)"
        short = _cut(line, room)
        number = 2
        while short in found:
            end = f" ({number})"
            short, number = _cut(line, room - len(end)) + end, number + 1
        found.append(short)
    return found


def _cut(line: str, room: int) -> str:
    if len(line) <= room:
        return line
    tail = int(room * _TAIL)
    return f"{line[: room - tail - 1]}…{line[len(line) - tail :]}"
