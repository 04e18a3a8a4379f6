"""PartFolder: what stands beside an output until it is whole, so that the same command goes on."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pytest_codeeval.core.errors import StorageError, UsageError
from pytest_codeeval.core.jsonl import replace_file
from pytest_codeeval.core.machinemark import MARK
from pytest_codeeval.reports.folderlock import LOCK, FolderLock

_SETTINGS, _ROWS = "settings.json", "rows.jsonl"
_AT_ONCE = 1 << 20


class PartFolder:
    """`OUT.jsonl.part`: the answers that have come, the settings they were asked with, and a lock.

    An output is replaced only if this folder knows it, by its content, as one that lacked some rows.
    """

    def __init__(self, output: Path, settings: Mapping[str, Any]) -> None:
        """Make the folder, or go on with it.

        Raises UsageError if it belongs to another question, somebody is using it, or the output is not ours.
        """
        self.path = output.with_name(f"{output.name}.part")
        self._output = output
        self._settings = settings
        there = self._contents()
        if _SETTINGS not in there and os.path.lexists(output):
            raise UsageError(f"{output} is there, and nothing is overwritten; name another --output, or move it away.")
        if _SETTINGS not in there and there - {LOCK, MARK}:
            raise UsageError(f"{self.path} is not of this command, and it needs that name; name another --output.")
        try:
            self.path.mkdir(exist_ok=True)
        except OSError as error:
            raise UsageError(f"{self.path} cannot be made: {error.strerror}; name another --output.") from None
        self._lock = FolderLock(self.path, "name another --output")
        self._written = self._read() if _SETTINGS in there else []
        if os.path.lexists(output) and not (self._written and _sha256(output) in self._written):
            raise UsageError(f"{output} is not as this command left it; move it away, and the same command goes on.")
        if _SETTINGS not in there:
            self._save()

    @property
    def warning(self) -> str:
        """What the lock does not keep others from, where that is something."""
        return self._lock.warning

    def write(self, lines: Iterable[str], *, whole: bool) -> None:
        """Write the output, at once. If it is `whole` this folder goes.

        Raises StorageError where the disk does not take it; then there is no output but an earlier one.
        """
        self._lock.demand()
        digest, part = hashlib.sha256(), self.path / _ROWS
        try:
            with part.open("wb") as file:
                for line in lines:
                    data = line.encode("ascii") + b"\n"
                    file.write(data)
                    digest.update(data)
            self._written.append(digest.hexdigest())
            self._save()  # before: an output that is not known here would be somebody else's
            part.replace(self._output)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise StorageError(f"{self._output} cannot be written: {error.strerror}") from None
        if whole:
            shutil.rmtree(self.path, ignore_errors=True)

    def close(self) -> None:
        """Let others into the folder."""
        self._lock.close()

    def _contents(self) -> set[str]:
        try:
            return {file.name for file in self.path.iterdir()}
        except FileNotFoundError:
            return set()
        except OSError as error:
            raise UsageError(f"{self.path} cannot be read: {error.strerror}; name another --output.") from None

    def _read(self) -> list[str]:
        """Return the sums of the outputs that were written; raises UsageError if other settings were asked with."""
        try:
            kept = json.loads((self.path / _SETTINGS).read_bytes())
            before, written = dict(kept["settings"]), list(kept["written"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{self.path / _SETTINGS} cannot be read ({error}); name another --output.") from None
        now = json.loads(json.dumps(self._settings))
        changed = [
            f"{name} was {before.get(name)!r:.80} and is {now.get(name)!r:.80}"
            for name in {**before, **now}
            if before.get(name) != now.get(name)
        ]
        if changed:
            raise UsageError(
                f"{self.path} holds answers that were asked otherwise ({', '.join(changed)}); name another --output, "
                "or remove that folder to begin anew."
            )
        return written

    def _save(self) -> None:
        kept = {"settings": self._settings, "written": self._written}
        replace_file(self.path / _SETTINGS, json.dumps(kept, indent=1).encode())


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(_AT_ONCE):
                digest.update(piece)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}; name another --output.") from None
    return digest.hexdigest()
