"""What a whole function needs of the prompt: imports and helpers that the answer leaves out, and nothing twice."""

from __future__ import annotations

import re

from pytest_codeeval.core.sourcecode.rust_uses import without_names
from pytest_codeeval.core.sourcecode.source import Source

_BLANKS = re.compile(r"\s+")
_INNER_ATTRIBUTES = re.compile(r"(?>(?:\s*+(?:#!\[[^\n]*+|//[^\n]*+)(?:\n|\Z))*)")


def head_of(stub: Source, entry_point: str) -> Source:
    """Return what the stub holds before the entry point and the comments above it."""
    found = [d for d in stub.definitions if d.name == entry_point]
    return Source(stub.code[: stub.with_attached(found[-1])] if found else "", stub.syntax)


def joined(head: Source, code: Source) -> str:
    """Put the parts of `head` that `code` lacks in front of it."""
    text = _lacking(head, code)
    if not text:
        return code.code
    if code.syntax.binds_imports:
        text = without_names(text, code)
    start = _INNER_ATTRIBUTES.match(code.code)
    end = start.end() if start and "#![" in start[0] else 0
    rest = code.code[end:].lstrip("\n")
    return f"{code.code[:end]}{text}\n\n{rest}"


def _lacking(head: Source, code: Source) -> str:
    names = {definition.name for definition in code.definitions}
    present = {_squeezed(code.code[start:end]) for start, end in code.imports}
    spans = [(head.with_attached(d), d.end) for d in head.definitions if d.name in names]
    spans += [(start, end) for start, end in head.imports if _squeezed(head.code[start:end]) in present]
    left = Source(head.without(spans), head.syntax)
    repeated = {_squeezed(code.code[start:end]) for start, end in code.lines}
    spans = [(start, end) for start, end in left.lines if _squeezed(left.code[start:end]) in repeated]
    left = Source(left.without(spans), head.syntax)
    if not left.masked.strip():
        return ""  # comments alone
    return left.code.strip("\n")


def _squeezed(text: str) -> str:
    return _BLANKS.sub("", text)
