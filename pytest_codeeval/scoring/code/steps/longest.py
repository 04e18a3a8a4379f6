"""The longest run of lines that is Python, by the lines that are not empty; of several the first."""

from __future__ import annotations

import ast
import re
import warnings

_MOST = 400_000  # characters that are tried in all: a second at most; of recorded answers none takes an eighth of it
_GLANCE = 8  # lines: most of what is no Python shows by then
_OPEN = re.compile("never closed|unterminated|EOF|expected an indented block|expected 'except'")


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
        end = _trimmed(lines, start, end)
        count = sum(full[start:end]) if end > start + 1 else 0
        if count > most:
            most, best = count, (start, end - 1)
        left -= full[start]
    return "\n".join(lines[best[0] : best[1] + 1])


def _trimmed(lines: list[str], start: int, end: int) -> int:
    """Return the end without the empty lines before it, but for those that a backslash goes on with."""
    last = end
    while last > start and not lines[last - 1].strip():
        last -= 1
    return end if lines[last - 1].endswith("\\") else min(end, max(last, start + 2))


def _end(lines: list[str], start: int, room: int) -> tuple[int, int]:
    """Return the end of the longest run from a line that is Python (the line itself, if none is), and what it cost."""
    if lines[start][:1] in (" ", "\t") and lines[start].strip() and not lines[start].lstrip().startswith("#"):
        return start, 1  # it is indented, and nothing is above it
    glance = "\n".join(lines[start : start + _GLANCE])
    wrong, spent = _wrong_line(glance), len(glance) + 1
    end = start + wrong - 1 if wrong > 0 else len(lines)
    while end > start and spent <= room:
        code = "\n".join(lines[start:end])
        spent += len(code) + 1
        wrong = _wrong_line(code)
        if wrong == 0:
            return end, spent
        end = min(end - 1, start + abs(wrong) - 1)
    return start, spent


def _wrong_line(code: str) -> int:
    """Return the line, from 1, that keeps a text from being Python; 0 if it is, less if what follows might mend it."""
    last = code.count("\n") + 1
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(code)
    except SyntaxError as error:
        # What is wrong in an f-string is counted from its own beginning.
        if error.lineno is None or error.lineno < 1 or "f-string" in error.msg:
            return -last
        return -error.lineno if error.lineno >= last or _OPEN.search(error.msg) else error.lineno
    except (ValueError, RecursionError, MemoryError):
        return 1
    return 0
