"""Program: a solution put together with its tests, and the sign that it has run to their end."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.text import counted
from pytest_codeeval.execution.toolchains.language import Language

_NONCE = re.compile(r"[0-9a-f]{32}")
_FIELD = re.compile(r"\{(solution|test|package|first|second)\}")
_MODULE = re.compile(r"^(?:import\b(?!\s*\()|export\b)", re.MULTILINE)
_PACKAGE = re.compile(r"^\s*package\s+(\w+)", re.MULTILINE)


def assemble(language: Language, solution: str, test: str, nonce: str) -> Mapping[str, str]:
    """Return the files of a program by path: `solution`, then `test`, then what writes the nonce where they held.

    The nonce is 32 hexadecimal digits, never used before. It is written in two halves, so that no text that is only
    shown (by an interpreter that found no code in it, or in a traceback) holds it.
    Raises `DatasetError` where the test is not of the form that the language's tests have.
    """
    if not _NONCE.fullmatch(nonce):
        raise ValueError(f"a nonce is 32 hexadecimal digits, not {nonce!r}")
    package = _PACKAGE.search(solution)
    ours = {"package": package[1] if package else "main", "first": nonce[:16], "second": nonce[16:]}
    edited = test
    for old, put in language.edits.items():
        if test.count(old) != 1:
            raise DatasetError(
                f"a test in {language.name} has {old!r} once, this one {counted(test.count(old), 'time')}"
            )
        edited = edited.replace(old, _filled(put, ours))
    if language.apart and not _MODULE.search(edited):  # what only a module may have stands in no scope
        opening, closing = language.apart
        edited = f"{opening}\n{edited}\n{closing}"
    fields = {**ours, "solution": solution, "test": edited}
    return {path: _filled(text, fields) for path, text in language.files.items()}


def reached_the_end(stdout: bytes, nonce: str) -> bool:
    """Say whether the tests ran to their end and held: a line of what was printed is the nonce."""
    return f"\n{nonce}\n".encode("ascii") in b"\n" + stdout.replace(b"\r\n", b"\n") + b"\n"


def _filled(template: str, fields: Mapping[str, str]) -> str:
    """Return a template with its fields filled in, once: what a field holds is no template."""
    return _FIELD.sub(lambda found: fields[found[1]], template)
