"""The crate form of Rust: a solution is src/lib.rs, with a manifest and tests in files of their own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_codeeval.benchmarks.source import Row
from pytest_codeeval.core.errors import DatasetError

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_LINT = re.compile(r"[a-z][a-z0-9_]*")
_FEATURE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_+-]{0,63}")
# Below two folders only, and nothing hidden: no build.rs, .cargo/config.toml or ../ comes from a dataset.
_PATH = re.compile(r"(?:src|tests)(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+")
_EDITIONS = ("2015", "2018", "2021", "2024")
_DEPENDENCIES = ("dependencies", "dev-dependencies", "build-dependencies")
_HEADER = re.compile(
    r"\s+|//[^\n]*|/\*.*?\*/|#!?\[[^\n]*|(?:pub\s+)?use\s+(?:::)?(\w+)[^;]*;|extern\s+crate\s+(\w+)[^;]*;", re.DOTALL
)
_CRATE = re.compile(r"[a-z_][a-z0-9_]*")  # what begins with a capital letter is a type of the solution's
_NO_CRATE = ("std", "core", "alloc", "crate", "self", "super", "test", "proc_macro")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What counts of a Cargo.toml: the crate, the clippy lints that it allows, its features, crates that it names."""

    name: str
    edition: str = "2024"
    allow: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    features: tuple[str, ...] = ()


def read_manifest(row: Row, text: str, field: str = "cargo_toml") -> Manifest:
    """Read a Cargo.toml.

    Raises DatasetError naming the row and `field` where it is none, or names a crate or an edition that cannot be.
    """
    try:
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise DatasetError(f"{row.where}: field {field!r} is not TOML ({error})") from None
    package = _table(found, "package")
    lints = _table(_table(found, "lints"), "clippy")
    manifest = Manifest(
        name=package.get("name", ""),
        edition=package.get("edition", "2015"),  # cargo's own default
        allow=tuple(name for name, level in lints.items() if _level(level) == "allow"),
        needs=tuple(dict.fromkeys(name for table in _DEPENDENCIES for name in _table(found, table))),
        features=tuple(name for name in _table(found, "features") if _FEATURE.fullmatch(name)),
    )
    return checked(row, manifest, field)


def checked(row: Row, manifest: Manifest, field: str) -> Manifest:
    """Return a manifest that cargo can use.

    Raises DatasetError naming the row and `field` else.
    """
    if not isinstance(manifest.name, str) or not _NAME.fullmatch(manifest.name):
        raise DatasetError(f"{row.where}: field {field!r} has no name that a crate can have: {manifest.name!r:.80}")
    if manifest.edition not in _EDITIONS:
        known = ", ".join(_EDITIONS)
        raise DatasetError(
            f"{row.where}: field {field!r} has edition {manifest.edition!r:.80}, which is none of {known}"
        )
    if not all(isinstance(lint, str) and _LINT.fullmatch(lint) for lint in manifest.allow):
        raise DatasetError(f"{row.where}: field {field!r} allows what is no lint of clippy")
    return manifest


def crate(row: Row, manifest: Manifest, tests: object, files: object = None, field: str = "tests") -> dict[str, Any]:
    """Return `extra["crate"]`: name, edition, tests and files by path, the lints allowed, and the features.

    Raises DatasetError naming the row where tests or files are no texts by path, lie elsewhere than below tests/ and
    src/, or hold no #[test].
    """
    written = _texts(row, field, tests)
    others = _texts(row, "files", files) if files else {}
    if not any(path.count("/") == 1 and path.startswith("tests/") and path.endswith(".rs") for path in written):
        raise DatasetError(f"{row.where}: field {field!r} has no file such as tests/{manifest.name}.rs")
    if not any("#[test]" in text for text in written.values()):
        raise DatasetError(f"{row.where}: field {field!r} has no #[test] function")
    for path in others:
        if path == "src/lib.rs" or path in written:
            raise DatasetError(f"{row.where}: field 'files' has {path}, which is not for it to say")
    paths = {*written, *others}
    if any(other.startswith(f"{path}/") for path in paths for other in paths):
        raise DatasetError(f"{row.where}: field {field!r} has a file that is a folder as well")
    return {
        "name": manifest.name,
        "edition": manifest.edition,
        "tests": written,
        "files": others,
        "allow": list(manifest.allow),
        "features": list(manifest.features),
    }


def test_text(crate: Mapping[str, Any]) -> str:
    """Return the tests of a crate as one text, for people to read."""
    return "\n".join(crate["tests"].values())


def crate_under_test(test: str) -> str:
    """Return the crate that a file of tests uses at its top (not Rust's own), an empty text where it uses none."""
    position = 0
    while match := _HEADER.match(test, position):
        name = match[1] or match[2] or ""
        if _CRATE.fullmatch(name) and name not in _NO_CRATE:
            return name
        position = match.end()
    return ""


def needed(names: Iterable[str]) -> str:
    """Return why a problem that needs these crates cannot be graded, an empty text where there are none."""
    found = sorted(set(names))
    if not found:
        return ""
    plural = "s" if len(found) > 1 else ""
    listed = " and ".join(filter(None, [", ".join(found[:-1]), found[-1]]))
    return f"needs the crate{plural} {listed}, which {'are' if plural else 'is'} not available offline"


def _table(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = found.get(name)
    return table if isinstance(table, dict) else {}


def _level(lint: object) -> object:
    return lint.get("level") if isinstance(lint, dict) else lint


def _texts(row: Row, field: str, value: object) -> dict[str, str]:
    """Return texts by path; parquet gives the paths that only other rows have as None."""
    if not isinstance(value, dict):
        raise DatasetError(f"{row.where}: field {field!r} {'is missing' if value is None else 'is no texts by path'}")
    found = {path: text for path, text in value.items() if text is not None}
    for path, text in found.items():
        if not isinstance(path, str) or not _PATH.fullmatch(path):
            raise DatasetError(
                f"{row.where}: field {field!r} has the path {path!r:.80}, which is not below src/ or tests/"
            )
        if not isinstance(text, str):
            raise DatasetError(f"{row.where}: field {field!r} has no text at {path!r:.80}")
    return found
