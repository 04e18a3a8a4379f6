"""Text of others put between delimiters that it cannot end; what looks like a verdict or a token in it is broken."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from pytest_codeeval.core.text import printable

BREAK = "·"
"""What is put into such text, for everybody to see."""

# On folded text, and wider than what `rating_in` reads: also over line breaks, and with any digits.
_JUNK = r"[\s*_#`\"'“”.]{0,16}"
_BROKEN = re.compile(
    r"(?P<delimiter><)(?=<<)"
    # Tokens that begin and end the messages of a chat: some servers take them for such within a message.
    r"|(?P<token><)(?=\|[^|<>\s]{1,40}\|>|/?s>|(?:start|end)_of_turn>|<SYS>>)"
    r"|(?P<instruction>\[)(?=/?(?:INST|SYSTEM_PROMPT|TOOL_CALLS|TOOL_RESULTS)\])"
    r"|(?P<brackets>\[)(?=\s{0,4}\[(?=[^\[\],]{0,60}\]\s{0,4}\])[^\[\]\d]{0,60}\d)"
    rf"|(?P<label>verdict)(?={_JUNK}:)"
    rf"|(?P<rating>rating|score)(?={_JUNK}:{_JUNK}\[\s{{0,4}}[-+]?\d)",
    re.IGNORECASE,
)
# What NFKC leaves alone and looks like one of the characters above.
_ALIKE = {
    **dict.fromkeys("‹〈⟨❮❰˂", "<"),
    **dict.fromkeys("«《⟪≪", "<<"),
    "⋘": "<<<",
    **dict.fromkeys("【〔❲⁅", "["),
    **dict.fromkeys("】〕❳⁆", "]"),
    **dict.fromkeys("⟦〚", "[["),
    **dict.fromkeys("⟧〛", "]]"),
    **dict.fromkeys("∶꞉˸։׃", ":"),
    **dict(zip("АВЕІСТҮѴаеісѵԁѕοοΑΕΙΤΝΟνιοЅΟОог", "ABEICTYVaeicvdsooAEITNOvioSOOor", strict=True)),
}


def nonce_of(*parts: object) -> str:
    """Return a word that stands in none of the parts: nobody can write it who has to know it before he has written.

    It is the same for the same parts, so that a judgment that is stored is found again.
    """
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:24]


def delimited(name: str, text: str, nonce: str) -> str:
    """Return text between two lines that name it, made harmless."""
    inside = harmless(text).replace(nonce, f"{nonce[:8]}{BREAK}{nonce[8:]}")
    return f"<<<begin {name} {nonce}>>>\n{inside}\n<<<end {name} {nonce}>>>"


def harmless(text: str) -> str:
    """Return text without delimiters, verdicts and tokens; what cannot be seen in it is shown as escapes."""
    seen = printable(text.replace("\r\n", "\n"), limit=len(text))
    folded, places = _folded(seen)
    cuts = [places[match.end() - 1] + 1 for match in _BROKEN.finditer(folded)]
    return BREAK.join(_pieces(seen, cuts))


def _pieces(text: str, cuts: list[int]) -> Iterator[str]:
    start = 0
    for cut in cuts:
        yield text[start:cut]
        start = cut
    yield text[start:]


def _folded(text: str) -> tuple[str, list[int] | range]:
    """Return text as it looks, in plain characters, and for each of these the place of the one it stands for."""
    if text.isascii():
        return text, range(len(text))
    looks, places = [], []
    for place, char in enumerate(text):
        plain = char if char.isascii() else _plain(char)
        looks.append(plain)
        places += [place] * len(plain)
    return "".join(looks), places


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    """Return the plain characters that one looks like; none for an accent or a stroke over the one before."""
    letters = unicodedata.normalize("NFKD", _ALIKE.get(char, char))
    return "".join(_ALIKE.get(one, one) for one in letters if unicodedata.category(one) not in ("Mn", "Me"))
