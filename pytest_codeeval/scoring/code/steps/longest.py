"""The longest run of lines that is Python, by the lines that are not empty; of several the first."""

from __future__ import annotations

import ast
import warnings

_MOST = 3_000_000  # characters that are tried in all: about a second; no answer of a usual length takes a tenth of it


def longest_python(text: str) -> str:
    """Return those lines, two or more; the first line, if there are none.

    Where a run of lines is no Python because of one of them, no longer run with that line is: all that begin at a
    line are known after a few attempts.
    """
    lines = text.split("\n")
    full = [bool(line.strip()) for line in lines]
    left = sum(full)
    best, most, room = (0, 0), 0, _MOST
    for start in range(len(lines)):
        if left <= most or room <= 0:
            break
        end, spent = _end(lines, start, room)
        room -= spent
        while end > start + 2 and not full[end - 1]:
            end -= 1
        count = sum(full[start:end]) if end > start + 1 else 0
        if count > most:
            most, best = count, (start, end - 1)
        left -= full[start]
    return "\n".join(lines[best[0] : best[1] + 1])


def _end(lines: list[str], start: int, room: int) -> tuple[int, int]:
    """Return the end of the longest run from a line that is Python (the line itself, if none is), and what it cost."""
    end, spent = len(lines), 0
    if lines[start][:1] in (" ", "\t") and lines[start].strip() and not lines[start].lstrip().startswith("#"):
        return start, 1  # it is indented, and nothing is above it
    while end > start and spent <= room:
        code = "\n".join(lines[start:end])
        spent += len(code) + 1
        wrong = _wrong_line(code)
        if wrong == 0:
            return end, spent
        end = min(end - 1, start + wrong - 1)
    return start, spent


def _wrong_line(code: str) -> int:
    """Return the line, from 1, that keeps a text from being Python; 0 if it is."""
    last = code.count("\n") + 1
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(code)
    except SyntaxError as error:
        # What is wrong in an f-string is counted from its own beginning.
        is_known = error.lineno is not None and error.lineno > 0 and "f-string" not in (error.msg or "")
        return error.lineno or last if is_known else last
    except (ValueError, RecursionError, MemoryError):
        return 1
    return 0
