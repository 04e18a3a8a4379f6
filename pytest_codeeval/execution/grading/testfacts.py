"""TestFacts: what is known of a problem's tests from their text, before any solution is looked at."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_ENDS_LOOPS = (StopIteration, StopAsyncIteration)
_TOO_WIDE = (Exception, BaseException, object)
_TAKE_SOME = frozenset(("anext", "islice", "next", "send", "takewhile", "zip", "__anext__", "__next__"))


@dataclass(frozen=True)
class TestFacts:
    """What the tests' process goes by.

    `sees_values_only`: nothing but values and functions crosses that the tests could tell from those of one process.
    `binds`: the names that they bind at module level. `names`: all that they name. `seeds`: they seed a generator.
    `imports`: the modules that they import, without what stands behind a dot. `looked_up`: the names that they look up,
    `bases`: those of which they use attributes.
    """

    __test__ = False  # nothing for pytest to collect

    sees_values_only: bool
    binds: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    seeds: bool = False
    imports: frozenset[str] = frozenset()
    looked_up: frozenset[str] = frozenset()
    bases: frozenset[str] = frozenset()

    def catches(self, kind: type) -> bool:
        """Whether the tests may have an exception of a class as it is.

        Any that ends a loop or a program would end tests that do not expect it, instead of failing them.
        """
        if not issubclass(kind, BaseException):
            return False
        if issubclass(kind, Exception) and not issubclass(kind, _ENDS_LOOPS):
            return True
        return any(base.__name__ in self.names for base in kind.__mro__ if base not in _TOO_WIDE)

    @property
    def takes_some(self) -> bool:
        """Whether the tests take a few items of what may go on without end, and know how many."""
        return not self.names.isdisjoint(_TAKE_SOME)


def facts_of(test: str, *, sees_values_only: bool) -> TestFacts:
    """Return what the text of tests tells."""
    tree = ast.parse(test)
    bound = [name for name in bound_in(tree) if name not in ("check", "METADATA")]  # what HumanEval's bind
    names: set[str] = set()
    looked_up: set[str] = set()
    bases: set[str] = set()
    imports: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            names.add(node.id)
            if isinstance(node.ctx, ast.Load):
                looked_up.add(node.id)
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
            if isinstance(node.value, ast.Name):
                bases.add(node.value.id)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name)
        elif isinstance(node, ast.Import):
            imports.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            imports.add((node.module or "").partition(".")[0])
    found = (frozenset(part) for part in (imports, looked_up, bases))
    return TestFacts(sees_values_only, tuple(dict.fromkeys(bound)), frozenset(names), "seed" in names, *found)


def bound_in(tree: ast.AST) -> Iterator[str]:
    """Yield the names that a module binds itself, wherever in it."""
    todo = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
            continue  # what is bound inside is not the module's
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
        if not isinstance(node, ast.Lambda):
            todo += ast.iter_child_nodes(node)


def seed_of(job: dict[str, Any]) -> bytes:
    """Return what the tests' generator starts from: the same for all samples, and nothing that a solution knows."""
    return f"{job['preamble']}\0{job['test']}\0{job['entry_point']}".encode("utf-8", "surrogatepass")
