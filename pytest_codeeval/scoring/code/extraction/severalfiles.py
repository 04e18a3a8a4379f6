"""Answers that are files: which block is which, by the names that stand above, at and in them, or by what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_codeeval.core.answerfiles import joined
from pytest_codeeval.core.sourcecode.problem_context import ProblemContext
from pytest_codeeval.scoring.code.extraction.fences import read_layout
from pytest_codeeval.scoring.code.extraction.layout import Block, Layout
from pytest_codeeval.scoring.code.extraction.other_languages import ForeignSearch, in_language
from pytest_codeeval.scoring.code.extraction.search import ended
from pytest_codeeval.scoring.code.solution import Method, Solution
from pytest_codeeval.scoring.marks import Marks

_NAME = re.compile(
    r"[\w./\\-]{0,200}?(?P<name>[\w-]{1,100}(?:\.[\w-]{1,40}){0,3}\.(?:js|mjs|cjs|ts|java|cpp|cc|cxx|hpp|h))(?!\w)"
)
_COMMENT = re.compile(
    r"^[ \t]*(?://+|/\*+)[ \t]*(?:(?:file|filename|path)[ \t]*:)?[ \t]*(?:[\w.-]+/)*(?P<name>[\w.-]+\.\w+)"
    r"[ \t]*(?:\*+/)?[ \t]*$\n?",
    re.MULTILINE | re.IGNORECASE,
)
_TYPE = re.compile(
    r"^(?:public\s+|final\s+|abstract\s+|sealed\s+)*(?:class|interface|enum|record)\s+(?P<name>\w+)", re.MULTILINE
)
_GUARD = re.compile(r"^[ \t]*#[ \t]*(?:pragma[ \t]+once|ifndef[ \t]+\w+|if[ \t]+!\s*defined)", re.MULTILINE)
_MAIN = re.compile(r"\bint[ \t]+main[ \t]*\(|\bstatic[ \t]+void[ \t]+main[ \t]*\(")
_EXPORT = re.compile(r"^[ \t]*export\b|\bmodule\.exports\b|\bexports\.\w", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Files:
    """The names of the files that are asked for, and of those beside them, which no answer takes the place of."""

    asked: Sequence[str]
    others: Sequence[str] = ()


class FilesSearch:
    """The search through one text for the files that were asked for; what is named or written last is meant."""

    def __init__(self, text: str, files: Files, frame: ProblemContext, marks: Marks) -> None:
        """Search; `said` is the text without thinking."""
        layout = read_layout(text, None, marks)
        self.said = layout.text
        found = _found(layout, files, frame.name)
        if found:
            closed = all(block.closed for block in layout.blocks)
            code = ended(joined(found, files.asked))
            self.solution = Solution(code, Method.FENCED if closed else Method.UNCLOSED)
        else:
            self.solution = ForeignSearch(text, frame, marks).solution
        self.is_sound = bool(found)
        self.is_whole = self.is_sound


def _found(layout: Layout, files: Files, language: str) -> dict[str, str]:
    """Return the files of an answer by name, in the order in which they are asked for."""
    named: dict[str, str] = {}
    nameless: list[Block] = []
    for block in layout.blocks:
        for name, code in _parts(block, files, language):
            if name in files.asked or (name and language == "java" and name not in files.others):
                named[name] = code
            elif not name and in_language(block, language):
                nameless.append(Block(code, block.tag, block.closed))
    if not any(name in named for name in files.asked) or len(files.asked) > 1:
        for name, code in _by_content(nameless, files, language):
            if name not in named:
                named[name] = code
    if not any(name in named for name in files.asked):
        return {}
    return {name: named[name] for name in (*files.asked, *sorted(named)) if name in named}


def _parts(block: Block, files: Files, language: str) -> Iterator[tuple[str, str]]:
    """Yield the files in a block, each with its name or none; a block may hold several below lines with their names."""
    label = _name_in(block.label, files, language)
    code, known = block.code, {*files.asked, *files.others}
    lines = [found for found in _COMMENT.finditer(code) if found["name"] in known or _may_be(found["name"], language)]
    before = code[: lines[0].start()] if lines else code
    if not lines:
        yield label, code
        return
    if before.strip() and label and label != lines[0]["name"]:
        yield label, before
        before = ""
    ends = [*(found.start() for found in lines[1:]), len(code)]
    for found, end in zip(lines, ends, strict=True):
        text = code[found.end() : end]
        yield found["name"], f"{before}{text}" if before.strip() else text
        before = ""


def _name_in(label: str, files: Files, language: str) -> str:
    """Return the one file that the words of a fence name, or the line above it; empty where they name none or more."""
    for words in label.split("\n"):
        names = {found["name"] for found in _NAME.finditer(words[:500])}
        known = names & {*files.asked, *files.others}
        alone = len(names) == 1 and not known and len(words.split()) <= 2 and _may_be(min(names), language)
        if len(known) == 1 or alone:
            return min(known or names)
        if len(names) == 1 and not known:
            return min(names)  # another file, which nobody asked for
    return ""


def _may_be(name: str, language: str) -> bool:
    """Whether a file that was not asked for may be part of a solution."""
    return language == "java" and re.fullmatch(r"[A-Za-z_]\w*\.java", name) is not None


def _by_content(blocks: Sequence[Block], files: Files, language: str) -> Iterator[tuple[str, str]]:
    """Yield blocks without a name, each with that of the file that it is by what it holds; the best comes first."""
    if language == "java":
        for block in reversed(blocks):
            types = [f"{found['name']}.java" for found in _TYPE.finditer(block.code)]
            asked = [name for name in types if name in files.asked]
            if asked:
                yield asked[0], block.code
            elif types and types[0] not in files.others and not _MAIN.search(block.code):
                yield types[0], block.code
    elif language == "cpp":
        for block in reversed(blocks):
            if not _MAIN.search(block.code):
                yield from _half(block, files)
    else:
        fit = sorted(blocks, key=lambda block: (bool(_EXPORT.search(block.code)), block.closed, len(block.code)))
        yield from ((files.asked[0], block.code) for block in fit[-1:])


def _half(block: Block, files: Files) -> Iterator[tuple[str, str]]:
    """Yield a block of C++ as the header or as the file that includes it."""
    headers = [name for name in files.asked if not name.endswith(".cpp")]
    bodies = [name for name in files.asked if name.endswith(".cpp")]
    includes = any(f'"{name}"' in block.code for name in headers)
    if bodies and includes:
        yield bodies[0], block.code
    elif headers and (_GUARD.search(block.code) or not includes):
        yield headers[0], block.code
