"""Shots: solved examples that stand before a question whose choices are scored."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.problem import Dataset, Problem


@dataclass(frozen=True, slots=True)
class Examples:
    """Problems to take shots from, the first ones first; `source` says where they are from.

    `file` is where a user's own would be looked for.
    """

    problems: Sequence[Problem]
    source: str
    file: str


def with_shots(dataset: Dataset, count: int, examples: Examples, context: Callable[[Problem], str]) -> Dataset:
    """Return a dataset each of whose problems has `count` solved examples before it (`extra["shots"]`).

    `context` is what stands before the choice in a question.
    Raises UsageError where there are fewer.
    """
    if len(examples.problems) < count:
        raise UsageError(
            f"--shots={count}: there are {len(examples.problems)} examples ({examples.source}); give --data DIR with "
            f"DIR/{examples.file}, or a smaller number."
        )
    shots = "".join(f"{context(one)} {right_choice(one)}\n\n" for one in examples.problems[:count])
    problems = tuple(replace(one, extra={**one.extra, "shots": shots}) for one in dataset.problems)
    both = hashlib.sha256(f"{dataset.sha256}\n{shots}".encode("utf-8", "surrogatepass")).hexdigest()
    return replace(dataset, problems=problems, sha256=both, note=f"{count} shots ({examples.source})")


def right_choice(problem: Problem) -> str:
    """Return the text of the right choice."""
    return str(problem.extra["choices"][ord(problem.target) - ord("A")])
