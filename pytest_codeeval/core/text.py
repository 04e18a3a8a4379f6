"""Text from a model made fit for a terminal, a report or a log: it is hostile input everywhere."""

import re
import unicodedata
from pathlib import Path

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


def where_raised(error: BaseException) -> str:
    """Return an exception in one line, with the file and line that it comes from: "TypeError: … (my_scorer.py:12)"."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f" ({Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno})" if trace else ""
    try:
        said = " ".join(str(error).split())[:300]
    except Exception:  # noqa: BLE001 - an exception of somebody else's, which may raise anything
        said = ""
    return printable(f"{type(error).__name__}{': ' if said else ''}{said}{place}")


def encodable(text: str) -> str:
    """Return `text` with lone surrogates replaced, so that it can be written as UTF-8."""
    return _SURROGATE.sub("\ufffd", text)


def _harmless(char: str) -> bool:
    if char.isascii():
        return char.isprintable()
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def _escaped(char: str) -> str:
    return char.encode("unicode_escape", "surrogatepass").decode("ascii") if char != "\r" else "\\r"
