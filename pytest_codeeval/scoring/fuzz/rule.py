"""FuzzRule: how a problem's tests compare what a solution returns with what they expect."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_codeeval.core.problem import CASES, Problem
from pytest_codeeval.core.pythontree import tree_of
from pytest_codeeval.execution.reference import reference
from pytest_codeeval.scoring.fuzz.examples import parameters_of_check
from pytest_codeeval.scoring.fuzz.literals import NoLiteral, value_of

EQUAL, SEQUENCE, UNORDERED, SET, TRUTH = "near", "sequence", "unordered", "distinct", "truth"
_WRAPPERS = {
    "set": SET,
    "frozenset": SET,
    "sorted": UNORDERED,
    "Counter": UNORDERED,
    "list": SEQUENCE,
    "tuple": SEQUENCE,
}
_LOOSE = (EQUAL, SEQUENCE, UNORDERED, SET, TRUTH)
"""The rules, each one looser than those before."""
_EXACT = frozenset(f"assert{name}" for name in ("Equal", "Equals", "Is", "ListEqual", "DictEqual", "TupleEqual"))
_CLOSE = ("isclose", "allclose")
_MOST_TOLERANT = 0.1


@dataclass(frozen=True, slots=True)
class FuzzRule:
    """One of the names above, and how far floats may be apart."""

    name: str
    tolerance: float = 0.0


def rule_of(problem: Problem) -> FuzzRule | None:
    """Return how the tests of a problem compare, the loosest way that one of them has; None if that is not known."""
    cases = problem.extra.get(CASES)
    if isinstance(cases, dict):
        name = str(cases.get("rule", EQUAL))
        return FuzzRule({"equal": EQUAL, "set": SET}.get(name, name), float(cases.get("atol") or 0.0))
    try:
        tree = tree_of(problem.test)
    except (SyntaxError, ValueError, RecursionError):
        return None
    called = {problem.method or problem.defined, *parameters_of_check(tree)}
    found = [rule for condition in _conditions(tree) for rule in _Reading(called).rules(condition)]
    known = [rule for rule in found if rule is not None]
    if not known or len(known) < len(found):
        return None
    name = max((rule.name for rule in known), key=_LOOSE.index)
    if name in (EQUAL, SEQUENCE) and _orders_by_chance(problem):
        name = UNORDERED
    tolerance = max(rule.tolerance for rule in known)
    return FuzzRule(name, tolerance) if tolerance <= _MOST_TOLERANT else None


def _conditions(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield what the tests assert, methods of unittest as what they stand for."""
    for node in ast.walk(tree):
        match node:
            case ast.Assert(test=test):
                yield test
            case ast.Call(func=ast.Attribute(attr=name), args=[first, second, *_]) if name in _EXACT:
                yield ast.Compare(first, [ast.Eq()], [second])
            case ast.Call(func=ast.Attribute(attr="assertTrue" | "assertFalse"), args=[first, *_]):
                yield first
            case ast.Call(func=ast.Attribute(attr="assertAlmostEqual"), args=[first, second, *_]):
                yield ast.Call(ast.Name("isclose"), [first, second], [])


class _Reading:
    """Reads conditions; `called` are the names by which tests call the entry point."""

    def __init__(self, called: set[str]) -> None:
        self._called = called

    def rules(self, condition: ast.expr) -> list[FuzzRule | None]:
        """Return the rule of a condition, None for one that is not understood; nothing if it calls no solution."""
        if not any(self._is_call(node) for node in ast.walk(condition)):
            return []
        if isinstance(condition, ast.BoolOp) and isinstance(condition.op, ast.And):
            return [rule for part in condition.values for rule in self.rules(part)]
        return [self._rule(condition)]

    def _rule(self, condition: ast.expr) -> FuzzRule | None:
        match condition:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self._rule(operand)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args) if name in _CLOSE:
                return FuzzRule(EQUAL, _tolerance_of(condition)) if self._is_any_call(args) else None
            case ast.Compare(left=left, ops=[ast.Lt() | ast.LtE()], comparators=[bound]):
                return self._near(left, bound)
            case ast.Compare(left=left, ops=[ast.Eq() | ast.Is()], comparators=[right]):
                return self._side(left) or self._side(right)
        return FuzzRule(TRUTH) if self._is_call(condition) else None

    def _near(self, difference: ast.expr, bound: ast.expr) -> FuzzRule | None:
        """Return the rule of `abs(solution(…) - value) < bound`."""
        match difference:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[ast.BinOp(op=ast.Sub()) as sides]):
                if name not in ("abs", "fabs") or not self._is_any_call([sides.left, sides.right]):
                    return None
                try:
                    return FuzzRule(EQUAL, float(value_of(bound)))
                except (NoLiteral, TypeError, ValueError):
                    return None
        return None

    def _side(self, side: ast.expr) -> FuzzRule | None:
        match side:
            case ast.Call(func=ast.Name(id="round") | ast.Attribute(attr="round"), args=[inner, digits]):
                try:
                    return FuzzRule(EQUAL, 10.0 ** -int(value_of(digits))) if self._is_call(inner) else None
                except (NoLiteral, TypeError, ValueError):
                    return None
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[inner]) if name in _WRAPPERS:
                return FuzzRule(_WRAPPERS[name]) if self._is_call(inner) else None
        return FuzzRule(EQUAL) if self._is_call(side) else None

    def _is_any_call(self, nodes: list[ast.expr]) -> bool:
        return any(map(self._is_call, nodes))

    def _is_call(self, node: ast.AST) -> bool:
        match node:
            case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
                return name in self._called
        return False


def _tolerance_of(call: ast.Call) -> float:
    found = [1e-6]
    for word in call.keywords:
        try:
            found.append(float(value_of(word.value)))
        except (NoLiteral, TypeError, ValueError):
            continue
    return max(found)


def _orders_by_chance(problem: Problem) -> bool:
    """Whether the canonical solution takes what it returns from sets, and does not sort it."""
    try:
        nodes = list(ast.walk(tree_of(reference(problem))))
    except (SyntaxError, ValueError, RecursionError):
        return False
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    names |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    sets = names & {"set", "frozenset", "most_common"} or any(isinstance(node, ast.Set | ast.SetComp) for node in nodes)
    return bool(sets) and not names & {"sorted", "sort"}
