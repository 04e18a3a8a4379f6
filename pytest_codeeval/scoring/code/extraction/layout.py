"""Layout: the fenced blocks of an answer and its lines, none of them thinking."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pytest_codeeval.scoring.code.extraction.prose import is_prose

_PYTHON = re.compile(r"i?py(?:thon)?[\d.]*$", re.IGNORECASE)


def is_python(tag: str) -> bool:
    """Whether the tag of a fence says Python."""
    return _PYTHON.match(tag.strip()) is not None


@dataclass(frozen=True, slots=True)
class Block:
    """What one fence holds, its tag in lower case, and whether the fence was closed.

    `label` are the words behind its mark, and in a second line those of the last line above it that has some.
    """

    code: str
    tag: str = ""
    closed: bool = True
    label: str = ""

    @property
    def is_python(self) -> bool:
        """Whether the tag says Python."""
        return is_python(self.tag)


@dataclass(slots=True)
class Layout:
    """The blocks of an answer in order and its lines in all, none of them thinking.

    `fenced` are the numbers of the lines in blocks; `unfinished_thinking` says that the answer ended in thinking.
    """

    blocks: list[Block] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    fenced: set[int] = field(default_factory=set)
    unfinished_thinking: bool = False

    @property
    def text(self) -> str:
        """The whole answer without thinking."""
        return "\n".join(self.lines)

    @property
    def last_words(self) -> str:
        """The last line with words, where that is in no block; bounded, as few lines above a block are blank."""
        for number in range(len(self.lines) - 1, max(-1, len(self.lines) - 10), -1):
            if number in self.fenced:
                return ""
            if self.lines[number].strip():
                return self.lines[number].strip()
        return ""

    @property
    def text_from_bare_code(self) -> str:
        """The answer from its first line that is neither blank nor prose nor in a fence."""
        for number, line in enumerate(self.lines):
            if number not in self.fenced and line.strip() and not is_prose(line):
                return "\n".join(self.lines[number:])
        return ""

    def forget(self) -> None:
        """Drop what was read so far: it was thinking, of which the template had swallowed the opening tag."""
        self.blocks.clear()
        self.lines.clear()
        self.fenced.clear()
