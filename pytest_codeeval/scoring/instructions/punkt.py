"""Punkt (Kiss and Strunk, 2006): where sentences end, by what its data know of abbreviations; for counting them only.

The decisions are those of NLTK's tokenizer up to 3.9 with the same data, which is what IFEval counts by.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain, islice, pairwise
from pathlib import Path
from string import whitespace
from typing import NamedTuple

_ENDS = frozenset(".?!")
_PUNCTUATION = frozenset(";:,.!?")
_NOT_IN_WORDS = r"[)\";}\]*:@'({\[?!]"
_SEVERAL = r"(?:-{2,}|\.{2,}|(?:\.\s){2,}\.)"
_WORD = re.compile(
    rf"{_SEVERAL}|[^\s(\"`{{\[:;&#*@)}}\]\-,]\S*?(?=\s|$|{_NOT_IN_WORDS}|{_SEVERAL}|,(?=$|\s|{_NOT_IN_WORDS}|{_SEVERAL}))|\S"
)
_POSSIBLE_END = re.compile(rf"[.?!](?=(?P<after>{_NOT_IN_WORDS}|\s+(?P<next>\S+)))")
_CLOSING = re.compile(r"[\"')\]}]+?(?:\s+|(?=--)|$)", re.MULTILINE)
_NUMBER = re.compile(r"-?[.,]?\d[\d,.-]*\.?\Z")
_INITIAL = re.compile(r"[^\W\d]\.\Z")
_SHORT, _KEPT = 100, 1 << 15
_ANY_NUMBER = "##number##"
_FILES = ("abbrev_types.txt", "collocations.tab", "ortho_context.tab", "sent_starters.txt")

# How a word was seen in the texts that the data were made of, as bits.
_UPPER, _UPPER_WITHIN, _LOWER, _LOWER_FIRST = 0b1110, 0b100, 0b1110000, 0b10000


class _Token(NamedTuple):
    text: str
    kind: str
    ends: bool = False  # a sentence, as far as the word itself tells
    abbreviation: bool = False  # or an ellipsis

    @property
    def bare(self) -> str:
        """Its kind without a point at the end."""
        return self.kind[:-1] if len(self.kind) > 1 and self.kind.endswith(".") else self.kind

    @property
    def as_next(self) -> str:
        return self.bare if self.ends else self.kind


class Punkt:
    """The data of one language; what they say of a short context is kept, as the same ones come again and again."""

    def __init__(
        self,
        abbreviations: frozenset[str],
        collocations: frozenset[tuple[str, ...]],
        seen: Mapping[str, int],
        starters: frozenset[str],
    ) -> None:
        self._abbreviations = abbreviations
        self._collocations = collocations
        self._seen = seen
        self._starters = starters
        self._known = lru_cache(_KEPT)(self._parts)

    def count(self, text: str, most: int | None = None) -> int:
        """Return the number of sentences in a text, without counting beyond `most`."""
        return sum(1 for _ in islice(self._sentences(text), most))

    def _sentences(self, text: str) -> Iterator[None]:
        """Yield as often as there are sentences: spans, of which each leaves the next what closes its quotation."""
        moved = 0
        behind = len(text), len(text)
        for (start, stop), following in pairwise(chain(self._spans(text), (behind,))):
            closing = _CLOSING.match(text, *following)
            if closing or start + moved < stop:
                yield
            moved = closing.end() - closing.start() if closing else 0

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where sentences start and stop, with what closes a quotation at the start of the next one."""
        start = 0
        for end, context in _contexts(text):
            if (self._known if len(context) <= _SHORT else self._parts)(context):
                yield start, end.end()
                start = end.start("next") if end["next"] else end.end()
        yield start, len(text.rstrip())

    def _parts(self, context: str) -> bool:
        """Whether a sentence ends in a context: the word before, the mark, and what follows."""
        before: _Token | None = None
        for token in self._tokens(context):
            if before is not None and self._ends(before, token):
                return True
            before = token
        return False

    def _tokens(self, context: str) -> Iterator[_Token]:
        for line in context.split("\n"):
            for found in _WORD.finditer(line):
                text = found[0]
                kind = _ANY_NUMBER if _NUMBER.match(lower := text.lower()) else lower
                if text in _ENDS:
                    yield _Token(text, kind, ends=True)
                elif text.endswith(".."):
                    yield _Token(text, kind, abbreviation=text.startswith(".."))
                elif text.endswith("."):
                    known = not self._abbreviations.isdisjoint((lower[:-1], lower[:-1].rpartition("-")[2]))
                    yield _Token(text, kind, ends=not known, abbreviation=known)
                else:
                    yield _Token(text, kind)

    def _ends(self, token: _Token, following: _Token) -> bool:
        """Whether a sentence ends with a token, by the one behind it."""
        if not token.text.endswith("."):
            return token.ends
        if (token.bare, following.as_next) in self._collocations:
            return False
        initial = _INITIAL.match(token.text) is not None
        starts = self._starts(following)
        upper = following.text[0].isupper()
        if token.abbreviation and not initial and (starts or (upper and following.as_next in self._starters)):
            return True
        if initial or token.bare == _ANY_NUMBER:
            if starts is False:
                return False
            if starts is None and initial and upper and not self._seen.get(following.as_next, 0) & _LOWER:
                return False
        return token.ends

    def _starts(self, token: _Token) -> bool | None:
        """Whether a token starts a sentence by how it is written and was seen; None if that does not tell."""
        if token.text in _PUNCTUATION:
            return False
        seen = self._seen.get(token.as_next, 0)
        if token.text[0].isupper() and seen & _LOWER and not seen & _UPPER_WITHIN:
            return True
        if token.text[0].islower() and (seen & _UPPER or not seen & _LOWER_FIRST):
            return False
        return None


def _contexts(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Yield the last mark of each word that one may end with, and its context."""
    start, stop, previous = 0, 0, None
    for mark in _POSSIBLE_END.finditer(text):
        gap = text[stop : mark.start()]
        blank = max(map(gap.rfind, whitespace)) if gap else 0
        word = stop + blank + 1 if blank > 0 else start
        if previous and stop <= word:
            yield previous, text[start:stop] + previous[0] + previous["after"]
        start, stop, previous = word, mark.start(), mark
    if previous:
        yield previous, text[start:stop] + previous[0] + previous["after"]


@lru_cache(maxsize=4)
def punkt_in(folder: str) -> Punkt:
    """Return the data that lie in a folder.

    Raises OSError or ValueError if they cannot be read.
    """
    abbreviations, collocations, seen, starters = (Path(folder, name).read_text("utf-8") for name in _FILES)
    return Punkt(
        frozenset(abbreviations.split("\n")) - {""},
        frozenset(tuple(line.split("\t")) for line in collocations.split("\n")),
        {word: int(bits) for line in seen.split("\n") if line for word, bits in [line.split("\t")]},
        frozenset(starters.split("\n")) - {""},
    )


def has_punkt(folder: Path) -> bool:
    """Whether a folder has all the data."""
    return all((folder / name).is_file() for name in _FILES)
