"""Prose: the sentences in which a problem says what it is about, without its examples and code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.pythontree import tree_of

_LONGEST = 10_000  # characters
_CODE = re.compile(r"\s*(?:>>>|\.\.\.|```|def |class |import |from \S+ import |assert\b|@\w+\s*$)")
_EXAMPLE = re.compile(r"=>|➞|→|==|->(?!\s*\d\s*\|)")
_ENDS = re.compile(r"(?<=[.!?;:])\s+|\n\s*\n|\n(?=\s*(?:[-*•@]|\d+[.)])\s)|\n(?=[^\n]*[<>≤≥])|(?<=\d)\n")
_ASIDE = re.compile(r"(?<![\w'\"])\(([^()]{3,})\)")
_TASK = re.compile(
    r"\b(?:if|whether|when|unless|otherwise|until|return\w*|check|find|count|such that|for (?:each|every|any|example)"
    r"|number of|that are|which are|makes?|considered|not necessarily|there (?:are|is|exists?)"
    r"|results?|answers?|outputs?)\b",
    re.IGNORECASE,
)


def sentences_of(problem: Problem) -> list[str]:
    """Return what a problem says, sentence by sentence, what stands in parentheses by itself."""
    lines = "\n".join(_texts(problem))[:_LONGEST].split("\n")
    call = re.compile(rf"\b{re.escape(problem.method or problem.defined)}\s*\(")
    kept = [line for line in lines if not (_CODE.match(line) or _EXAMPLE.search(line) or call.search(line))]
    text = "\n".join(kept).replace("`", "")
    found = [_ASIDE.sub(" ", text), *_ASIDE.findall(text)]
    sentences = (re.sub(r"\s+", " ", one).strip() for part in found for one in _ENDS.split(part))
    return [one for one in sentences if one]


def states(sentence: str) -> bool:
    """Whether a sentence says how things are, and not what is to be done or under which condition."""
    return not _TASK.search(sentence)


def _texts(problem: Problem) -> Iterator[str]:
    """Yield the docstrings of what is to be written, those of its helpers aside; of a prompt in words all of it."""
    try:
        tree = tree_of(problem.prompt)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        yield problem.prompt
        return
    names = (problem.defined, problem.method)
    owners = [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in names
    ]
    for node in [tree, *owners]:
        for one in node.body:
            if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant) and isinstance(one.value.value, str):
                yield one.value.value
