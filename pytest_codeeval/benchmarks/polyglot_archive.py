"""An archive of Aider's polyglot benchmark, as its repository gives it, made into the rows that the suite reads."""

from __future__ import annotations

import io
import json
import re
import tarfile
import zlib
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pytest_codeeval.core.errors import DatasetError

_LARGEST = 1 << 20  # of one file; the largest has two thirds of it
_MOST = 20_000  # members; there are some 3,600


def rows_of_polyglot(raw: bytes, name: str, language: str) -> bytes:
    """Return the exercises of a language of a gzipped tar archive as JSONL; `name` is the archive in messages.

    Raises DatasetError where it is none of this benchmark.
    """
    try:
        found = _by_exercise(raw, language)
        rows = [_row(f"{language}/{slug}", language, found[slug]) for slug in sorted(found)]
    except (tarfile.TarError, OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise DatasetError(
            f"{name} is no archive of the polyglot benchmark ({type(error).__name__}: {error})"
        ) from None
    return b"".join(json.dumps(row).encode("ascii") + b"\n" for row in rows)


def _by_exercise(raw: bytes, language: str) -> Mapping[str, Mapping[str, str]]:
    """Return the texts of each exercise by path; nothing is unpacked to the disk."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    place = re.compile(rf"[^/]+/{language}/exercises/practice/([^/]+)/(.+)")
    with tarfile.open(fileobj=io.BytesIO(raw), mode="r|gz") as archive:
        for number, member in enumerate(archive):
            path = place.fullmatch(member.name)
            if number > _MOST or (path and member.size > _LARGEST):
                raise ValueError("it is too large")
            file = archive.extractfile(member) if path and member.isfile() else None
            if path and file is not None:
                with suppress(
                    UnicodeDecodeError
                ):  # what is no text is a build tool's own, such as the wrapper of Gradle
                    found[path[1]][path[2]] = file.read().decode("utf-8")
    if not found:
        raise ValueError(f"it has no exercise in {language}")
    return found


def _row(task_id: str, language: str, files: Mapping[str, str]) -> dict[str, Any]:
    about = json.loads(files[".meta/config.json"])["files"]
    parts = ("introduction", "instructions", "instructions.append")
    return {
        "task_id": task_id,
        "language": language,
        "instructions": "\n".join(files[f".docs/{part}.md"] for part in parts if f".docs/{part}.md" in files),
        **{f"{part}_files": about.get(part, []) for part in ("solution", "test", "example", "editor")},
        "files": {path: files[path] for path in sorted(files) if not path.startswith((".docs/", ".approaches/"))},
    }
