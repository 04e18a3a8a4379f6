"""A problem and a solution laid out as files and commands: the solution's crate first, then the crates of its tests."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.execution.rust.bindings import GUARDED
from pytest_codeeval.execution.rust.commands import Crate, Step, build, link, run
from pytest_codeeval.execution.rust.decoys import decoys_of
from pytest_codeeval.execution.rust.judgement import (
    chooses_types,
    has_words,
    judges_equality,
    takes_over,
    tells_for_itself,
)
from pytest_codeeval.execution.rust.lexer import Kind, closing, names, tokens
from pytest_codeeval.execution.rust.publishing import items, published
from pytest_codeeval.execution.rust.testroot import marked, test_root
from pytest_codeeval.execution.rust.toolchain import Toolchain

SOLUTION = "src/lib.rs"
PROGRAM = "codeeval_tests"
_MACROS = frozenset({"macro_rules", "macro"})
_APART = frozenset({"deny", "forbid", "clippy"})


@dataclass(frozen=True, slots=True)
class TestCrate:
    """A crate of tests: its root file, how it is linked with the solution and run, and the tests that have to fail.

    `marked` counts the tests that have to come to their last line.
    """

    __test__ = False

    path: str
    text: str
    link: Step
    run: Step
    decoys: frozenset[str]
    marked: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything that is written and run for one solution.

    `files` are the solution's: `build` (and `lint`, which needs nothing that `build` gives) have to see no others.
    `run_files` lie in the folder in which the tests run. `tests` are graded one by one; where one of their reports says
    `own`, or `compares` is true, so are `doubts`, the same tests with other expectations, none of which may be
    `fooled`. `unseen` counts comparisons that `doubts` neither question nor report, `taken_over` names what of the
    standard library the solution redefines: either makes a verdict weak.
    """

    files: Mapping[str, str]
    run_files: Mapping[str, str]
    library: str
    build: Step
    lint: Step | None
    tests: tuple[TestCrate, ...]
    doubts: tuple[TestCrate, ...]
    compares: bool
    unseen: int
    taken_over: str
    asks_for_unsafe: bool
    defines_entry_point: bool


def layout(problem: Problem, code: str, toolchain: Toolchain, token: str | None = None) -> Layout:
    """Lay out the whole solution `code` of a problem in crate form or in program form.

    `token` names the decoys; it is random where none is given.
    """
    token = token or secrets.token_hex(8)
    crate, tests = crate_of(problem), tests_of(problem)
    form = problem.extra.get("crate")
    if form is None:
        source = published(code)
        declared = {item.name for item in items(code)}
        imports = _imports(problem, declared)
        others: dict[str, str] = {}
    else:
        source, imports, others = code, "", dict(form.get("files", {}))
        declared = {problem.entry_point}
    building, linting = build(toolchain, crate, apart=has_words(code, _APART))
    doubts: list[TestCrate] = []
    unseen = 0
    compares = False
    by_hand = any(judges_equality(code, text) or tells_for_itself(code, text) for text in tests.values())
    if by_hand or any(chooses_types(code, text) for text in tests.values()):
        seed = int.from_bytes(token.encode(), "big")
        for path, text in tests.items():
            changed = decoys_of(text, seed)
            unseen += changed.left
            compares = compares or (by_hand and changed.bare > 0)
            doubts.append(_crate(toolchain, crate, path, changed.text, imports, token))
    return Layout(
        {**{path: text for path, text in others.items() if path not in tests}, SOLUTION: source},
        {"Cargo.toml": _manifest(crate), **others},
        crate.library,
        building,
        linting,
        tuple(
            _marked_crate(toolchain, crate, path, text, imports, token, marks=has_words(code, _MACROS))
            for path, text in tests.items()
        ),
        tuple(doubts),
        compares,
        unseen,
        takes_over(code, "\n".join(tests.values())),
        "unsafe_code" in names(code),
        not problem.entry_point or problem.entry_point in declared,
    )


def crate_of(problem: Problem) -> Crate:
    """Return the crate that a solution of the problem is."""
    form = problem.extra.get("crate")
    if form is None:
        return Crate("solution", "2021")
    return Crate(form["name"], form["edition"], tuple(form.get("allow", ())), tuple(form.get("features", ())))


def tests_of(problem: Problem) -> Mapping[str, str]:
    """Return the texts of its tests by path, each of them a crate."""
    form = problem.extra.get("crate")
    tests: Mapping[str, str] = {"tests/main.rs": problem.test} if form is None else form["tests"]
    return tests


def named(problem: Problem) -> bool:
    """Return whether the tests of a problem name what they test: the crate, or the entry point of a program.

    What never does calls no solution, and says nothing of one.
    """
    form = problem.extra.get("crate")
    wanted = problem.entry_point if form is None else crate_of(problem).word
    return not wanted or any(wanted in names(text) for text in tests_of(problem).values())


def prelude(problem: Problem) -> str:
    """Return what the prompt of a program imports for its tests too, as items on one line."""
    lines = _prelude(problem.extra.get("prelude", problem.prompt))
    return (
        f"#[allow(unused_imports)] mod codeeval_prelude {{ {lines} }} #[allow(unused_imports)] use codeeval_prelude::*;"
    )


def _crate(toolchain: Toolchain, crate: Crate, path: str, text: str, imports: str, token: str) -> TestCrate:
    root, decoys = test_root(text, crate=crate.word, edition=crate.edition, imports=imports, token=token)
    return TestCrate(path, root, link(toolchain, crate, path, PROGRAM), run(PROGRAM), decoys)


def _marked_crate(
    toolchain: Toolchain, crate: Crate, path: str, text: str, imports: str, token: str, *, marks: bool
) -> TestCrate:
    """Return the crate of a test file; where `marks` is true its tests say that they came to their end."""
    new, count = marked(text) if marks else (text, 0)
    return replace(_crate(toolchain, crate, path, new, imports, token), marked=count)


def _imports(problem: Problem, declared: set[str]) -> str:
    """Return the imports of a tests crate in program form, on one line.

    Only what the tests name is taken from the solution: neither its traits nor its other names are in the tests' way.
    """
    of_tests = {item.name for item in items(problem.test)}
    given = names(_prelude(problem.extra.get("prelude", problem.prompt)))
    taken = sorted((declared & names(problem.test)) - of_tests - GUARDED - given)
    return f"{prelude(problem)} #[allow(unused_imports)] use ::solution::{{{', '.join(taken)}}};"


def _prelude(prompt: str) -> str:
    """Return what the root of `prompt` imports from the standard library, as public imports."""
    found = tokens(prompt)
    lines, index = [], 0
    while index < len(found):
        if found[index].text == "{":
            index = closing(found, index)
        elif found[index].kind is Kind.NAME and found[index].text == "use":
            end = next((place for place in range(index, len(found)) if found[place].text == ";"), len(found))
            path = found[index + 1 : end]
            if next((token.text for token in path if token.text != "::"), "") in ("std", "core", "alloc"):
                lines.append(f"pub use {''.join(token.text + ' ' for token in path)};")
            index = end
        index += 1
    return " ".join(lines)


def _manifest(crate: Crate) -> str:
    return f'[package]\nname = "{crate.name}"\nversion = "0.1.0"\nedition = "{crate.edition}"\n'
