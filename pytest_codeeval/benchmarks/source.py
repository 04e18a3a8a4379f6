"""Where the rows of a dataset come from: a file under `--data`, or the Hugging Face hub."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_codeeval.core.errors import DataAbsent, DatasetError
from pytest_codeeval.core.jsonl import read_bytes, rows_of


@dataclass(frozen=True, slots=True)
class Row:
    """One row with the place it stands at, for messages."""

    where: str
    fields: Mapping[str, Any]

    def text(self, name: str, *, required: bool = True) -> str:
        """Return a text field; one that is not required may be absent or null.

        Raises DatasetError naming file and line where it is missing or not a text.
        """
        value = self.fields.get(name)
        if value is None and not required:
            return ""
        if not isinstance(value, str) or (required and not value.strip()):
            raise DatasetError(f"{self.where}: field {name!r} {_fault(value, 'a text')}")
        return value

    def texts(self, name: str, *, required: bool = True) -> list[str]:
        """Return a field that is a list of texts.

        Raises DatasetError naming file and line where it is missing or not such a list.
        """
        value = self.fields.get(name)
        if value is None and not required:
            return []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise DatasetError(f"{self.where}: field {name!r} {_fault(value, 'a list of texts')}")
        return value


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a dataset, the sha256 of the bytes they were read from, and where these came from."""

    rows: tuple[Row, ...]
    sha256: str
    source: str


def rows_from_file(path: Path) -> Rows:
    """Read a JSONL file (gzipped or not) or a JSON array; the sha256 is of the unpacked bytes.

    Raises DatasetError where it cannot be read or a line is no JSON object.
    """
    return rows_from_bytes(read_bytes(path), str(path))


def rows_from_bytes(raw: bytes, source: str) -> Rows:
    """Read the bytes of a JSONL file or a JSON array; `source` names them in messages."""
    rows = tuple(Row(place, row) for place, row in rows_of(raw, source))
    if not rows:
        raise DatasetError(f"{source} has no row in it")
    return Rows(rows, hashlib.sha256(raw).hexdigest(), source)


def rows_from_hub(
    name: str, config: str | None, splits: tuple[str, ...], missing: str, *, as_they_are: bool = False
) -> Rows:
    """Read splits of a dataset on the Hugging Face hub; the sha256 is of its rows as sorted JSON.

    Each row is told its split, unless it is wanted as it is. `missing` tells the user the other way, where the hub
    cannot be reached or `datasets` is not installed.
    Raises DatasetError.
    """
    if importlib.util.find_spec("datasets") is None:
        raise DatasetError(f"{missing}, or read it from the hub: pip install 'pytest-codeeval[datasets]'.")
    import datasets

    datasets.disable_progress_bars()
    rows, digest = [], hashlib.sha256()
    for split in splits:
        try:
            loaded = datasets.load_dataset(name, config, split=split)
        except Exception as error:
            said = " ".join(str(error).split())[:300]
            raise DatasetError(f"{missing}; the hub gave no {name!r} either ({type(error).__name__}: {said})") from None
        for number, fields in enumerate(loaded):
            told = {} if as_they_are else {"split": split}
            rows.append(Row(f"{name}, split {split}, row {number}", {**fields, **told}))
            digest.update(json.dumps(fields, sort_keys=True, default=str).encode())
    return Rows(tuple(rows), digest.hexdigest(), f"hub:{name}")


def rows_from_hub_if_there(name: str, config: str | None, splits: tuple[str, ...], missing: str) -> Rows:
    """Do the same for a suite that a run can do without.

    Raises DataAbsent.
    """
    try:
        return rows_from_hub(name, config, splits, missing)
    except DatasetError as error:
        raise DataAbsent(str(error)) from None


def published_rows(
    data_dir: str | None, files: Sequence[str], hub: tuple[str, str | None, str], title: str, benchmark: str
) -> Rows:
    """Read a benchmark that a run can do without: the first of `files` under the data folder, else one from the hub.

    `hub` is its name there, its configuration and its split; `title` and `benchmark` are what it is called in words and
    for `codeeval data fetch`. Raises DataAbsent where neither has it, DatasetError where the file cannot be read.
    """
    path = local_file(data_dir, *files)
    if path is not None:
        return rows_from_file(path)
    name, config, split = hub
    return rows_from_hub_if_there(name, config, (split,), lacking(title, benchmark, data_dir, files[0]))


def lacking(title: str, benchmark: str, data_dir: str | None, file: str) -> str:
    """Say that a benchmark is not here, and how it comes here."""
    folder = f" --data {shlex.quote(data_dir)}" if data_dir else ""
    return (
        f"{title} was not found: run `codeeval data fetch {benchmark}{folder}`, "
        f"or give --data DIR (or CODEEVAL_DATA) with DIR/{file}"
    )


def local_file(data_dir: str | None, *names: str) -> Path | None:
    """Return the first of the files `names` that stands under the data folder, or None where there is none."""
    if data_dir is None:
        return None
    return next((path for name in names if (path := Path(data_dir, name)).is_file()), None)


def unique(rows: Iterator[tuple[str, Row]]) -> None:
    """Raise DatasetError where two of (task id, row) have the same task id."""
    seen: dict[str, str] = {}
    for task_id, row in rows:
        if task_id in seen:
            raise DatasetError(f"{row.where}: task_id {task_id!r} stands at {seen[task_id]} already")
        seen[task_id] = row.where


def _fault(value: Any, wanted: str) -> str:
    if value is None:
        return "is missing"
    return "is empty" if value == "" else f"is not {wanted}"
