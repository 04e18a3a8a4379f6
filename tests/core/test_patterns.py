"""Regular expressions mean the same in every Python that this package runs on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest_codeeval

PACKAGE = Path(pytest_codeeval.__file__).parent
# A possessive group in which nothing is taken back: a character, or one behind a backslash.
HARMLESS = re.compile(r"\|\\\\\.\)(?:[*+?]|\{[\d,]+\})\+")
POSSESSIVE_GROUP = re.compile(r"(?<!\\)\)(?:[*+?]|\{{1,2}[\d,]+\}{1,2})\+")


def test_groups_that_take_nothing_back_are_atomic_ones() -> None:
    # Python before 3.11.5 does not match `(...)*+` if something within may be taken back, and does match `(?>(...)*)`.
    found = [
        f"{path.relative_to(PACKAGE)}: {line.strip()}"
        for path in PACKAGE.rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if POSSESSIVE_GROUP.search(HARMLESS.sub("", line))
    ]
    assert found == []
