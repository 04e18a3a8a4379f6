"""InputModel: what the inputs of a problem are like, as far as its text and tests tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.scoring.fuzz.domain import Domain, domain_of
from pytest_codeeval.scoring.fuzz.examples import Signature, examples, signature_of
from pytest_codeeval.scoring.fuzz.form import Form, form_of, has_form
from pytest_codeeval.scoring.fuzz.place import Place
from pytest_codeeval.scoring.fuzz.relations import Relation, relations_in
from pytest_codeeval.scoring.fuzz.shape import Shapes, bounds, hinted, shapes_of, with_anything, with_filled
from pytest_codeeval.scoring.fuzz.values import Arguments
from pytest_codeeval.scoring.fuzz.within import is_within
from pytest_codeeval.scoring.fuzz.words import said_of

_FAR, _NEAR = 4, 20
"""How many times as large as those of the examples numbers may be for which a program has to be fast enough, and how
large they may be in any case."""


@dataclass(frozen=True, slots=True)
class InputModel:
    """What the inputs of a problem are like, as far as its text and tests tell: in all, and argument by argument."""

    seen: tuple[Arguments, ...]
    columns: tuple[Shapes, ...]
    forms: tuple[Form | None, ...]
    relations: tuple[Relation, ...]
    domain: Domain

    def is_extreme(self, arguments: Sequence[Any]) -> bool:
        """Whether a number among them is as small or as large as it may be."""
        columns = zip(arguments, self.columns, strict=True)
        numbers = [(value, shapes[0]) for value, shapes in columns if shapes[0].kind in ("int", "float")]
        return any(value in bounds(shape, self.domain) for value, shape in numbers)

    def is_far(self, arguments: Arguments) -> bool:
        """Whether a number among them is several times as large as all that were seen in its place."""
        return any(
            abs(number) > _FAR * max((abs(one) for given in self.seen for one in place.parts(given)), default=0)
            for place in (Place(at, "number") for at in range(len(arguments)))
            for number in place.parts(arguments)
            if abs(number) > _NEAR
        )

    def has(self, arguments: Arguments) -> bool:
        """Whether they could be among its inputs."""
        shaped = zip(arguments, self.columns, strict=True)
        return all(is_within(value, shapes, self.domain) for value, shapes in shaped) and self.fits(arguments)

    def fits(self, arguments: Arguments) -> bool:
        """Whether all relations hold, and texts have the form that all have."""
        if not all(
            form is None or not form.strict or has_form(text, form)
            for form, text in zip(self.forms, arguments, strict=True)
        ):
            return False
        try:
            return all(relation.holds(arguments) for relation in self.relations)
        except (TypeError, ValueError, IndexError, AttributeError):
            return False

    def mended(self, arguments: Arguments) -> Arguments | None:
        """Return arguments of which all relations hold that can be made to, None for such as these say nothing of."""
        try:
            for relation in self.relations:
                arguments = arguments if relation.holds(arguments) else relation.mend(arguments)
        except (TypeError, ValueError, IndexError, AttributeError):
            return None
        return arguments


def model_of(problem: Problem) -> InputModel | None:
    """Return what a problem's inputs are like; None if nothing tells."""
    signature = signature_of(problem)
    if signature is None or problem.language != "python":
        return None
    seen = [one for one in examples(problem, signature) if all(map(is_plain, one))]
    width = max(map(len, seen)) if seen else signature.needed
    seen = [one for one in seen if len(one) == width]
    contract = bool(contract_of(problem))
    columns = tuple(_column(seen, at, signature, bools=contract) for at in range(width))
    if not width or not all(columns):
        return None
    if len(seen) > 2 and not contract:
        columns = with_filled(columns)
    forms = tuple(_form([one[at] for one in seen]) for at in range(width))
    said = said_of(problem, signature.names[:width], [shapes[0].kind for shapes in columns], seen)
    relations = (*said, *_relations(problem, seen))
    return InputModel(tuple(seen), columns, forms, relations, domain_of(problem, seen))


def contract_of(problem: Problem) -> str:
    """Return the source of asserts that all inputs keep, empty if there is none."""
    contract = str(problem.extra.get("contract") or "")
    return contract if contract.strip() else ""


def _relations(problem: Problem, seen: Sequence[Arguments]) -> tuple[Relation, ...]:
    """Return what holds in all examples; if a contract says what has to, not what it would ask for and nobody says."""
    found = relations_in(seen)
    if not contract_of(problem):
        return found
    return tuple(one for one in found if re.search(one.words, problem.prompt, re.IGNORECASE))


def _column(seen: Sequence[Arguments], at: int, signature: Signature, *, bools: bool) -> Shapes:
    if not seen:
        return hinted(signature.hints[at])
    found = shapes_of(arguments[at] for arguments in seen)
    return with_anything(found, bools=bools) if re.search(r"\bAny\b", signature.hints[at]) else found


def _form(column: Sequence[Any]) -> Form | None:
    return form_of(column) if column and all(isinstance(value, str) for value in column) else None


def is_plain(value: Any) -> bool:
    """Whether a value can be written as Python's literals are."""
    if isinstance(value, dict):
        return all(is_plain(part) for pair in value.items() for part in pair)
    if isinstance(value, list | tuple | set | frozenset):
        return all(map(is_plain, value))
    if isinstance(value, float):
        return value - value == 0  # neither infinite nor no number
    return value is None or isinstance(value, bool | int | str)
