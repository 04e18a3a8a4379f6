"""Thinking that a model wrote into its answer: where it begins and where the answer goes on."""

from __future__ import annotations

import re

_THINKING = re.compile(r"\s{0,80}<(think|thinking|thought|reasoning)>", re.IGNORECASE)
_THOUGHT = re.compile(r"</(?:think|thinking|thought|reasoning)>", re.IGNORECASE)


def opened(line: str) -> str | None:
    """Return the tag that opens thinking at the start of a line, if one does."""
    found = _THINKING.match(line)
    return found[1].lower() if found else None


def skip(lines: list[str], start: int, tag: str) -> int:
    """Return the line where the answer goes on, its start cut to what follows the closing tag; -1 if none does."""
    close = f"</{tag}>"
    for number in range(start, len(lines)):
        at = lines[number].lower().find(close)
        if at >= 0:
            lines[number] = lines[number][at + len(close) :]
            return number
    return -1


def lone_close(line: str) -> re.Match[str] | None:
    """Find a closing tag at an edge of a line, not one that is talked about: what was said before it was thinking."""
    found = _THOUGHT.search(line)
    if found is None:
        return None
    before, behind = line[: found.start()], line[found.end() :]
    if (before.strip() and behind.strip()) or "`" in before or "<" in before:
        return None
    return found


def is_close(line: str) -> bool:
    """Whether a line is a closing tag and nothing else."""
    return _THOUGHT.fullmatch(line.strip()) is not None
