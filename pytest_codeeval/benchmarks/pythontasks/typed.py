"""Typed: a Python function's signature and the cases of its tests, written in another language.

Only what is the same in all of them is carried over: whole numbers of 53 bits, texts, truth values, and
lists of these.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_LARGEST = 1 << 53  # of JavaScript's numbers


@dataclass(frozen=True, slots=True)
class Kind:
    """The type of a value: `int`, `str`, `bool`, or a list of `item`."""

    name: str
    item: Kind | None = None

    @classmethod
    def of(cls, node: ast.expr | None) -> Kind:
        """Return the type that an annotation says.

        Raises ValueError for one that is not carried over.
        """
        if isinstance(node, ast.Name) and node.id in ("int", "str", "bool"):
            return cls(node.id)
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "list":
            return cls("list", cls.of(node.slice))
        said = ast.unparse(node) if node is not None else "no type"
        raise ValueError(f"has {said} where int, str, bool or a list of these can be carried over")

    def takes(self, value: object) -> bool:
        """Whether a value is of the type."""
        if self.item is not None:
            return isinstance(value, list) and all(map(self.item.takes, value))
        if self.name == "int":
            return type(value) is int and -_LARGEST < value < _LARGEST
        return type(value) is {"str": str, "bool": bool}[self.name]


@dataclass(frozen=True, slots=True)
class Signature:
    """A function's name, its parameters with their types, and the type of what it returns."""

    name: str
    parameters: tuple[tuple[str, Kind], ...]
    returns: Kind

    @classmethod
    def of(cls, function: ast.FunctionDef) -> Signature:
        """Return the signature of a function in Python.

        Raises ValueError for one that cannot be carried over.
        """
        arguments = function.args
        if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.defaults:
            raise ValueError("has parameters that other languages have not (defaults, keywords, or any number)")
        named = [*arguments.posonlyargs, *arguments.args]
        return cls(function.name, tuple((one.arg, Kind.of(one.annotation)) for one in named), Kind.of(function.returns))


@dataclass(frozen=True, slots=True)
class Tongue:
    """How one language writes it: types, values, the beginning of the function, what closes it, and tests of calls.

    `list_type` and `list_value` are given the item's type, and the values in a row.
    """

    types: Mapping[str, str]
    list_type: Callable[[str, str], str]
    text: Callable[[str], str]
    number: Callable[[int], str]
    list_value: Callable[[str, str], str]
    stub: Callable[[Signature, Tongue], str]
    closing: str
    test: Callable[[Signature, Sequence[tuple[str, str]], Tongue], str]

    def type_of(self, kind: Kind) -> str:
        """Return what a type is called."""
        if kind.item is None:
            return self.types[kind.name]
        return self.list_type(self.type_of(kind.item), kind.item.name)

    def value(self, value: Any, kind: Kind) -> str:
        """Return a value of a type as an expression."""
        if kind.item is not None:
            return self.list_value(self.type_of(kind), ", ".join(self.value(one, kind.item) for one in value))
        if kind.name == "bool":
            return "true" if value else "false"
        return self.text(value) if kind.name == "str" else self.number(value)


def tests(signature: Signature, tongue: Tongue, inputs: Sequence[Any], outputs: Sequence[Any]) -> str:
    """Return tests that call the function with each list of arguments, and compare what comes back.

    Raises ValueError for values that are not of the types of the signature.
    """
    cases = []
    for number, (arguments, wanted) in enumerate(zip(inputs, outputs, strict=True), 1):
        kinds = [kind for _, kind in signature.parameters]
        if not isinstance(arguments, list) or len(arguments) != len(kinds):
            raise ValueError(f"call {number}: {signature.name} takes {len(kinds)} arguments")
        pairs = list(zip([*arguments, wanted], [*kinds, signature.returns], strict=True))
        wrong = [value for value, kind in pairs if not kind.takes(value)]
        if wrong:
            raise ValueError(f"call {number}: {json.dumps(wrong[0])[:40]} is not of the type that the function says")
        said = [tongue.value(value, kind) for value, kind in pairs]
        cases.append((", ".join(said[:-1]), said[-1]))
    return tongue.test(signature, cases, tongue)
