"""A user's own row in another language than Python: its tests, and what its solution is to be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pytest_codeeval.benchmarks.crates import Manifest, checked, crate, crate_under_test, read_manifest, test_text
from pytest_codeeval.benchmarks.programs import ends_inside, split_closing
from pytest_codeeval.benchmarks.source import Row
from pytest_codeeval.core.errors import DatasetError

_MAIN = re.compile(r"^\s*(?:pub )?fn\s+main\s*\(", re.MULTILINE)
_EDITION = "2021"
_CRATE_FIELDS = frozenset(("crate", "cargo_toml", "files"))


@dataclass(frozen=True, slots=True)
class Foreign:
    """The tests of a row, what `Problem.extra` has to say of it, the crates it needs, and the fields read for that."""

    test: str
    extra: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    taken: frozenset[str] = frozenset()


def foreign(row: Row, prompt: str, language: str) -> Foreign:
    """Read a row's tests, and the fields that say which form its solution has.

    Raises DatasetError naming the row where they are nonsense, or Rust's tests test nothing.
    """
    name = "test" if row.fields.get("test") is not None else "tests"
    stop = row.texts("stop", required=False)
    if language == "rust" and _is_crate(row, row.fields.get(name)):
        found = _crate(row, name)
    else:
        found = _program(row, name, prompt, language)
    extra = {**found.extra, **({"stop": stop} if stop else {})}
    taken = {"tests", "stop", "closing"} | (_CRATE_FIELDS if language == "rust" else set())
    return replace(found, extra=extra, taken=frozenset(taken))


def _is_crate(row: Row, test: object) -> bool:
    if row.fields.get("crate") is not None or row.fields.get("cargo_toml") is not None:
        return True
    if row.fields.get("closing") is not None:
        return False
    return isinstance(test, dict) or (isinstance(test, str) and bool(crate_under_test(test)))


def _crate(row: Row, name: str) -> Foreign:
    test = row.fields.get(name)
    manifest = _manifest(row, test)
    tests = {f"tests/{manifest.name}.rs": test} if isinstance(test, str) else test
    built = crate(row, manifest, tests, row.fields.get("files"), name)
    return Foreign(test_text(built), {"crate": built}, manifest.needs)


def _manifest(row: Row, test: object) -> Manifest:
    """Return what `cargo_toml` says of the crate, or the tests do, as far as `crate` does not say it."""
    said, text = row.fields.get("crate"), row.text("cargo_toml", required=False)
    if text:
        manifest = read_manifest(row, text)
    else:
        manifest = Manifest(crate_under_test(test) if isinstance(test, str) else "", _EDITION)
    given = said if isinstance(said, dict) else {"name": said}
    allow = given.get("allow") or manifest.allow
    if not isinstance(allow, list | tuple):
        raise DatasetError(f"{row.where}: field 'crate' allows what is no list of lints")
    name, edition = given.get("name"), given.get("edition")
    manifest = replace(
        manifest,
        name=manifest.name if name is None else name,
        edition=manifest.edition if edition is None else edition,
        allow=tuple(allow),
    )
    return checked(row, manifest, "crate")


def _program(row: Row, name: str, prompt: str, language: str) -> Foreign:
    test, closing = row.text(name, required=False), row.fields.get("closing")
    if closing is not None and not isinstance(closing, str):
        raise DatasetError(f"{row.where}: field 'closing' is not a text")
    if language == "rust" and test and "#[test]" not in test and not _MAIN.search(test):
        raise DatasetError(f"{row.where}: field {name!r} has neither a #[test] function nor a main function")
    if closing is None and ends_inside(prompt, language):
        test, closing = split_closing(test, "}") or (test, "")
    elif closing and closing.strip() and not closing.startswith("\n"):
        closing = f"\n{closing}"  # a completion may end in a comment
    extra = {} if closing is None else {"closing": closing}
    return Foreign(test, extra)
