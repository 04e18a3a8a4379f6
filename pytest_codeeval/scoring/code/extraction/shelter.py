"""Shelter: lines of bare Python in an answer; what looks like a mark in its strings and comments is none."""

from __future__ import annotations

import ast

from pytest_codeeval.scoring.code.extraction.parsing import Parser
from pytest_codeeval.scoring.code.extraction.prose import numbered_runs
from pytest_codeeval.scoring.marks import Marks

# Beside the parser's own: long thinking must not use up what the answer behind it needs.
_ALLOWANCE = 60_000
_READINGS = 10


class Shelter:
    """Says which lines of an answer are code, once a line that looks like a mark is met."""

    def __init__(self, lines: list[str], marks: Marks, *, python: bool) -> None:
        """Prepare to read `lines`; nothing but Python is told from prose."""
        self._lines = lines
        self._marks = marks
        self._parser = Parser(_ALLOWANCE if python else 0)
        self._since = -1
        self._readings = 0
        self._code: set[int] = set()

    def holds(self, number: int, since: int) -> bool:
        """Whether a line is code in what is said from line `since` on."""
        if self._since != since:
            self._since, self._code = since, set()
            self._readings += 1
            if self._readings > _READINGS or self._parser.exhausted:
                return False
            for start, code in numbered_runs("\n".join(self._lines[since:]), self._parser):
                self._add(since + start, code)
        return number in self._code

    def _add(self, start: int, code: str) -> None:
        tree = self._parser.tree(code)
        within = _within_strings(tree) if tree else set()
        for number, line in enumerate(code.split("\n")):
            if number in within or not _is_mark(line.strip(), self._marks):
                self._code.add(start + number)


def _within_strings(tree: ast.Module) -> set[int]:
    """The lines, from 0, that begin inside of a string."""
    return {
        number
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant | ast.JoinedStr)
        for number in range(node.lineno, node.end_lineno or node.lineno)
    }


def _is_mark(line: str, marks: Marks) -> bool:
    return marks.closing.fullmatch(line) is not None or marks.opening.fullmatch(line) is not None
