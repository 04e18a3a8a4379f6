"""Instruction: one instruction of a problem, and whether a text follows it, strictly and loosely."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.scoring.instructions.kind import Kind
from pytest_codeeval.scoring.instructions.kinds import KINDS

INSTRUCTIONS = "instructions"
"""The field of `Problem.extra` that lists them: objects with `kind` and `args`."""


class Instruction(NamedTuple):
    """One instruction: the name of its kind, what that is, and its arguments."""

    name: str
    kind: Kind
    args: Mapping[str, Any]

    def __str__(self) -> str:
        """Say what it asks for in a few words, without texts that are long."""
        said = [f"{name} {_short(self.args[name])}" for name in self.kind.wants]
        return f"{self.name} ({', '.join(said)})" if said else self.name


class Followed(NamedTuple):
    """Whether a text follows an instruction: as it is, in one of its variants, and as it is by the repaired rule."""

    strict: bool
    loose: bool
    fixed: bool


def instructions_of(problem: Problem) -> list[Instruction]:
    """Return the instructions of a problem.

    Raises DatasetError for one of a kind that there is not.
    """
    found = []
    for about in problem.extra[INSTRUCTIONS]:
        name, args = about["kind"], about.get("args") or {}
        if fault := fault_of(name, args):
            raise DatasetError(f"{problem.task_id}: {fault}")
        found.append(Instruction(name, KINDS[name], args))
    return found


def fault_of(name: object, args: Mapping[str, Any]) -> str:
    """Return what is wrong with an instruction, an empty text if nothing is."""
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        return f"{name!r} is no kind of instruction"
    wrong = next((arg for arg, fits in kind.wants.items() if not fits(args.get(arg))), None)
    if wrong is not None:
        return f"{name} has no {wrong!r} that it could be checked by ({_short(args.get(wrong))})"
    if args.get("nth_paragraph", 0) > args.get("num_paragraphs", args.get("nth_paragraph", 0)):
        return f"{name} wants paragraph {args['nth_paragraph']} of {args['num_paragraphs']}"
    return ""


def followed(text: str, instructions: Sequence[Instruction]) -> list[Followed]:
    """Return of each instruction whether a text, which is not blank, follows it."""
    others = list(variants(text))[1:]
    found = []
    for _, kind, args in instructions:
        strict = kind.follows(text, args)
        loose = strict or any(kind.follows(variant, args) for variant in others)
        found.append(Followed(strict, loose, strict if kind.repaired is None else kind.repaired(text, args)))
    return found


def variants(text: str) -> Iterator[str]:
    """Yield the texts that loose scoring tries, each once, the text itself first.

    They are without the first line, the last or both, which may speak of the answer, and all of them without asterisks
    as well. None is blank.
    """
    lines = text.split("\n")
    whole = [text, *("\n".join(part).strip() for part in (lines[1:], lines[:-1], lines[1:-1]))]
    tried = dict.fromkeys(variant for one in whole for variant in (one, one.replace("*", "")))
    yield from (variant for variant in tried if variant.strip())


def _short(value: Any) -> str:
    said = repr(value)
    return said if len(said) <= 60 else f"{said[:60]}…"
