"""Domain: which values a problem's words allow beyond those that were seen."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.pythontree import tree_of
from pytest_codeeval.execution.reference import reference
from pytest_codeeval.scoring.fuzz.values import Arguments

_NOT_NEGATIVE = re.compile(
    r"positive|natural|non-?\s?negative|\b\w?-?th\b|\bnth\b|whole number|\bsize|\blength|\bage\b|\bside"
    r"|\bradius|\bheight|\bdigits?\b|\bfactorial|\bprime|\bbinary|\bbits?\b|\bsteps?\b|\bcount\b|how many"
    r"|\byear|\bmonth|\bday",
    re.IGNORECASE,
)
_NOT_ZERO = re.compile(
    r"positive|natural number|non-?\s?zero|from 1\b|greater than (?:0|zero)"
    r"|\bmodul|\bdivisor|\bdivides\b|\bbase\b|denominator",
    re.IGNORECASE,
)
_NOT_EMPTY = re.compile(r"non-?\s?empty|not (?:be )?empty|at least (?:one|two|1|2|three|3)\b", re.IGNORECASE)
_LONGEST_WORD = 40
_MOST = 200


@dataclass(frozen=True, slots=True)
class Domain:
    """Whether numbers may be negative or zero and the rest empty where none was seen, and what to try above all.

    `loose` says that tuples may be longer or shorter than all that were seen: the canonical solution never asks for a
    certain place in one, but for the first and the last. `numbers`, `floats` and `texts` are those of the examples, of
    the canonical solution and of the prompt.
    """

    negative: bool
    zero: bool
    empty: bool
    loose: bool
    numbers: tuple[int, ...]
    floats: tuple[float, ...]
    texts: tuple[str, ...]


def domain_of(problem: Problem, seen: Sequence[Arguments]) -> Domain:
    """Return what is known of a problem's inputs beside their shapes."""
    said = problem.prompt
    values = [*_parts(list(seen)), *constants_of(reference(problem)), *map(int, re.findall(r"\b\d{1,6}\b", said))]
    numbers = [value for value in values if type(value) is int]
    edges = [value + step for value in constants_of(reference(problem)) if type(value) is int for step in (-1, 1)]
    words = [word for text in values if isinstance(text, str) for word in (text, *re.split(r"[\s,_/-]+", text))]
    return Domain(
        not _NOT_NEGATIVE.search(said),
        not _NOT_ZERO.search(said),
        not _NOT_EMPTY.search(said),
        _asks_for_no_place(reference(problem)),
        tuple(dict.fromkeys([*numbers, *edges]))[:_MOST],
        tuple(dict.fromkeys(value for value in values if type(value) is float))[:_MOST],
        tuple(dict.fromkeys(word for word in words if len(word) <= _LONGEST_WORD))[:_MOST],
    )


def _parts(value: Any) -> Iterator[Any]:
    """Yield all numbers and texts within a value."""
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list | tuple | set | frozenset):
        for item in sorted(value, key=repr) if isinstance(value, set | frozenset) else value:
            yield from _parts(item)
    else:
        yield value


def constants_of(program: str) -> list[Any]:
    """Return the numbers and texts that a program names, its docstrings aside."""
    try:
        nodes = list(ast.walk(tree_of(program)))
    except (SyntaxError, ValueError, RecursionError):
        return []
    words = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    found = (node for node in nodes if isinstance(node, ast.Constant) and id(node) not in words)
    return [node.value for node in found if type(node.value) in (int, float, str)]


def _asks_for_no_place(program: str) -> bool:
    try:
        nodes = list(ast.walk(tree_of(program)))
    except (SyntaxError, ValueError, RecursionError):
        return False
    if any(isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Store) for node in nodes):
        return False
    places = [ast.unparse(node.slice) for node in nodes if isinstance(node, ast.Subscript)]
    return not any(isinstance(node, ast.Starred) for node in nodes) and set(places) <= {"0", "-1"}
