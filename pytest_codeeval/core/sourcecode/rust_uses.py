"""Uses of Rust: those of the prompt without the names that an answer brings in itself, for no name comes twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_codeeval.core.sourcecode.source import Source

_USE = re.compile(r"^[ \t]*+(?:pub[ \t]++)?use\b(?P<tree>[^;]{0,2000}+);[ \t]*+\n?", re.MULTILINE)
_TOKEN = re.compile(r"[\w*]+|::|[{},]")


def without_names(text: str, code: Source) -> str:
    """Return `text` with its uses split into those whose names `code` neither uses nor defines."""
    taken = {definition.name for definition in code.definitions}
    taken |= {name for start, end in code.imports for name, _ in _leaves(code.code[start:end]) if name}

    def kept(found: re.Match[str]) -> str:
        leaves = list(_leaves(found[0]))
        if taken.isdisjoint(name for name, _ in leaves):
            return found[0]
        return "".join(f"use {path};\n" for name, path in leaves if name not in taken)

    return _USE.sub(kept, text).rstrip("\n")


def _leaves(statement: str) -> Iterator[tuple[str, str]]:
    """Yield the names that a use binds, each with its whole path; a glob binds no name that is known."""
    found = _USE.match(statement)
    stack, path, name = [""], "", ""
    for token in _TOKEN.findall(found["tree"] if found else ""):
        if token == "{":
            stack.append(path)
        elif token in ",}":
            if name:
                yield _leaf(path, name)
            if token == "}" and len(stack) > 1:
                stack.pop()
            name, path = "", stack[-1]
            continue
        elif token == "::":
            path += "::"
        elif token == "as":
            path += " as "
        else:
            path += token
        name = token if token not in ("{", "::", "as") else ""
    if name:
        yield _leaf(path, name)


def _leaf(path: str, name: str) -> tuple[str, str]:
    if name == "self" and path.endswith("::self"):
        path = path.removesuffix("::self")
        name = path.rpartition("::")[2]
    return ("" if name == "*" else name), path
