"""What rustc and clippy say of a source, read from their JSON lines: the source's author chose much of the text."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_codeeval.core.text import encodable, printable

_MOST_BYTES = 1 << 20
_LONGEST_LINE = 1 << 20
_MOST_LINES, _WIDEST = 15, 300
_UNSAFE = "unsafe_code"
_FOLDERS = re.compile(r"(?:[\w.+~@-]*[/\\]){1,40}([\w.+-]{1,100}\.rs)\b")
_LINT = re.compile(r"[a-z][a-z0-9_]{0,99}(?:::[a-z][a-z0-9_]{0,99})?")
_CODE = re.compile(r"E\d{4}")


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """What a compiler said: how many errors, the first of them as people see it, and the lints by name.

    `first_error` is at most 15 lines of printable text, empty where there is none. `lints` counts warnings and errors
    of lints, clippy's as `clippy::NAME`. `uses_unsafe` says whether unsafe code was seen, which needs the lint
    `unsafe_code` forced. `readable` is False where the output was no diagnostics at all or too long to be read.
    """

    errors: int = 0
    first_error: str = ""
    codes: tuple[str, ...] = ()
    lints: Mapping[str, int] = field(default_factory=dict)
    uses_unsafe: bool = False
    readable: bool = True


def read_diagnostics(output: bytes, *, asked_for_unsafe: bool = False) -> Diagnostics:
    """Read what a compiler wrote to its standard error with `--error-format=json`.

    `asked_for_unsafe`: the source names the lint `unsafe_code` itself, so that it counts among the others.
    """
    errors, first, codes = 0, "", []
    lints: Counter[str] = Counter()
    readable = len(output) < _MOST_BYTES
    for message in _messages(output[:_MOST_BYTES]):
        level, code = message.get("level"), _code(message)
        if level == "error" and not _is_summary(message):
            errors += 1
            first = first or _rendered(message)
            if _CODE.fullmatch(code):
                codes.append(code)
        if _LINT.fullmatch(code) and level in ("warning", "error"):
            lints[code] += 1
    uses_unsafe = lints[_UNSAFE] > 0
    if not asked_for_unsafe:
        del lints[_UNSAFE]
    return Diagnostics(errors, first, tuple(codes[:20]), dict(sorted(lints.items())), uses_unsafe, readable)


def _messages(output: bytes) -> Iterator[dict[str, Any]]:
    for line in output.split(b"\n"):
        if not line.startswith(b"{") or len(line) > _LONGEST_LINE:
            continue
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(message, dict) and message.get("$message_type", "diagnostic") == "diagnostic":
            yield message


def _code(message: dict[str, Any]) -> str:
    code = message.get("code")
    name = code.get("code") if isinstance(code, dict) else None
    return name if isinstance(name, str) else ""


def _is_summary(message: dict[str, Any]) -> bool:
    return not message.get("code") and not message.get("spans") and _start(message).startswith("aborting due to")


def _start(message: dict[str, Any]) -> str:
    text = message.get("message")
    return text if isinstance(text, str) else ""


def _rendered(message: dict[str, Any]) -> str:
    text = message.get("rendered")
    if not isinstance(text, str) or not text.strip():
        text = f"error: {_start(message)}"
    lines = text[: 64 << 10].strip("\n").split("\n")
    cut = lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES - 1], "…"]
    return "\n".join(_shown(line) for line in cut)


def _shown(line: str) -> str:
    # Cut first: the pattern takes the square of what it is given.
    return printable(_FOLDERS.sub(r"\1", encodable(line[:_WIDEST].rstrip())))[:_WIDEST]
