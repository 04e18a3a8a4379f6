"""Words and letters: which are in a text, and how often."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_codeeval.scoring.instructions.kind import Args, keeps

# Where the tokens of the Penn Treebank end, as far as words are concerned.
_APART = re.compile(r"[«“‘„»”’`\";@#$%&?!*\[\](){}<>]|\.{2,}|--|''|'(?=[^\WmtsdnMTSDN]\b)|[:,](?!\d)")
_BEFORE_QUOTE = re.compile(r"(?<=[^'])(?=' )")
_BEFORE_CLITIC = re.compile(r"(?<=[^' ])(?=(?:'[sSmMdD]|')(?:\s|\Z))")
_BEFORE_LONGER_CLITIC = re.compile(r"(?<=[^' ])(?=(?:'ll|'LL|'re|'RE|'ve|'VE|n't|N'T)(?:\s|\Z))")
_JOINED = re.compile(
    r"\b(can)(not)\b|\b(d)('ye)\b|\b(gim)(me)\b|\b(gon)(na)\b|\b(got)(ta)\b|\b(lem)(me)\b|\b(more)('n)\b"
    r"|\b(wan)(na)(?=\s|\Z)|(?<=\s)('t)(is|was)\b",
    re.IGNORECASE,
)


def has_keywords(text: str, args: Args) -> bool:
    """Whether each keyword stands anywhere, also within a longer word."""
    return all(re.search(re.escape(word), text, re.IGNORECASE) for word in args["keywords"])


def has_no_forbidden_word(text: str, args: Args) -> bool:
    """Whether none of the words stands there as a word of its own."""
    return not any(re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE) for word in args["forbidden_words"])


def has_keyword_so_often(text: str, args: Args) -> bool:
    """Whether a keyword, also within longer words, is there as often as was asked for."""
    count = sum(1 for _ in re.finditer(re.escape(args["keyword"].strip()), text, re.IGNORECASE))
    return keeps(args["relation"], count, args["frequency"])


def has_letter_so_often(text: str, args: Args) -> bool:
    """Whether a letter, small or capital, or another character is there as often as was asked for."""
    count = text.lower().count(args["letter"].lower())
    return keeps(args["let_relation"], count, args["let_frequency"])


def has_so_many_words(text: str, args: Args) -> bool:
    """Whether there are as many runs of letters, digits and underscores as were asked for."""
    count = sum(1 for _ in re.finditer(r"\w+", text))
    return keeps(args["relation"], count, args["num_words"])


def has_so_many_capital_words(text: str, args: Args) -> bool:
    """Whether there are as many words without a small letter as were asked for."""
    count = sum(token.isupper() for token in tokens(text))
    return keeps(args["capital_relation"], count, args["capital_frequency"])


def has_no_comma(text: str, _: Args) -> bool:
    """Whether there is no comma."""
    return "," not in text


def tokens(text: str) -> Iterator[str]:
    """Yield the words as the Penn Treebank's conventions part them: `CAN'T` is two, `A.B.C.` and `AND/OR` are one."""
    text = _APART.sub(" ", f" {text.strip()}")
    for pattern in (_BEFORE_QUOTE, _BEFORE_CLITIC, _BEFORE_LONGER_CLITIC):
        text = pattern.sub(" ", text)
    yield from _JOINED.sub(lambda found: f" {' '.join(filter(None, found.groups()))} ", text).split()
