"""Options: the labels and texts of the choices of a problem, and which of them a piece of an answer names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pytest_codeeval.scoring.wording import straight

_ENDS = " \t\n.,;:!*_`\"'“”‘’()[]{}$"
_FEWEST = 2
"""Characters of a text that is looked for within a line."""
_NEGATED = re.compile(
    r"(?<![a-z])(?:not|never|no|nor|neither|cannot|except|unlike|wrong|incorrect|false|rather than|instead of)(?![a-z])"
    r"|n['’]t(?![a-z])",
    re.IGNORECASE,
)


class Options:
    """The choices of one problem, labelled A, B, C… in the order in which they are shown."""

    def __init__(self, choices: Sequence[str]) -> None:
        """Take the texts as they are shown."""
        said = [" ".join(straight(choice).split()).strip(_ENDS) for choice in choices]
        folded = [text.casefold() for text in said]
        # Of alleles (RR, Rr, rr) the case is all that tells them apart.
        self._fold = len(set(folded)) == len(set(said))
        self.texts = tuple(folded if self._fold else said)
        self.labels = tuple(chr(ord("A") + number) for number in range(len(choices)))
        # A number that may be a choice's own text is not its place in the list.
        self.by_digit = not any(re.fullmatch(r"[+-]?[0-9]+", text) for text in said)

    def normal(self, text: str) -> str:
        """Return a text as those of the choices are compared."""
        text = " ".join(text.split()).strip(_ENDS)
        return text.casefold() if self._fold else text

    def label(self, written: str) -> str:
        """Return the label that a letter or a digit stands for, empty if it is none."""
        if written.isdecimal():
            number = int(written)
            return self.labels[number - 1] if self.by_digit and 1 <= number <= len(self.labels) else ""
        return written.upper() if written.upper() in self.labels else ""

    def text_of(self, label: str) -> str:
        """Return the text of a label, to be compared with normal ones."""
        return self.texts[self.labels.index(label)]

    def with_text(self, text: str) -> tuple[str, ...]:
        """Return the labels of the choices that have this text; several if it is repeated."""
        return tuple(label for label, own in zip(self.labels, self.texts, strict=True) if own == text)

    def beginning(self, line: str) -> tuple[str, ...]:
        """Return the labels of the text that a line begins with, up to its end or a mark of punctuation."""
        line = self.normal(line)
        begun = [
            text
            for text in set(self.texts)
            if text and line.startswith(text) and re.match(r"\Z|[.,;:!)\]}*_`\"'”’$]+(?:\s|\Z)", line[len(text) :])
        ]
        return self.with_text(max(begun, key=len)) if begun else ()

    def quoted(self, line: str) -> tuple[str, ...]:
        """Return the labels of the one text that a line quotes, none if it quotes several or speaks against it."""
        line = self.normal(line)
        if whole := self.with_text(line):
            return whole if line else ()
        found = set()
        rest = line
        for text in sorted(set(self.texts), key=len, reverse=True):
            if len(text) < _FEWEST:
                continue
            pieces = _apart(rest, text)
            if len(pieces) > 1:
                found.add(text)
                rest = "\0".join(pieces)
        return self.with_text(found.pop()) if len(found) == 1 and not _NEGATED.search(rest) else ()


def _apart(line: str, text: str) -> list[str]:
    """Return what is around a text in a line; within a word it does not count."""
    pieces, start, at = [], 0, line.find(text)
    while at >= 0:
        end = at + len(text)
        if not (line[at - 1 : at].isalnum() or line[end : end + 1].isalnum()):
            pieces.append(line[start:at])
            start = end
        at = line.find(text, end)
    return [*pieces, line[start:]]
