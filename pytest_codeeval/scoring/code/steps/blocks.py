"""Steps that take a block of code out of an answer, each by the rule of one harness.

Their patterns would take a square of the time that the text is long; these are the same rules in one pass.
"""

from __future__ import annotations

import re

from pytest_codeeval.core.problem import Problem

_FENCE = "```"
_TAGGED = re.compile(r"```\w*\n")
_RUN = re.compile("`{3,}")
_DEFINITION, _ABOVE, _INDENTED = map(re.compile, (r"(?:def|class) .", r"(?:import|from|#).", r"\s."))
_MAIN = 'if __name__ == "__main__":'
_USAGE = "# Example usage"


def first_tagged(text: str, problem: Problem) -> str:  # noqa: ARG001 - a step is told the problem
    """Return the first closed block with one word at most behind its fence, else the text (EvalScope, HumanEval)."""
    opened = _TAGGED.search(text)
    end = text.find(_FENCE, opened.end()) if opened else -1
    return text[opened.end() : end] if opened and end >= 0 else text


def begun_block(text: str, problem: Problem) -> str:  # noqa: ARG001 - a step is told the problem
    """Return the block that the answer goes on with, its fence having been said for it (lm-eval, MBPP).

    A word right at the beginning is taken for the fence's, even if it is `def`. Without an end there is no block.
    """
    end = text.find(_FENCE)
    if end < 0:
        return ""
    word = re.match(r"\w*\n?", text)
    start = word.end() if word else 0
    body = text[start : max(start, end)]
    return body.removesuffix("\n")


def freeform(text: str, problem: Problem) -> str:  # noqa: ARG001 - a step is told the problem
    """Return the first block, else what is behind a fence never closed, else what looks like code (EvalScope, MBPP)."""
    opened = text.find(_FENCE)
    start = text.find("\n", opened) + 1 if opened >= 0 else 0
    if start:
        end = _closing(text, start)
        found = text[start : len(text) if end is None else end]
    else:
        found = _looks_like_code(text)
    found = found.replace("\r", "")
    for mark in (_MAIN, _USAGE):
        if mark in found:
            found = found[: found.index(mark)].strip()
    return found


def _closing(text: str, start: int) -> int | None:
    """Return where the line break stands that ends a block: only white space is between it and the next fence."""
    for fence in _RUN.finditer(text, start):
        at = fence.start()
        while at > start and text[at - 1].isspace():
            at -= 1
        end = text.find("\n", at, fence.start())
        if end >= 0:
            return end
    return None


def _looks_like_code(text: str) -> str:
    """Return the first function or class with its indented lines, and the imports and comments right above it."""
    lines = [line for line in text.split("\n") if line.strip()]
    top = 0  # of the imports and comments above
    for number, line in enumerate(lines):
        end = number + 1
        if _DEFINITION.match(line):
            while end < len(lines) and _INDENTED.match(lines[end]):
                end += 1
            if end > number + 1:
                return "\n".join(lines[top:end]) + "\n"
        if not _ABOVE.match(line):
            top = number + 1
    return ""
