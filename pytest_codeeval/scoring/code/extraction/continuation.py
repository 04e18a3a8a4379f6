"""Answers that hold only the body: fitted to the stub that they continue."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator

from pytest_codeeval.scoring.code.extraction.parsing import Parser, bound_names, is_inert, is_stub, returns
from pytest_codeeval.scoring.code.extraction.prose import is_prose, without_inert_tail

_ASSIGNMENT = re.compile(r"[A-Za-z_][\w.]*(?:\[[^\]\n]{0,80}\])?[ \t]*[-+*/|&^%]{0,2}=[^=]")
_INDENT = "    "
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def continued(stub: str, text: str, entry_point: str, parser: Parser) -> str | None:
    """Return stub and body as one program, the indentation fitted where need be; None where `text` is no body."""
    text = _trimmed(text)
    if not text or not may_go_on(stub, entry_point, parser):
        return None
    head = stub if stub.endswith("\n") else stub + "\n"
    indent = _body_indent(stub, entry_point, parser)
    loose = not text[0].isspace()
    for body in _bodies(text):
        for fitted in _fittings(body, indent, parser):
            code = head + fitted
            tree = parser.tree(code)
            if tree and _completes(tree, entry_point, loose):
                return without_inert_tail(code, tree)
    return None


def may_go_on(stub: str, entry_point: str, parser: Parser) -> bool:
    """Whether a body may continue the stub: one whose function has come to its end would pass by itself."""
    tree = parser.tree(stub)
    node = tree.body[-1] if tree and tree.body else None
    if not isinstance(node, _Definition) or node.name != entry_point:
        return bool(stub)
    last = _open(node)
    return is_stub(last) or not isinstance(last.body[-1], ast.Return | ast.Raise)


def looks_continued(stub: str, text: str, parser: Parser) -> bool:
    """Whether text that does not parse was visibly meant as the body: the runner shall say what is wrong with it."""
    first = next((line.strip() for line in text.split("\n") if line.strip()), "")
    if not stub or is_prose(first):
        return False
    tree = parser.tree(first + " pass" if first.endswith(":") else first)
    return _ASSIGNMENT.match(first) is not None or (tree is not None and not all(map(is_inert, tree.body)))


def _trimmed(text: str) -> str:
    """Drop blank lines before and behind."""
    lines = text.rstrip().split("\n")
    start = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    return "\n".join(lines[start:])


def with_preamble(code: str, stub: str, entry_point: str, parser: Parser) -> str:
    """Put what the stub holds before the entry point (imports, helpers) before code that lacks any of it."""
    preamble = preamble_of(stub, entry_point)
    needed = bound_names(preamble)
    present = bound_names(code) if needed else None
    if not needed or present is None or needed <= present:
        return code
    head, rest = _future_imports(code, parser)
    return head + preamble.strip("\n") + "\n\n\n" + rest


def preamble_of(stub: str, entry_point: str) -> str:
    """Return the stub up to the definition of the entry point, without its decorators."""
    found = list(re.finditer(rf"^(?:async[ \t]+def|def|class)[ \t]+{re.escape(entry_point)}\b", stub, re.MULTILINE))
    lines = stub[: found[-1].start()].split("\n") if found and entry_point else [""]
    while len(lines) > 1 and lines[-2].startswith("@"):
        del lines[-2]
    return "\n".join(lines)


def _future_imports(code: str, parser: Parser) -> tuple[str, str]:
    """Split code behind its `from __future__` imports, which must stay first."""
    tree = parser.tree(code)
    ends = [
        node.end_lineno or 0
        for node in (tree.body if tree else [])
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
    ]
    lines = code.split("\n")
    head = lines[: max(ends, default=0)]
    return "".join(line + "\n" for line in head), "\n".join(lines[len(head) :])


def _body_indent(stub: str, entry_point: str, parser: Parser) -> str:
    tree = parser.tree(stub)
    for node in reversed(tree.body if tree else []):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == entry_point:
            line = stub.split("\n")[_open(node).body[0].lineno - 1]
            return line[: len(line) - len(line.lstrip())] or _INDENT
    return _INDENT


def _bodies(text: str) -> Iterator[str]:
    """Yield the text, then without the prose or other extras behind it."""
    yield text
    lines = text.split("\n")
    indented = lines[0][0].isspace()
    for number, line in enumerate(lines[1:], 1):
        if is_prose(line) or (indented and line and not line[0].isspace()):
            yield "\n".join(lines[:number])
            return


def _fittings(body: str, indent: str, parser: Parser) -> Iterator[str]:
    """Yield the body as it is, then with its indentation fitted in one way after the other."""
    yield body + "\n"
    for text in _spaced(body):
        first, _, rest = text.partition("\n")
        if not first[0].isspace():
            yield f"{indent}{text}\n"  # only the first line has lost its indentation
        for level in (textwrap.dedent(text), f"{first.lstrip()}\n{textwrap.dedent(rest)}"):
            if tree := parser.tree(level):
                yield _indented(level, indent, tree)


def _spaced(body: str) -> Iterator[str]:
    """Yield the body, then with the tabs that indent it widened, for tabs and spaces do not mix."""
    yield body
    if "\t" in body:
        for width in (4, 8):
            yield "\n".join(_widened(line, width) for line in body.split("\n"))


def _widened(line: str, width: int) -> str:
    code = line.lstrip(" \t")
    return line[: len(line) - len(code)].expandtabs(width) + code


def _indented(body: str, indent: str, tree: ast.Module) -> str:
    inside_strings = {
        number
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant | ast.JoinedStr)
        for number in range(node.lineno + 1, (node.end_lineno or node.lineno) + 1)
    }
    lines = body.split("\n")
    return "".join(
        (indent + line if line.strip() and number not in inside_strings else line) + "\n"
        for number, line in enumerate(lines, 1)
    )


def _completes(tree: ast.Module, entry_point: str, loose: bool) -> bool:
    """Whether the program gives the entry point a body, and returns nowhere outside functions.

    A `loose` body, one that is not indented, may be a usage example as well: it has to return.
    """
    if returns(tree.body):
        return False
    defined = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == entry_point
    ]
    last = _open(defined[-1]) if defined else None
    return last is not None and not is_stub(last) and (not loose or returns(last.body))


def _open(node: _Definition) -> _Definition:
    """Return the definition that text behind it goes on with: of a class that is its last method."""
    while isinstance(node, ast.ClassDef) and isinstance(node.body[-1], _Definition):
        node = node.body[-1]
    return node
