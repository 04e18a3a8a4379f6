"""JSON text: a text read as one value of RFC 8259, as it stands or out of the one fence that is all around it."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, NamedTuple, NoReturn

from pytest_codeeval.scoring.calls.call import check_bounds

_MOST_DIGITS = 1200
_FENCE = re.compile(r"`{3,}|~{3,}")
_LANGUAGE = re.compile(r"[ \t]*[\w+.-]*[ \t\r]*")
_OPENING = re.compile(r"[\[{]")


class NoJsonError(ValueError):
    """A text is no JSON; the message says why in a few words."""


class JsonText(NamedTuple):
    """The value of a text, and the names that an object in it has more than once; the last of these counts."""

    value: Any
    repeated: tuple[str, ...] = ()


def json_text(text: str) -> JsonText:
    """Return the value that all of a text is.

    Raises NoJsonError for a text that is none by RFC 8259, as `NaN`, or is nested deeper than any answer has to be.
    """
    repeated: Counter[str] = Counter()

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            repeated.update(Counter(name for name, _ in pairs) - Counter(found.keys()))
        return found

    try:
        value = json.loads(text, parse_constant=_refuse, parse_int=_integer, object_pairs_hook=members)
        check_bounds(value)
    except RecursionError:
        raise NoJsonError("values are nested too deep") from None
    except ValueError as error:
        raise NoJsonError(str(error)) from None
    return JsonText(value, tuple(repeated))


def unfenced(text: str) -> str:
    """Return what stands in a fence that is all of a text, "" if it is not all in one."""
    text = text.strip()
    fence = _FENCE.match(text)
    if not fence or len(text) < 2 * len(fence[0]) or not text.endswith(fence[0]):
        return ""
    inner = text[len(fence[0]) : -len(fence[0])]
    first, newline, rest = inner.partition("\n")
    if newline and _LANGUAGE.fullmatch(first):
        return rest
    return inner[4:] if inner[:4].casefold() == "json" else inner


def holds_json(text: str) -> bool:
    """Whether an object or a list begins where the first bracket of a text is, whatever stands around it."""
    found = _OPENING.search(text)
    try:
        decoder = json.JSONDecoder(parse_constant=_refuse, parse_int=_integer)
        check_bounds(decoder.raw_decode(text, found.start() if found else len(text))[0])
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(constant: str) -> NoReturn:
    raise NoJsonError(f"{constant} is no value of JSON")


def _integer(digits: str) -> int:
    # RFC 8259 sets no bound, and Python does: beyond it, and beyond all that is compared, the size does not matter.
    return int(digits[:_MOST_DIGITS])
