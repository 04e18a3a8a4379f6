"""Go: one package clause and the imports that are used, for an import too many does not build."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_codeeval.core.sourcecode.source import Source

_PACKAGE = re.compile(r"\s*package\b")
_SPEC = re.compile(r'(?P<alias>[\w.]++[ \t]++)?(?P<path>"[^"\n]{1,200}+"|`[^`\n]{1,200}+`)')
_VERSION = re.compile(r"v\d+")


def with_imports(stub: Source, code: Source, tests: Source) -> str:
    """Return the answer in the stub's package, with those imports of both that answer or tests use."""
    package = next((stub.code[a:b].strip() for a, b in stub.imports if _PACKAGE.match(stub.code[a:b])), "")
    rest = code.without(list(code.imports)).strip("\n")
    used = frozenset(_USED.findall(code.masked)) | frozenset(_USED.findall(tests.masked))
    specs = dict.fromkeys([*_specs(code), *_specs(stub)])
    bound: dict[str, str] = {}
    for name, spec in specs:
        if name in ("_", ".") or name in used or not tests.code:
            bound.setdefault(spec if name in ("_", ".") else name, spec)
    lines = "".join(f"import {spec}\n" for spec in bound.values())
    return "\n\n".join(part for part in (package, lines.rstrip("\n"), rest) if part)


def _specs(code: Source) -> Iterator[tuple[str, str]]:
    """Yield for each import the name that it binds and its text."""
    for start, end in code.imports:
        text = code.code[start:end]
        if _PACKAGE.match(text):
            continue
        for found in _SPEC.finditer(text, text.index("import") + len("import")):
            alias = (found["alias"] or "").strip()
            parts = found["path"].strip('"`').split("/")
            last = parts[-2] if len(parts) > 1 and _VERSION.fullmatch(parts[-1]) else parts[-1]
            yield alias or last, f"{alias} {found['path']}".strip()


_USED = re.compile(r"\b(\w+)[ \t]*+\.")
