"""A problem whose solution can be served: its functions are called by tests that stand in another process."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.execution.rust.commands import Step, link, link_server, run
from pytest_codeeval.execution.rust.layout import PROGRAM, TestCrate, crate_of, prelude, tests_of
from pytest_codeeval.execution.rust.lexer import names
from pytest_codeeval.execution.rust.plaintype import Plain
from pytest_codeeval.execution.rust.publishing import items
from pytest_codeeval.execution.rust.serverroot import server_module, server_root
from pytest_codeeval.execution.rust.signature import Signature, signatures
from pytest_codeeval.execution.rust.testroot import served_root
from pytest_codeeval.execution.rust.toolchain import Toolchain

SERVER = "codeeval_server"
_ROOT = "codeeval_server.rs"
_FENCED = re.compile(r"^```(?:rust|rs)?\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SHARED = frozenset(
    {"fs", "File", "env", "process", "net", "include", "include_str", "include_bytes", "env_logger"}
    | {"ptr", "ptr_eq", "as_ptr", "as_mut_ptr", "as_ptr_range", "addr_of", "type_name_of_val", "backtrace"}
    | {"global_allocator", "capacity", "size_of_val", "set_hook", "take_hook", "downcast", "downcast_ref"}
)
"""Words of tests that look at what two processes do not share: files, addresses, the environment, the allocator, and
what a panic carries."""

_OWN_TYPES = frozenset({"struct", "enum", "union", "trait", "macro_rules", "macro", "include"})


@dataclass(frozen=True, slots=True)
class Served:
    """The source of the program that serves a solution, how it is linked and run, and the tests' crates.

    `module` does the same within the solution's crate, `functions` are those that are called. None of it depends on a
    solution.
    """

    server: str
    module: str
    functions: tuple[Signature, ...]
    path: str
    link: Step
    run: Step
    crates: tuple[TestCrate, ...]


def served(problem: Problem, toolchain: Toolchain) -> Served | None:
    """Return how a problem's solutions are served.

    None where its tests need something of them that is no function over plain values, as the problem itself declares
    it in its prompt and its canonical solution.
    """
    tests = tests_of(problem)
    found = _called(problem, tests.values())
    if not found:
        return None
    crate = crate_of(problem)
    program = "crate" not in problem.extra
    functions = " ".join(_shim(number, signature) for number, signature in enumerate(found))
    imports = prelude(problem) if program else ""
    word = "" if program else crate.word
    return Served(
        server_root(crate.word, found),
        server_module(found),
        tuple(found),
        _ROOT,
        link_server(toolchain, crate, _ROOT, SERVER),
        run(SERVER),
        tuple(
            TestCrate(
                path,
                served_root(text, crate=word, imports=imports, functions=functions),
                link(toolchain, crate, path, PROGRAM, alone=True),
                run(PROGRAM),
                frozenset(),
            )
            for path, text in tests.items()
        ),
    )


def declared(problem: Problem) -> dict[str, Signature | None]:
    """Return what a solution has to have at its root, as the problem says; None for what is no plain function.

    In a program that is what the prompt begins; in a crate it is public. What the problem says in two ways is none.
    """
    if "crate" in problem.extra:
        texts = [problem.canonical_solution, *_FENCED.findall(problem.prompt)]
        wanted = {item.name for text in texts for item in items(text) if "pub" in text[item.start : item.end]}
    else:
        texts = [problem.stub, problem.canonical_solution]
        wanted = {problem.entry_point, *(item.name for item in items(problem.stub))}
    known: dict[str, Signature | None] = {}
    for text in texts:
        for name, signature in signatures(text).items():
            known[name] = signature if known.get(name, signature) == signature else None
    return {name: signature for name, signature in known.items() if name in wanted}


def may_suit(problem: Problem, code: str) -> bool:
    """Return whether the tests may take a solution whose functions are not of the types that the problem declares.

    They may where all it gives them are values of std: where its functions are plain as well, or it has no types of its
    own at all. They are built with it, then.
    """
    own = signatures(code)
    plain = all(own.get(name, signature) for name, signature in declared(problem).items() if signature)
    return plain or names(code).isdisjoint(_OWN_TYPES)


def _called(problem: Problem, tests: Iterable[str]) -> list[Signature]:
    """Return the functions of a solution that the tests name; empty where they name anything else of it, or nothing."""
    known = declared(problem)
    words: set[str] = set()
    for text in tests:
        words |= names(text) - {item.name for item in items(text)}
    called = [known[name] for name in sorted(words & known.keys() - {"main"})]
    if not words.isdisjoint(_SHARED):
        return []
    if "catch_unwind" in words and any(signature and signature.changes for signature in called):
        return []  # what a function has changed before it panics stays in its own process
    found = [signature for signature in called if signature is not None]
    return found if len(found) == len(called) else []


def _shim(number: int, signature: Signature) -> str:
    """Return a function that stands for the solution's: it sends its arguments, and takes back what was lent."""
    parameters = ", ".join(f"p{place}: {one.written('')}" for place, one in enumerate(signature.parameters))
    given = "".join(
        f".with({'&*' if one.form == '&mut' else '&'}p{place})" for place, one in enumerate(signature.parameters)
    )
    lent = " ".join(
        _taken_back(f"p{place}", one) for place, one in enumerate(signature.parameters) if one.form == "&mut"
    )
    result = signature.result.written("'static")
    return (
        f"pub fn r#{signature.name}({parameters}) -> {result} {{ "
        f"let mut answer = ::codeeval_harness::calls::Call::new({number}){given}.answer(); "
        f"let value: {result} = answer.take(); {lent} answer.end(); value }}"
    )


def _taken_back(name: str, parameter: Plain) -> str:
    return f"answer.refill({name});" if parameter.is_slice else f"*{name} = answer.take();"
