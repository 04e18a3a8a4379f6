"""Answers in languages other than Python: which part is the program, and how it stands in one file with the tests."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from pytest_codeeval.core.language import canonical
from pytest_codeeval.core.sourcecode.framing import defines, is_body, whole, with_body
from pytest_codeeval.core.sourcecode.problem_context import ProblemContext
from pytest_codeeval.core.sourcecode.source import Source
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.scoring.code.extraction.dressing import has_fence, is_dressed
from pytest_codeeval.scoring.code.extraction.fences import read_layout
from pytest_codeeval.scoring.code.extraction.layout import Block, Layout
from pytest_codeeval.scoring.code.extraction.prose import reads_like_refusal
from pytest_codeeval.scoring.code.extraction.search import ended
from pytest_codeeval.scoring.code.extraction.wording import is_wording, without_labels
from pytest_codeeval.scoring.code.solution import Method, Solution
from pytest_codeeval.scoring.marks import Marks

_TAGS = {"go_test": "go", "luau": "lua", "mjs": "javascript", "jsx": "javascript", "tsx": "typescript", "c": "cpp"}
_NO_CODE = frozenset({"", "text", "txt", "plaintext", "plain", "code", "output"})
_SENTENCE = re.compile(r"(?:#{1,6} |\*\*|[-*] )?[A-Z][\w'\u2019`]*+(?:[ ,]+[\w'\u2019`(\"*][^ ]*+){3,}[.:!?]?$")
_FENCE_LINE = re.compile(r"^[ \t]*+(?:```|~~~)", re.MULTILINE)
_CODE_MARKS = re.compile(r"[;{}=]|^\s")


class ForeignSearch:
    """The search through one text for a program in the frame's language."""

    def __init__(self, text: str, frame: ProblemContext, marks: Marks) -> None:
        """Search; `said` is the text without thinking."""
        self._frame = frame
        layout = read_layout(text, None, marks)
        self.said = layout.text
        self.solution = _found(layout, frame)

    @property
    def is_sound(self) -> bool:
        """Whether what was found is a program that defines the entry point, and begins with no mark of a fence."""
        code = self.solution.code
        if code is None or (self._frame.entry_point and not defines(self._frame.source(code), self._frame)):
            return False
        if self.solution.method is Method.UNCLOSED and has_fence(code):
            return False
        bare = self.solution.method is Method.BARE or self.solution.method is Method.CONTINUATION
        return not bare or not is_dressed(_without_prose(self.said).lstrip("\n"))

    @property
    def is_whole(self) -> bool:
        """The same, as a part of a program cannot be told from the whole."""
        return self.is_sound


def _found(layout: Layout, frame: ProblemContext) -> Solution:
    pieces = [_Piece(_dedented(without_labels(block.code, frame.name), frame), block) for block in layout.blocks]
    own = [piece for piece in pieces if piece.language in (frame.name, "")]
    others = [piece for piece in pieces if piece not in own]
    found = (
        _defined(own, frame)
        or _defined(others, frame)
        or _repeated(layout.text, frame)
        or _body_in(own, frame)
        or _body_in([piece for piece in others if piece.source.is_surplus], frame)
        or _undefined(pieces, frame)
        or _bare(layout, frame)
    )
    if found.code is not None and not found.code.strip():  # a main of its own was all that the answer had
        return Solution(None, Method.NONE, Cause.NO_CODE)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """A block of the answer, read as code."""

    source: Source
    block: Block

    @property
    def language(self) -> str:
        """The canonical language that its tag names, empty where it names none."""
        return _language_of(self.block)

    @property
    def method(self) -> Method:
        return Method.FENCED if self.block.closed else Method.UNCLOSED


def _language_of(block: Block) -> str:
    return "" if block.tag in _NO_CODE else _TAGS.get(block.tag, canonical(block.tag))


def in_language(block: Block, language: str) -> bool:
    """Whether a block is in a language, or does not say what it is in."""
    return _language_of(block) in (language, "")


def _dedented(code: str, frame: ProblemContext) -> Source:
    whole = frame.source(code)
    if code[:1] in " \t" and not whole.is_surplus:
        outdented = frame.source(textwrap.dedent(code))
        if outdented.defining(frame.entry_point):
            return outdented
    return whole


