"""Text from a model made fit for a terminal, a report or a log: it is hostile input everywhere."""

import re
import unicodedata

_KEEP = {"\n", "\t"}
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def printable(text: str, *, limit: int = 2000) -> str:
    """Return `text` with control characters, terminal escapes and bidi overrides shown as escapes, cut at `limit`."""
    cut = text[:limit]
    safe = "".join(char if char in _KEEP or _harmless(char) else _escaped(char) for char in cut)
    return safe + (f"… ({counted(len(text) - limit, 'more character')})" if len(text) > limit else "")


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: "1 problem", "2 problems"; `many` where that is more than an added s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def encodable(text: str) -> str:
    """Return `text` with lone surrogates replaced, so that it can be written as UTF-8."""
    return _SURROGATE.sub("\ufffd", text)


def _harmless(char: str) -> bool:
    if char.isascii():
        return char.isprintable()
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def _escaped(char: str) -> str:
    return char.encode("unicode_escape", "surrogatepass").decode("ascii") if char != "\r" else "\\r"
