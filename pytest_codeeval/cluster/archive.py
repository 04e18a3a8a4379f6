"""What a node sends back: one archive of a few known files, written there, and read here as if it were hostile."""

from __future__ import annotations

import io
import json
import math
import zipfile
import zlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from pytest_codeeval.core.errors import CodeEvalError
from pytest_codeeval.core.text import printable
from pytest_codeeval.reports.checkedfile import CHECKED
from pytest_codeeval.reports.folder import RUN, SAMPLES
from pytest_codeeval.reports.promptfile import PROMPTS

STATUS = "status.json"
FILES = (RUN, SAMPLES, PROMPTS, CHECKED)
"""What comes of each model's folder."""
LONGEST = 1 << 25
"""Bytes of what is read as one value of JSON, a line or a whole file, and takes some twenty times that in memory."""
LARGEST = 1 << 30
"""Bytes of all files together; what is more has to come as more shards."""
_PIECE = 1 << 20
_LEVEL = 3
_ZIP = zipfile.ZIP_DEFLATED  # and not tar, whose readers take headers of any length into memory
_METHODS = (zipfile.ZIP_STORED, _ZIP)  # of the others Python unpacks all that a piece of the archive comes to at once
_ENTRY = b"PK\1\2"
_BY_CHANCE = 100
SAID = 4000
"""Characters of the end of what a run said that are kept."""
_NAME = 60
_STATUS_TYPES = {"shard": str, "node": str, "exit": int, "said": str, "cpu_seconds": float}


class BadArchive(CodeEvalError):  # noqa: N818 - a state of affairs
    """What came from a node is not what was asked for, and is not believed."""


def packed(results: Path, status: Mapping[str, Any]) -> bytes:
    """Return the archive of a results folder, or of its status alone if that would be too large."""
    files = [path for folder in sorted(results.glob("*/")) for name in FILES if (path := folder / name).is_file()]
    if sum(path.stat().st_size for path in files) > LARGEST:
        files, status = [], {**status, "exit": -1, "said": f"more than {LARGEST >> 20} MB of results"}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", _ZIP, compresslevel=_LEVEL) as archive:
        archive.writestr(STATUS, json.dumps(status))
        for path in files:
            archive.write(path, f"{path.parent.name}/{path.name}")
    return target.getvalue()


def unpack(archive: bytes, folders: Collection[str], target: Path) -> dict[str, Any]:
    """Write the files of an archive below an empty folder; return its status.

    Only files of the models' `folders` are taken, each once. Raises BadArchive for whatever else it holds, and
    OSError where the disk does not take them.
    """
    entries = len(FILES) * len(folders) + _BY_CHANCE
    if len(archive) > LARGEST or archive.count(_ENTRY) > entries:  # as all entries are read before the first file is
        raise BadArchive("its archive is too large")
    left = LARGEST + _PIECE
    seen: set[str] = set()
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as members:
            for member in members.infolist():
                _demand_known(member, folders, seen)
                path = target / member.filename
                path.parent.mkdir(exist_ok=True)
                with members.open(member) as source, path.open("xb") as file:
                    while piece := source.read(_PIECE):  # of no more than it took to say it, whatever sizes are named
                        if (left := left - len(piece)) < 0:
                            raise BadArchive("its archive is too large")
                        file.write(piece)
    except (zipfile.BadZipFile, EOFError, zlib.error, ValueError, NotImplementedError, RuntimeError) as error:
        raise BadArchive(f"its archive cannot be read ({error})") from None
    return _status(target / STATUS)


def _demand_known(member: zipfile.ZipInfo, folders: Collection[str], seen: set[str]) -> None:
    name = member.filename
    folder, _, file = name.rpartition("/")
    if member.compress_type not in _METHODS:
        raise BadArchive("its archive is packed in another way")
    if name in seen or not (name == STATUS or (folder in folders and file in FILES)):
        raise BadArchive(f"its archive holds {name[:100]!r}, which is none of its files")
    seen.add(name)


def _status(path: Path) -> dict[str, Any]:
    status = read_object(path) or {}
    if any(type(status.get(name)) is not kind for name, kind in _STATUS_TYPES.items()):
        raise BadArchive("its archive does not say how it went")
    if not 0 <= status["cpu_seconds"] < math.inf:
        raise BadArchive("its archive does not say what it took")
    return {**status, "said": status["said"][-SAID:], "node": printable(status["node"], limit=_NAME)}


def read_object(path: Path) -> dict[str, Any] | None:
    """Return the JSON object that a file holds, None for all else and for what is too large to be one."""
    try:
        found = json.loads(path.read_bytes()) if path.stat().st_size <= LONGEST else None
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
