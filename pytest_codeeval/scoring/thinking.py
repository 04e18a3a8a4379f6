"""Thinking that a model wrote into its answer: where it ends and where the answer goes on."""

from __future__ import annotations

from pytest_codeeval.scoring.marks import Mark, Marks, ends_of

PATIENCE = 50
"""How many passages may cost a look at all the lines behind them."""


def behind_thinking(text: str, marks: Marks) -> str | None:
    """Return an answer without the thinking that it begins with, None if it ends in that."""
    for _ in range(PATIENCE):
        lines = text.split("\n")
        first = next((number for number, line in enumerate(lines) if line.strip()), 0)
        begun = marks.begun(lines[first], first=True)
        if begun is None:
            break
        after = end_of(lines, first, begun, patient=True)
        if after < 0:
            return None if begun[0].sure else text
        text = "\n".join(lines[after:])
    return text


def begins_with_thinking(text: str, marks: Marks) -> bool:
    """Whether a mark opens thinking at the start of an answer, be it text that parses."""
    line = text.lstrip().partition("\n")[0]
    return marks.begun(line, first=True) is not None


def is_close(line: str, marks: Marks) -> bool:
    """Whether a line is a closing mark and nothing else."""
    return marks.closing.fullmatch(line.strip()) is not None


def end_of(lines: list[str], start: int, begun: tuple[Mark, str, int], *, patient: bool) -> int:
    """Return the line where the answer goes on, its start cut to what follows the closing mark; -1 if none does.

    A patient look goes on to the end for the same word before it takes another one.
    """
    mark, word, end = begun
    for closing in ends_of(mark, word)[0 if patient else -1 :]:
        for number in range(start, len(lines)):
            found = closing.search(lines[number], end if number == start else 0)
            if found:
                lines[number] = lines[number][found.end() :]
                return number
    return -1
