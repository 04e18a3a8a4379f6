"""Prepared: the inputs of a problem with what the canonical solution returns on them, kept from run to run."""

from __future__ import annotations

import ast
import hashlib
import json
import platform
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import __version__

from pytest_codeeval.core.errors import CodeEvalError, StorageError
from pytest_codeeval.core.jsonl import replace_file
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.pythontree import tree_of
from pytest_codeeval.execution.attempts.cases import Cases
from pytest_codeeval.execution.reference import reference
from pytest_codeeval.scoring.fuzz.canonical import Canonical, Runs, Unsteady
from pytest_codeeval.scoring.fuzz.inputs import inputs
from pytest_codeeval.scoring.fuzz.model import InputModel, model_of
from pytest_codeeval.scoring.fuzz.rule import FuzzRule, rule_of
from pytest_codeeval.scoring.fuzz.saved import problem_key
from pytest_codeeval.scoring.fuzz.values import Arguments, value_in

_FORM = 4  # of the files, and of what is drawn
_MADE_BY = (__version__, platform.python_version(), sys.hash_info.algorithm)
_MORE = 2  # times as many inputs as are wanted, so that of different outputs there are enough
_CHANCE = frozenset(("secrets", "uuid", "time", "urandom", "now", "today", "utcnow", "getpid", "environ"))
"""Names that say that a program asks the world; one that draws at random is noticed when it is asked again."""
_BY_CHANCE = "what the canonical solution returns depends on more than its arguments"


@dataclass(frozen=True, slots=True)
class Prepared:
    """The inputs of a problem, the simple ones first, and what is expected of each, both as text."""

    model: InputModel
    rule: FuzzRule
    inputs: tuple[str, ...]
    expected: tuple[str, ...]

    def of(self, known: Sequence[tuple[str, str]]) -> Prepared:
        """Return the same with other inputs, and what is expected of each."""
        return Prepared(self.model, self.rule, tuple(text for text, _ in known), tuple(value for _, value in known))

    def without(self, is_so: Callable[[Arguments], bool]) -> Prepared:
        """Return the same less the inputs of which something is so."""
        return self.of(
            [one for one in zip(self.inputs, self.expected, strict=True) if not is_so(tuple(value_in(one[0])))]
        )

    def cases(self, entry_point: str, seconds: float, begin: int = 0, end: int | None = None) -> Cases:
        """Return some of the inputs as cases, each of which may take so many CPU seconds."""
        inputs, expected = self.inputs[begin:end], self.expected[begin:end]
        limits = (seconds,) * len(inputs)
        return Cases(entry_point, inputs, expected, limits, self.rule.name, self.rule.tolerance)

    def arguments(self, at: int) -> Arguments:
        """Return one input."""
        return tuple(value_in(self.inputs[at]))


def prepare(
    runs: Runs, problem: Problem, count: int, seed: int, folder: str, first: Sequence[Arguments] = ()
) -> Prepared | str:
    """Return up to `count` inputs of a problem, those of `first` beside them, or why there are none.

    What was found out before is taken from the folder. Raises SandboxError where the machinery failed.
    """
    rule, model = rule_of(problem), model_of(problem)
    if reason := _refused(problem, rule, model):
        return reason
    assert rule is not None  # noqa: S101 - as is said above
    assert model is not None  # noqa: S101
    path = Path(folder, "inputs", f"{_key(problem, count, seed)}.json") if folder else None
    try:
        known = _found(Canonical(runs, problem, rule), problem, model, path, (count, seed), first)
    except Unsteady:
        return _BY_CHANCE
    except CodeEvalError:
        raise
    except Exception as error:  # noqa: BLE001 - no way to draw inputs is worth an item's verdict
        return f"no inputs could be drawn ({type(error).__name__}: {error})"
    if not known:
        return "the canonical solution gives no value for any other input"
    return Prepared(model, rule, (), ()).of(known)


def _found(
    canonical: Canonical,
    problem: Problem,
    model: InputModel,
    path: Path | None,
    how: tuple[int, int],
    first: Sequence[Arguments],
) -> list[tuple[str, str]]:
    count, seed = how
    known = _read(path)
    if known is None:
        drawn = canonical.defined(inputs(model, _MORE * count, seed, problem.task_id), model.seen)
        known = _chosen(drawn, count, lambda text: model.is_extreme(value_in(text)))
        _write(path, known)
    saved = [one for one in first if model.has(one)]  # by an earlier version it may be what words exclude
    return list(dict([*canonical.expected(saved), *known]).items()) if saved else known


def _refused(problem: Problem, rule: FuzzRule | None, model: InputModel | None) -> str:
    if not problem.canonical_solution:
        return "there is no canonical solution"
    if rule is None or rule.name == "any":
        return "its tests compare in a way that is not understood"
    if model is None:
        return "nothing tells what its inputs are like"
    if _leans_on_chance(reference(problem)):
        return _BY_CHANCE
    return ""


def _leans_on_chance(program: str) -> bool:
    try:
        nodes = list(ast.walk(tree_of(program)))
    except (SyntaxError, ValueError, RecursionError):
        return True
    names = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    names |= {name.name for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) for name in node.names}
    names |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    return bool(names & _CHANCE)


def _chosen(known: Sequence[tuple[str, str]], count: int, is_extreme: Callable[[str], bool]) -> list[tuple[str, str]]:
    """Return `count` of the inputs, which are given in order.

    A quarter are the simplest, another quarter at most have the smallest or largest numbers. Of the others half are
    taken by lot, half so that each output has as many as any other.
    """
    lots = sorted(known, key=lambda one: hashlib.sha256(one[0].encode("utf-8", "surrogatepass")).digest())
    extreme = [text for text, _ in lots if is_extreme(text)]
    taken = [text for text, _ in known[: count // 4]] + extreme[: count // 4]
    taken += [text for text, _ in lots[: max(count - len(taken), 0) // 2]]
    times: Counter[str] = Counter()
    ranks = []
    for number, (text, value) in enumerate(lots):
        ranks.append((times[value], number, text))
        times[value] += 1
    chosen = set(list(dict.fromkeys([*taken, *(text for _, _, text in sorted(ranks))]))[:count])
    return [one for one in known if one[0] in chosen]


def _key(problem: Problem, count: int, seed: int) -> str:
    about = [_FORM, *_MADE_BY, count, seed, problem.test, problem_key(problem)]
    more = [problem.extra.get("contract"), problem.extra.get("cases")]
    return hashlib.sha256(json.dumps([about, more], default=str).encode()).hexdigest()[:32]


def _read(path: Path | None) -> list[tuple[str, str]] | None:
    """Return what a file holds, None if that is not what was written into it."""
    if path is None:
        return None
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        if head != _digest(body):
            return None
        found: list[Any] = json.loads(body)
        return [(str(text), str(value)) for text, value in found]
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def _write(path: Path | None, known: Sequence[tuple[str, str]]) -> None:
    if path is not None:
        body = json.dumps(known).encode("ascii")
        with suppress(OSError, StorageError):
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, _digest(body) + b"\n" + body)


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode("ascii")
