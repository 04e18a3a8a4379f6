"""Answer files: a solution that is several files as one text, in which each stands below a line with its name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_LINE = re.compile(r"^//[ \t]*file:[ \t]*(?:[\w.-]+/)*(?P<name>[\w.-]+)[ \t]*\n?", re.MULTILINE | re.IGNORECASE)


def joined(files: Mapping[str, str], names: Sequence[str]) -> str:
    """Return the files as one text; where one alone is asked for in `names`, it stands for itself."""
    if list(files) == list(names) and len(names) == 1:
        return next(iter(files.values()))
    return "\n\n".join(f"// file: {name}\n{text.strip()}" for name, text in files.items()) + "\n"


def parted(text: str) -> tuple[str, dict[str, str]]:
    """Return what stands before the first such line, and the files by name; of a name twice, the last."""
    found = list(_LINE.finditer(text))
    if not found:
        return text, {}
    ends = [*(one.start() for one in found[1:]), len(text)]
    parts = {one["name"]: text[one.end() : end] for one, end in zip(found, ends, strict=True)}
    return text[: found[0].start()], parts


def answered(text: str, names: Sequence[str], further: str = "(?!)") -> dict[str, str]:
    """Return the files of a solution by name: those of `names`, and others that are like the pattern `further`.

    A text without names is the first file. What stands before the first name belongs to the first file, and a file
    that nobody asked for is left out.
    """
    before, parts = parted(text)
    kept = {name: part for name, part in parts.items() if name in names or re.fullmatch(further, name)}
    if not kept:
        return {names[0]: text}
    first = next(iter(kept))
    return {**kept, first: f"{before}{kept[first]}" if before.strip() else kept[first]}
