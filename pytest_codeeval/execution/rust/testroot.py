"""The root file of a tests crate: the text of the tests, on its own lines, between what binds and what watches it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from itertools import pairwise

from pytest_codeeval.execution.rust.bindings import NAMES, bindings
from pytest_codeeval.execution.rust.lexer import Kind, Token, closing, tokens
from pytest_codeeval.execution.rust.publishing import items

_HEAD = "#![feature(custom_test_frameworks)] #![test_runner(::codeeval_harness::run)] "
_TRUSTED_ROOTS = frozenset({"std", "core", "alloc", NAMES})
_RELATIVE = frozenset({"self", "super", "crate"})
_WRONG = {"assert_eq": "assert_eq!(1, 2)", "assert_ne": "assert_ne!(1, 1)", "assert": "assert!(false)"}
# Only checked, as nobody calls it: that takes a fraction of the time that it takes to compile assertions. Whatever else
# is called `Some`, be it of the very same type, is no pattern of an Option.
_MEANT = (
    "fn codeeval_meant(option: ::std::option::Option<u8>, result: ::std::result::Result<u8, u8>, "
    "string: ::std::string::String) -> String { if let Some(_) = option {} match result { Ok(_) | Err(_) => {} } "
    "let _: ::std::vec::Vec<u8> = vec![]; string } "
)


def test_root(text: str, *, crate: str, edition: str, imports: str, token: str) -> tuple[str, frozenset[str]]:
    """Return the root of a tests crate and the names of its decoys: tests that fail unless somebody interferes.

    There is one for each macro of assertions that `text` uses, or one in all. The root compiles only where `Some`,
    `Ok`, `Err`, `String` and `vec!` are in it what they are in all Rust programs.

    `crate` is the solution's name in code, `imports` are items on one line that the tests need, `token` a word that no
    solution can know. Lines of `text` keep their numbers.
    """
    found = tokens(text)
    start = _body_start(text, found)
    guarded = _guarded(text[start:])
    calls = "#[test] fn codeeval_main() { main() } " if _has_main(text) else ""
    used = {token.text.removeprefix("debug_") for token in found if token.kind is Kind.NAME} & _WRONG.keys()
    decoys = {f"codeeval_{token}_{macro}": _WRONG[macro] for macro in sorted(used or {"assert"})}
    watch = " ".join(f"#[test] fn {name}() {{ {wrong}; }}" for name, wrong in decoys.items())
    head = f"{text[:start]}{bindings(crate, edition)} {imports} "
    return f"{_HEAD}{head}{guarded}\n{calls}{_MEANT}{watch}\n", frozenset(decoys)


def served_root(text: str, *, crate: str, imports: str, functions: str) -> str:
    """Return the root of a tests crate that stands alone: `functions` are items that stand for the solution's.

    Where `crate` is named, they are in a module that stands for the solution's crate. Lines of `text` keep their
    numbers.
    """
    start = _body_start(text, tokens(text))
    calls = "#[test] fn codeeval_main() { main() } " if _has_main(text) else ""
    if crate:
        functions = f"#[allow(unused)] pub mod {crate} {{ {functions} }}"
    head = f"{text[:start]}{imports} {functions} "
    return f"{_HEAD}{head}{_within_reach(text[start:], crate) if crate else text[start:]}\n{calls}\n"


def marked(text: str) -> tuple[str, int]:
    """Return `text` with a mark on the last line of each test that can end nowhere else, and how many there are.

    A macro of the solution's can return from the test that uses it. Lines keep their numbers.
    """
    found = tokens(text)
    pieces, last, count, index = [], 0, 0, 0
    while index + 5 < len(found):
        words = [token.text for token in found[index : index + 5]]
        is_test = _is_test(found, index) or words[1] == "main"
        if words[0] != "fn" or words[2:] != ["(", ")", "{"] or not is_test:
            index += 1
            continue
        end = closing(found, index + 4)
        body = {token.text for token in found[index:end]}
        if end < len(found) and body.isdisjoint({"return", "?", "loop", "async"}):
            pieces += [text[last : found[end].start], "; ::codeeval_harness::reached(); "]
            last = found[end].start
            count += 1
        index = end
    return "".join([*pieces, text[last:]]), count


def _is_test(found: Sequence[Token], index: int) -> bool:
    """Return whether the attributes before the function at `index` make it a test that does not have to panic."""
    start = index
    while start and found[start - 1].text not in ("}", ";", "{"):
        start -= 1
    words = [token.text for token in found[start:index]]
    return "test" in words and "should_panic" not in words and "cfg" not in words


def _within_reach(text: str, crate: str) -> str:
    """Return `text` with an import of the module `crate` in each of its own, as a crate is in reach everywhere."""
    found = tokens(text)
    pieces, last = [], 0
    for word, name, brace in zip(found, found[1:], found[2:], strict=False):
        if word.text == "mod" and name.kind is Kind.NAME and brace.text == "{":
            pieces += [text[last : brace.end], f" #[allow(unused_imports)] use crate::{crate}; "]
            last = brace.end
    return "".join([*pieces, text[last:]])


def _has_main(text: str) -> bool:
    return any(item.keyword == "fn" and item.name == "main" for item in items(text))


def _body_start(text: str, found: tuple[Token, ...]) -> int:
    """Return where items may stand: behind inner attributes and inner doc comments."""
    index = end = 0
    while index < len(found):
        if found[index].kind is Kind.INNER_DOC:
            end = found[index].end
            end += text.startswith("\n", end)  # what follows would be comment too
        elif [token.text for token in found[index : index + 3]] == ["#", "!", "["]:
            index = closing(found, index + 2)
            end = found[min(index, len(found) - 1)].end
        else:
            break
        index += 1
    return end


def _guarded(text: str) -> str:
    """Return `text` with an import of the names that all know before every glob import that may be the solution's.

    Of two things that globs bring by one name the compiler takes the first, if it does not refuse them.
    """
    found = tokens(text)
    words = [token.text for token in found]
    pairs = set(pairwise(words))
    # A module that hands on what it imports, as by `pub use`, may hand on the solution's names.
    handing_on = not pairs.isdisjoint({("pub", "use"), (")", "use")})
    modules = set() if handing_on else {name for word, name in pairs if word == "mod"}
    modules -= {name for word, name in pairs if word == "as"}
    pieces, last, index = [], 0, 0
    before = 0
    while index < len(found):
        if found[index].kind is Kind.NAME and found[index].text == "use":
            end = next((place for place in range(index, len(found)) if found[place].text == ";"), len(found) - 1)
            if _may_be_the_solutions(words[index + 1 : end], modules):
                pieces += [text[last:before], f" #[allow(unused_imports)] use crate::{NAMES}::*; "]
                last = before
            index = end
        if index < len(found) and found[index].kind is Kind.SIGN and found[index].text in (";", "{", "}"):
            before = found[index].end
        index += 1
    return "".join([*pieces, text[last:]])


def _may_be_the_solutions(use: Sequence[str], modules: Set[str]) -> bool:
    """Whether an import brings all names of something else than the standard library or the tests' own modules.

    What is behind `self` or `crate` may be the solution under another name.
    """
    return any(
        path[0] not in _TRUSTED_ROOTS and not set(path) <= _RELATIVE | modules if path else True for path in _globs(use)
    )


def _globs(use: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the paths before each `*` of an import, braces resolved; `use` are its tokens."""
    outer: list[tuple[str, ...]] = []
    before: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    for part in use:
        if part == "{":
            outer.append(before)
            before = path
        elif part in (",", "}"):
            path = before
            if part == "}" and outer:
                before = outer.pop()
        elif part == "*":
            yield path
        elif part != "::":
            path = (*path, part)
