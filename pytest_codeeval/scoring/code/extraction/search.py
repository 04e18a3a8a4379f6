"""Search: a Python program looked for in one answer, in fences before bare text, whole functions before bodies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.scoring.code.extraction.continuation import continued, looks_continued, may_go_on, with_preamble
from pytest_codeeval.scoring.code.extraction.fences import read_layout
from pytest_codeeval.scoring.code.extraction.layout import Block, Layout
from pytest_codeeval.scoring.code.extraction.parsing import DefinitionLevel, Parser, bound_names, free_names, level_of
from pytest_codeeval.scoring.code.extraction.prose import code_runs, leading_code, reads_like_refusal
from pytest_codeeval.scoring.code.extraction.wording import bared, behind_words, without_words
from pytest_codeeval.scoring.code.solution import Method, Solution
from pytest_codeeval.scoring.marks import Marks
from pytest_codeeval.scoring.thinking import begins_with_thinking

# Tags of blocks that hold no Python; an unknown tag may be a file name or a joke and counts as none.
_NOT_PYTHON = re.compile(
    r"bash|sh|shell|zsh|console|terminal|powershell|cmd|bat|text|txt|plaintext|plain|output|stdout|log|json5?|ya?ml|toml"
    r"|ini|xml|html|css|csv|sql|diff|latex|math|mermaid|pycon|doctest|pytb|java|javascript|jsx?|typescript|tsx?|c|cpp"
    r"|c\+\+|cc|cs|csharp|c#|go|golang|rust|rs|ruby|rb|php|perl|pl|lua|r|scala|swift|kotlin|haskell|dart|d|julia|jl"
    r"|racket|makefile|dockerfile"
)
_WORDS_MOST = 8
_WORDS = frozenset({"text", "txt", "plaintext", "plain"})


@dataclass(frozen=True, slots=True)
class _Piece:
    """Code that may be the solution, how it was found, and how well it defines the entry point."""

    code: str
    method: Method
    level: DefinitionLevel


class Search:
    """The search through one text for a program that defines the entry point."""

    def __init__(self, text: str, stub: str, entry_point: str, marks: Marks, parser: Parser) -> None:
        """Prepare to search; `stub` is code that the answer may continue, or empty."""
        self._text = text
        self._stub = stub
        self._entry_point = entry_point
        self._marks = marks
        self._parser = parser
        self._definition = re.compile(
            rf"^(?:(?:async[ \t]+)?def|class)[ \t]+{re.escape(entry_point)}\b" if entry_point else r"^(?:def|class)\b",
            re.MULTILINE,
        )
        self.said = text
        self._is_all = False
        self.solution = self._found()

    @property
    def is_sound(self) -> bool:
        """Whether what was found is a program that defines the entry point."""
        code = self.solution.code
        return code is not None and self._level(code) >= DefinitionLevel.ASSIGNED

    @property
    def is_whole(self) -> bool:
        """Whether it is sound, and all of the text or of a fence, so that nothing around it is a part of it."""
        return self.is_sound and (self._is_all or self.solution.method is Method.FENCED)

    def _found(self) -> Solution:
        """Return the best that the text holds; leave in `said` what is no thinking."""
        # A whole program first: its strings may hold fences and tags that are nobody's markup.
        if not begins_with_thinking(self._text, self._marks) and self._level(self._text) >= DefinitionLevel.ASSIGNED:
            self._is_all = True
            return self._whole(self._worded(leading_code(self._text, self._parser) or self._text), Method.BARE)
        layout = read_layout(self._text, self._parser, self._marks)
        self.said = layout.text
        python = self._pieces(block for block in layout.blocks if not _NOT_PYTHON.fullmatch(block.tag))
        foreign = self._pieces(block for block in layout.blocks if _NOT_PYTHON.fullmatch(block.tag))
        tagged = self._pieces(block for block in layout.blocks if block.is_python)
        return (
            self._best(python, DefinitionLevel.ASSIGNED)
            or self._best(foreign, DefinitionLevel.ASSIGNED)
            or self._halves(python)
            or self._best(tagged, DefinitionLevel.UNPARSED, at_most=DefinitionLevel.UNPARSED)
            or self._fenced_body(layout)
            or self._from_bare(layout, python)
            or self._best(python, DefinitionLevel.STUB)
            or self._longest(python or foreign)
            or self._nothing(layout)
        )

    def _level(self, code: str) -> DefinitionLevel:
        tree = self._parser.tree(code)
        if tree is not None:
            return level_of(tree, self._entry_point)
        return DefinitionLevel.UNPARSED if self._definition.search(code) else DefinitionLevel.ABSENT

    def _worded(self, code: str) -> str:
        tree = self._parser.tree(code)
        return without_words(code, tree) if tree else code

    def _pieces(self, blocks: Iterable[Block]) -> list[_Piece]:
        return [piece for piece in map(self._piece, blocks) if piece.code.strip()]

    def _piece(self, block: Block) -> _Piece:
        code = block.code
        if self._parser.tree(code) is None:
            tries = bared(code, self._parser)
            if not block.closed:
                behind = code.split("\n")[behind_words(code.split("\n")) :]
                tries = chain(filter(None, [leading_code(code, self._parser)]), tries, self._leading(behind))
            code = next((text for text in tries if self._level(text) >= DefinitionLevel.ASSIGNED), code)
        code = self._worded(code)
        return _Piece(code, Method.FENCED if block.closed else Method.UNCLOSED, self._level(code))

    def _leading(self, lines: list[str]) -> Iterator[str]:
        if found := leading_code("\n".join(lines), self._parser):
            yield found

    def _best(
        self, pieces: Sequence[_Piece], at_least: DefinitionLevel, at_most: DefinitionLevel = DefinitionLevel.DEFINED
    ) -> Solution | None:
        """Return the last of the pieces that define the entry point best: models correct themselves."""
        fit = [piece for piece in pieces if at_least <= piece.level <= at_most]
        if not fit:
            return None
        if self._entry_point:
            best = max(range(len(fit)), key=lambda number: (fit[number].level, number))
        else:
            best = max(range(len(fit)), key=lambda number: (fit[number].level, len(fit[number].code)))
        return self._whole(self._with_helpers(fit[best], pieces), fit[best].method)

    def _with_helpers(self, winner: _Piece, pieces: Sequence[_Piece]) -> str:
        """Add the other pieces that define names which the winner uses and lacks, each on its side of the winner."""
        if len(pieces) < 2 or winner.level < DefinitionLevel.ASSIGNED:
            return winner.code
        at = next(number for number, piece in enumerate(pieces) if piece is winner)
        providers = self._providers(pieces, at)
        chosen = {at}
        missing = set(free_names(winner.code))
        while missing:
            name = missing.pop()
            helper = providers.get(name, at)
            if helper not in chosen:
                chosen.add(helper)
                missing |= free_names(pieces[helper].code) - {name}
        return "\n\n".join(pieces[number].code.strip("\n") for number in sorted(chosen))

    def _providers(self, pieces: Sequence[_Piece], winner: int) -> dict[str, int]:
        """Say for each name which piece would provide it: the nearest before the winner, else the first behind it.

        One behind it may not define the entry point again.
        """
        providers: dict[str, int] = {}
        for number in [*range(winner - 1, -1, -1), *range(winner + 1, len(pieces))]:
            bound = bound_names(pieces[number].code) or frozenset()
            if number < winner or self._entry_point not in bound:
                for name in bound:
                    providers.setdefault(name, number)
        return providers

    def _whole(self, code: str, method: Method) -> Solution:
        return Solution(ended(with_preamble(code, self._stub, self._entry_point, self._parser)), method)

    def _halves(self, pieces: Sequence[_Piece]) -> Solution | None:
        """Join a block that has the head of the function and one behind it that has the body."""
        for number, head in enumerate(pieces if self._entry_point else ()):
            if head.level in (DefinitionLevel.STUB, DefinitionLevel.UNPARSED) and self._definition.search(head.code):
                for body in pieces[number + 1 : number + 3]:
                    if code := continued(head.code, body.code, self._entry_point, self._parser):
                        return self._whole(code, Method.CONTINUATION)
        return None

    def _fenced_body(self, layout: Layout) -> Solution | None:
        """Return the longest block that gives the stub its body."""
        blocks = [b.code for b in layout.blocks if b.tag in _WORDS or not _NOT_PYTHON.fullmatch(b.tag)]
        found = next(filter(None, map(self._body, sorted(blocks, key=len, reverse=True))), None)
        # A body does not say the function's name: what does may be all of it behind a word.
        named = f"def {self._entry_point}"
        self._is_all = found is not None and not any(named in block for block in blocks)
        return found

    def _body(self, text: str) -> Solution | None:
        lines = text.split("\n")
        for start in sorted({behind_words(lines), 0}, reverse=True):
            if code := continued(self._stub, "\n".join(lines[start:]), self._entry_point, self._parser):
                return Solution(ended(code), Method.CONTINUATION)
        return None

    def _from_bare(self, layout: Layout, fenced: Sequence[_Piece]) -> Solution | None:
        """Look for code without a fence, or in front of a fence whose opening mark the prompt held."""
        runs = [
            _Piece(code, Method.BARE, self._level(code))
            for code in map(self._worded, code_runs(layout.text, self._parser))
        ]
        if not fenced and (whole := self._behind_words(layout.text)):
            runs = [run for run in runs if run.code.strip() not in whole] + [
                _Piece(whole, Method.BARE, DefinitionLevel.DEFINED)
            ]
        if found := self._best(runs, DefinitionLevel.ASSIGNED):
            return found
        text = layout.text_from_bare_code
        if len(text) > 2 and text[0] == text[-1] == "`" and "`" not in text[1:-1]:
            text = text[1:-1]
        found = self._body(text)
        if found or fenced:
            return found
        return self._unparsable(layout, text) or self._best(runs, DefinitionLevel.STUB) or self._longest(runs)

    def _behind_words(self, text: str) -> str | None:
        """Return the program behind words at the start of a text, if it begins as no run does ("x: int")."""
        lines = text.split("\n")
        words = behind_words([line.removeprefix("# ") for line in lines])
        for start in range(max(1, words - _WORDS_MOST), words + 1):
            if words and lines[start - 1].strip():
                code = leading_code("\n".join(lines[start:]), self._parser)
                if code and self._level(code) >= DefinitionLevel.ASSIGNED:
                    return self._worded(code)
        return None

    def _unparsable(self, layout: Layout, text: str) -> Solution | None:
        """Hand over code that does not parse as the model wrote it, so that the runner says what is wrong."""
        if self._entry_point and (found := self._definition.search(layout.text)):
            return Solution(ended(layout.text[found.start() :]), Method.BARE)
        goes_on = may_go_on(self._stub, self._entry_point, self._parser)
        if goes_on and looks_continued(self._stub, text, self._parser):
            return Solution(ended(self._stub + text), Method.CONTINUATION)
        return None

    def _longest(self, pieces: Sequence[_Piece]) -> Solution | None:
        if not pieces:
            return None
        longest = max(pieces, key=lambda piece: len(piece.code))
        return Solution(ended(longest.code), longest.method)

    def _nothing(self, layout: Layout) -> Solution:
        if layout.unfinished_thinking:
            return Solution(None, Method.NONE, Cause.THINKING_LEAKED)
        refused = reads_like_refusal(layout.text.strip())
        return Solution(None, Method.NONE, Cause.REFUSAL if refused else Cause.NO_CODE)


def ended(code: str) -> str:
    """Return code without blank lines before and blanks behind it, ended by one line break."""
    return code.lstrip("\n").rstrip() + "\n"
