"""Canonical: the canonical solution of a problem, asked what it returns."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from contextlib import suppress
from math import fsum
from typing import Protocol

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause, Verdict
from pytest_codeeval.execution.attempts.cases import Cases, Output
from pytest_codeeval.execution.grading.rules import Rule
from pytest_codeeval.execution.reference import reference
from pytest_codeeval.scoring.fuzz.examples import signature_of
from pytest_codeeval.scoring.fuzz.model import contract_of
from pytest_codeeval.scoring.fuzz.rule import TRUTH, FuzzRule
from pytest_codeeval.scoring.fuzz.values import OBJECT, Arguments, text_of, value_in

_LONGEST = 100_000  # characters of an output
_SECONDS, _TOTAL = 0.5, 6.0  # of CPU time that it may take for one input, and each time that it is asked for all
_SLOW = (Cause.CPU_TIME, Cause.WALL_TIME)
_NOTHING = "null"
_CONTRACT = "_codeeval_contract"


class Runs(Protocol):
    """What runs functions on inputs in the sandbox; see PythonRunner."""

    def outputs(self, code: str, entry_point: str, inputs: Sequence[str], seconds: float, total: float) -> list[Output]:
        """Return what came of each input."""
        ...

    def compare(self, code: str, cases: Cases, total: float) -> tuple[Verdict, int]:
        """Return the verdict on a program, and how many outputs were right before the first that was wrong."""
        ...


class Unsteady(Exception):  # noqa: N818 - a state of affairs
    """What a canonical solution returns depends on more than its arguments."""


class Canonical:
    """The canonical solution of one problem; `spent` is about the CPU time that it has taken."""

    def __init__(self, runs: Runs, problem: Problem, rule: FuzzRule) -> None:
        self.spent = 0.0
        self._runs = runs
        self._name = problem.entry_point
        self._program = reference(problem)
        self._guard = _guarded(problem, self._program)
        self._rule = rule

    def expected(self, found: Sequence[Arguments], total: float = _TOTAL) -> list[tuple[str, str]]:
        """Return the inputs that are allowed, and what is expected of each.

        Left out is what breaks the contract, where there is one, and what the canonical solution gives no value for, or
        none in `total` CPU seconds for all. Raises Unsteady if it does not give the same when it is asked in another
        order.
        """
        texts = [text for one in found if (text := _text(one))]
        if self._guard:
            texts = [text for text, value in self._values(self._guard, _CONTRACT, texts, total) if value == "true"]
        first = self._values(self._program, self._name, texts, total)
        again = dict(self._values(self._program, self._name, [text for text, _ in first[::-1]], 2 * total))
        if any(again.get(text, value) != value for text, value in first):
            raise Unsteady
        return [(text, value) for text, value in first if text in again and self._is_value(text, value)]

    def defined(self, found: Sequence[Arguments], seen: Sequence[Arguments]) -> list[tuple[str, str]]:
        """Return what `expected` does, less the inputs that end in None if none of those `seen` does.

        A function that comes to its end without an answer says nothing of what the answer is; but of an input that a
        contract allows it does.
        """
        known = self.expected(found)
        if self._guard:
            return known
        some = [(text, value) for text, value in known if value != _NOTHING]
        if len(some) == len(known) or not seen or any(value == _NOTHING for _, value in self.expected(seen)):
            return known
        return some

    def _is_value(self, arguments: str, text: str) -> bool:
        if len(text) > _LONGEST or (self._rule.name != TRUTH and OBJECT in text):
            return False
        # What is no JSON by itself may be as good as nothing, not even as itself: a Decimal that is no number.
        return "{" not in text or self._equals_itself(arguments, text)

    def _equals_itself(self, arguments: str, text: str) -> bool:
        try:
            rule = Rule(self._rule.name, self._rule.tolerance)
            return rule.holds(lambda: list(value_in(arguments)), value_in(text), value_in(text))
        except Exception:  # noqa: BLE001 - whatever comes of comparing them would be held against each program
            return False

    def _values(self, program: str, name: str, texts: Sequence[str], total: float) -> list[tuple[str, str]]:
        """Return the inputs on which a function gives a value, and this."""
        outputs = self._runs.outputs(program, name, texts, _SECONDS, total) if texts else []
        self.spent += fsum(_SECONDS if output.cause in _SLOW else output.cpu_seconds for output in outputs)
        pairs = zip(texts, outputs, strict=True)
        return [(text, output.value) for text, output in pairs if output.value is not None]


def _guarded(problem: Problem, program: str) -> str:
    """Return a program whose function says whether arguments keep the contract, empty if there is none."""
    contract, signature = contract_of(problem), signature_of(problem)
    if not contract or signature is None:
        return ""
    names = [*signature.names[: signature.needed], *(f"{name}=None" for name in signature.names[signature.needed :])]
    body = textwrap.indent(textwrap.dedent(contract.strip("\n")), "    ")
    return "\n".join([program, f"def {_CONTRACT}({', '.join(names)}):", body, "    return True", ""])


def _text(arguments: Arguments) -> str:
    with suppress(ValueError, RecursionError):
        return text_of(arguments)
    return ""