def _defined(pieces: Sequence[_Piece], frame: ProblemContext) -> Solution | None:
    """Return the last piece that defines the entry point, with those pieces that define names which it lacks."""
    fit = [piece for piece in pieces if frame.entry_point and defines(piece.source, frame)]
    fit = [piece for piece in fit if not frame.is_stub(piece.source)] or fit  # a quotation is no correction
    if not fit:
        return None
    winner = fit[-1]
    code = "\n\n".join(piece.source.code.strip("\n") for piece in _with_helpers(winner, pieces, fit))
    return Solution(ended(whole(frame.source(code), frame)), winner.method)


def _with_helpers(winner: _Piece, pieces: Sequence[_Piece], fit: Sequence[_Piece]) -> list[_Piece]:
    chosen = [winner]
    others = [piece for piece in reversed(pieces) if piece not in fit]
    defined = {definition.name for definition in winner.source.definitions}
    wanted = set(winner.source.words)
    for piece in others:
        names = {d.name for d in piece.source.definitions if d.has_body and d.kind != "value"}
        if names & wanted - defined and not names & defined:
            chosen.append(piece)
            defined |= names
            wanted |= piece.source.words
    return [piece for piece in pieces if piece in chosen]


def _repeated(text: str, frame: ProblemContext) -> Solution | None:
    """Return a text that repeats the stub and goes on with code, cut where its function would have been closed."""
    words = frame.stub.split()
    *said, rest = ["", *text.split(None, len(words))]
    if not words or said[1:] != words:
        return None
    at = len(text) - len(rest)
    line = text.rfind("\n", 0, at) + 1
    body = _FENCE_LINE.split(rest if text[line:at].strip() else text[line:], maxsplit=1)[0].rstrip()
    open_braces = frame.source(frame.stub).balance
    if is_wording(body) or frame.source(frame.stub + body).balance < open_braces:
        return None
    return Solution(ended(with_body(body, frame)), Method.CONTINUATION)


def _body_in(pieces: Sequence[_Piece], frame: ProblemContext) -> Solution | None:
    """Return stub and the block that reads most like the body of its function."""
    bodies = [piece for piece in pieces if frame.stub and is_body(piece.source, frame)]
    if not bodies:
        return None

    def fitness(piece: _Piece) -> tuple[bool, bool, bool, int]:
        returns = "return" in piece.source.words  # as no example of use does, however long
        return piece.language == frame.name, piece.source.is_surplus, returns, len(piece.block.code)

    best = max(bodies, key=fitness)
    functions = {d.name for piece in pieces for d in piece.source.definitions if d.kind == "name" and d.has_body}
    if not best.source.is_surplus and (functions - {frame.entry_point}) & best.source.words:
        return None  # an example of how to use a function of another name
    return Solution(ended(with_body(best.block.code, frame)), Method.CONTINUATION)


def _undefined(pieces: Sequence[_Piece], frame: ProblemContext) -> Solution | None:
    """Return the block that is most like the program where none defines the entry point."""
    pieces = [piece for piece in pieces if not frame.is_quoted(piece.block.code)] or pieces
    if not pieces:
        return None

    def fitness(piece: _Piece) -> tuple[bool, bool, bool, int]:
        tagged = piece.language == frame.name
        holds = bool(frame.entry_point) and frame.entry_point in piece.block.code
        size = 0 if frame.entry_point else len(piece.block.code)
        return tagged and (holds or not frame.entry_point), tagged or holds, piece.block.closed, size

    best = max(pieces, key=fitness)
    return Solution(ended(whole(best.source, frame)), best.method)


def _bare(layout: Layout, frame: ProblemContext) -> Solution:
    """Take an answer without fences: the program in it, the body, or all of it."""
    text = without_labels(_without_prose(layout.text).strip("\n"), frame.name)
    if not text.strip():
        cause = Cause.THINKING_LEAKED if layout.unfinished_thinking else Cause.NO_CODE
        return Solution(None, Method.NONE, cause)
    if reads_like_refusal(text) and not (frame.entry_point and frame.entry_point in text):
        return Solution(None, Method.NONE, Cause.REFUSAL)
    source = frame.source(text)
    if frame.stub and not defines(source, frame) and is_body(source, frame):
        return Solution(ended(with_body(text, frame)), Method.CONTINUATION)
    return Solution(ended(whole(source, frame)), Method.BARE)


def _without_prose(text: str) -> str:
    """Drop sentences before the first line of code and behind the last one."""
    lines = text.split("\n")
    prose = [_SENTENCE.match(line) is not None and not _CODE_MARKS.search(line) for line in lines]
    start = next((number for number, line in enumerate(lines) if line.strip() and not prose[number]), 0)
    end = len(lines)
    while end > start and (prose[end - 1] or not lines[end - 1].strip()):
        end -= 1
    return "\n".join(lines[start:end]) if start < end else text
