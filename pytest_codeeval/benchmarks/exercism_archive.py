"""An archive of Exercism's Rust track, as its repository gives it, made into the rows that the suite `rust` reads."""

from __future__ import annotations

import io
import json
import tarfile
import zlib
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from pytest_codeeval.core.errors import DatasetError

_EXERCISES = "exercises/practice/"
_LARGEST = 1 << 20  # of one file; the largest has a fortieth of it
_MOST = 20_000  # members; there are some 1,200


def rows_of_archive(raw: bytes, name: str) -> bytes:
    """Return the exercises of a gzipped tar archive as JSONL; `name` stands for the archive in messages.

    Raises DatasetError where it is none of this track.
    """
    try:
        texts = _texts(raw)
        track = json.loads(texts["config.json"])
        about = {exercise["slug"]: exercise for exercise in track["exercises"]["practice"]}
        exercises = _by_exercise(texts)
        rows = [_row(slug, about[slug], exercises[slug]) for slug in sorted(exercises)]
    except (tarfile.TarError, OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"{name} is no archive of Exercism's Rust track ({type(error).__name__}: {error})") from None
    return b"".join(json.dumps(row).encode("ascii") + b"\n" for row in rows)


def _texts(raw: bytes) -> dict[str, str]:
    """Return the texts that rows are made of, by path; nothing is unpacked to the disk."""
    texts: dict[str, str] = {}
    with tarfile.open(fileobj=io.BytesIO(raw), mode="r|gz") as archive:
        for number, member in enumerate(archive):
            path = member.name.partition("/")[2]
            wanted = path == "config.json" or (path.startswith(_EXERCISES) and path.endswith((".rs", ".md", ".toml")))
            if number > _MOST or (wanted and member.size > _LARGEST):
                raise ValueError("it is too large")
            file = archive.extractfile(member) if wanted and member.isfile() else None
            if file is not None:
                texts[path] = file.read().decode("utf-8")
    return texts


def _by_exercise(texts: Mapping[str, str]) -> dict[str, dict[str, str]]:
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for path, text in texts.items():
        slug, slash, rest = path.removeprefix(_EXERCISES).partition("/")
        if slash and path.startswith(_EXERCISES):
            found[slug][rest] = text
    return dict(found)


def _row(slug: str, about: Mapping[str, Any], files: Mapping[str, str]) -> dict[str, Any]:
    others = {path: text for path, text in files.items() if path.startswith("src/") and path != "src/lib.rs"}
    return {
        "slug": slug,
        "difficulty": about["difficulty"],
        "status": about.get("status"),
        "introduction": _joined(files, "introduction"),
        "instructions": _joined(files, "instructions"),
        "stub": files["src/lib.rs"],
        "example": files[".meta/example.rs"],
        "tests": {path: files[path] for path in sorted(files) if path.startswith("tests/")},
        "other_files": {path: others[path] for path in sorted(others)},
        "cargo_toml": files["Cargo.toml"],
        "example_cargo_toml": files.get(".meta/Cargo-example.toml"),
    }


def _joined(files: Mapping[str, str], name: str) -> str | None:
    """Return a document with what the track adds to it, None where there is none."""
    parts = [files[path] for path in (f".docs/{name}.md", f".docs/{name}.append.md") if path in files]
    return "\n".join(parts) if parts else None
