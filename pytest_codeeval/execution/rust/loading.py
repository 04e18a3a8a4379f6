"""Solutions and tests as libraries, which programs of ours load that have all of std: none of it is linked again.

Linking a program takes as long as compiling it. A library that leaves all of std open takes a twentieth of that.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import replace

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.execution.rust.commands import HARNESS, SERVING, Step, program_of
from pytest_codeeval.execution.rust.layout import SOLUTION, Layout, crate_of
from pytest_codeeval.execution.rust.lexer import Kind, names, tokens
from pytest_codeeval.execution.rust.publishing import items
from pytest_codeeval.execution.rust.served import Served
from pytest_codeeval.execution.rust.serverroot import ENTRY, MODULE
from pytest_codeeval.execution.rust.signature import signatures
from pytest_codeeval.execution.rust.toolchain import Toolchain

TESTS_LIBRARY, SOLUTION_LIBRARY = "codeeval_tests.so", "codeeval_solution.so"
NOT_LOADED = 97
"""How a program ends that cannot load its library; see loader.rs."""

LOADER = "codeeval_loader"
_OBJECT = "codeeval_object"
_EDITIONS = frozenset({"2018", "2021", "2024"})
_ODD = frozenset(
    {"extern", "link", "link_section", "no_mangle", "export_name", "global_allocator", "unsafe", "asm", "global_asm"}
    | {"no_std", "no_core", "no_implicit_prelude", "include", "include_str", "include_bytes"}
    | {MODULE, "codeeval_serving"}
)
"""Words of solutions that may see a difference between being a library and being linked, or between one crate and two.
"""
_FLOATS = re.compile(r"\bf(?:32|64)\b|\d\.(?!\.)")
_LAST = re.compile(r"(?:\s*//(?![/!])[^\n]*(?:\n|\Z))*\s*")
_KEPT = "pub fn codeeval_kept(map: &mut std::collections::HashMap<u8, u8>) {\n    map.insert(1, 1);\n}\n"
"""What std makes its maps of is a crate besides, which is there only where it is called."""

_MAINS = {
    HARNESS: "#![no_main]\nuse std::ffi::{c_char, c_int};\n#[no_mangle]\n"
    'pub extern "C" fn main(count: c_int, given: *const *const c_char) -> c_int {\n'
    "    codeeval_harness::start(count, given)\n}\n",
    SERVING: "fn main() {\n    codeeval_serving::main()\n}\n",
}
_PANIC = '    panic!("{}", std::hint::black_box(2.0f64).powf(0.5));\n'
_TRIALS = {
    HARNESS: "#![feature(custom_test_frameworks)] #![test_runner(::codeeval_harness::run)]\n"
    f"#[test]\n#[should_panic]\nfn panics() {{\n{_PANIC}}}\n",
    SERVING: f"#[no_mangle]\npub fn codeeval_trial() {{\n{_PANIC}}}\n",
}


def loader(toolchain: Toolchain, library: str) -> tuple[Mapping[str, str], list[Step]]:
    """Return the sources of `LOADER`, which loads what needs `HARNESS` or `SERVING`, and the steps to make and try it.

    One of them fails where the toolchain cannot make libraries, or the machine not load them.
    """
    name = library.removeprefix("lib").removesuffix(".rlib")
    externs = {name: library}
    made = program_of(toolchain, "loader_main.rs", "2021", LOADER, externs)
    # All of std, and not only what this program needs of it, in the table of names that libraries are bound by.
    made = replace(made, argv=(*made.argv, "-C", "link-dead-code=yes", "-C", "link-arg=-rdynamic"))
    crate = ("--crate-name", "trial")
    if library == HARNESS:
        tried = program_of(toolchain, "trial.rs", "2021", "trial", externs)
        tried = replace(tried, argv=(*tried.argv, "--test", *crate), environment={"RUSTC_BOOTSTRAP": "trial"})
        steps = [made, *library_of_tests(toolchain, tried, floats=True)]
    else:
        tried = program_of(toolchain, "trial.rs", "2021", "libtrial.rlib", externs)
        tried = replace(tried, argv=(*tried.argv, "--crate-type=lib", *crate))
        steps = [made, tried, _joined(toolchain, "libtrial.rlib", floats=True)]
    # The tests' program removes its file.
    steps.append(Step("copy", ("/bin/cp", LOADER, "tried"), (LOADER,), ("tried",)))
    run = ("./tried",) if library == HARNESS else ("./tried", "try")
    steps.append(Step("try", run, ("tried", *steps[-2].gives)))
    return {"loader_main.rs": _MAINS[library] + _KEPT, "trial.rs": _TRIALS[library]}, steps


def library_of_tests(toolchain: Toolchain, step: Step, *, floats: bool) -> list[Step]:
    """Return the steps that make `TESTS_LIBRARY` of what a step of the compiler makes a program of.

    The compiler leaves an object, which it may copy to no other name where no permissions are to be given.
    """
    place = step.argv.index("-o")
    argv = (*step.argv[:place], *step.argv[place + 2 :], "-Z", "no-link", "-o", _OBJECT)
    joining, behind = _join(toolchain, TESTS_LIBRARY, floats=floats)
    script = f"exec {shlex.join(joining)} {_OBJECT}.*-cgu.0.rcgu.o {shlex.join(behind)}"
    return [
        replace(step, argv=argv, gives=(_OBJECT,)),
        Step("join", ("/bin/sh", "-c", script), (_OBJECT,), (TESTS_LIBRARY,)),
    ]


def library_of_solution(toolchain: Toolchain, plan: Layout) -> list[Step]:
    """Return the steps that build and lint a solution, with `within` for its source, as `SOLUTION_LIBRARY`."""
    build = replace(plan.build, argv=(*plan.build.argv, "--extern", f"codeeval_serving={SERVING}"))
    return [build, _joined(toolchain, plan.library, floats=has_floats(plan.files[SOLUTION]))]


def _joined(toolchain: Toolchain, library: str, *, floats: bool) -> Step:
    """Return the step that makes `SOLUTION_LIBRARY` of a library of Rust."""
    joining, behind = _join(toolchain, SOLUTION_LIBRARY, floats=floats)
    argv = (*joining, "--whole-archive", library, "--no-whole-archive", *behind)
    return Step("join", argv, (library,), (SOLUTION_LIBRARY,))


def _join(toolchain: Toolchain, library: str, *, floats: bool) -> tuple[list[str], list[str]]:
    """Return what stands before and behind what is to be joined in a command.

    Where there are `floats` in it, it may need functions that no loader has.
    """
    # Panics find their way by the table that `--eh-frame-hdr` makes.
    argv = [str(toolchain.joiner), "-shared", "-o", library, "-Bsymbolic", "--strip-all", "--eh-frame-hdr"]
    argv += ["--build-id=none", "-z", "noexecstack", "-z", "now"]
    return argv, [str(toolchain.builtins), *(["--as-needed", "-l:libm.so.6"] if floats else [])]


def has_floats(source: str) -> bool:
    """Return whether there may be floating point numbers in a source; not in all that has them they are to be seen."""
    return _FLOATS.search(source) is not None


def within(plan: Layout, problem: Problem, served: Served) -> str | None:
    """Return the source of a solution with what serves it at its end, None where it is not sure that this is the same.

    Its functions have to be public, and of the types that were asked for, each by its own words. The compiler has the
    last word on that: nothing is said of a solution by what does not compile.
    """
    source = plan.files[SOLUTION]
    if plan.lint is not None or crate_of(problem).edition not in _EDITIONS or not names(source).isdisjoint(_ODD):
        return None
    wanted = {signature.name: signature for signature in served.functions}
    for item in items(source):
        if item.name in wanted and (item.keyword != "fn" or source[item.start : item.end].strip() != "pub"):
            return None
    own = signatures(source)
    if any(own.get(name) != signature for name, signature in wanted.items()):
        return None
    # What stands at the end without an item, an attribute or a comment that is documentation, is an error.
    last = tokens(source)[-1]
    if last.kind is not Kind.SIGN or last.text not in ("}", ";") or not _LAST.fullmatch(source, last.end):
        return None
    return f"{source}\n{served.module}"


def entry_of(library: bytes) -> bytes:
    """Return the name by which a solution's library is called; hostile bytes, empty where there is none."""
    place = library.find(f"{len(MODULE)}{MODULE}{len(ENTRY)}{ENTRY}".encode())
    if place < 0:
        return b""
    return library[library.rfind(b"\0", 0, place) + 1 : library.find(b"\0", place)]
