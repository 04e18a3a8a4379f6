"""Parquet tables of a results folder: one row a sample, and one row a problem."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_codeeval.core.column import Column, Group
from pytest_codeeval.core.columns import COLUMNS
from pytest_codeeval.core.errors import StorageError
from pytest_codeeval.core.text import encodable

if TYPE_CHECKING:
    import pyarrow

PREDICTIONS, RESULTS = "predictions.parquet", "results.parquet"
MISSING = "no parquet files: pip install 'pytest-codeeval[parquet]' (samples.jsonl holds the same)"
_BATCH = 2000
_LARGEST = 1 << 63  # past the integers that a column takes


def available() -> bool:
    """Whether pyarrow is installed."""
    return importlib.util.find_spec("pyarrow") is not None


def is_in(folder: Path) -> bool:
    """Whether a folder has such tables, which would be those of earlier samples if they were not written again."""
    return any((folder / name).exists() for name in (PREDICTIONS, RESULTS))


def export(folder: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write `predictions.parquet` (what the model said) and `results.parquet` (how that ended) from sample rows.

    Both have one row a sample and share the columns model, suite, task_id and sample_index. Rows are written in
    batches, so that memory stays bounded.
    Raises StorageError where the disk does not take them.
    """
    import pyarrow
    import pyarrow.json
    import pyarrow.parquet

    columns = {PREDICTIONS: _columns(Group.ANSWER), RESULTS: _columns(Group.SCORE)}
    schemas = {name: _schema(pyarrow, own) for name, own in columns.items()}
    parts = {name: folder / f".{name}.part" for name in schemas}
    try:
        with ExitStack() as opened:
            # Files, not their names: pyarrow takes no name that is not UTF-8.
            files = {name: opened.enter_context(part.open("wb")) for name, part in parts.items()}
            writers = {
                name: opened.enter_context(pyarrow.parquet.ParquetWriter(files[name], schema))
                for name, schema in schemas.items()
            }
            for batch in _batches(rows):
                for name, schema in schemas.items():
                    writers[name].write_table(_table(pyarrow, schema, columns[name], batch))
        for name, part in parts.items():
            part.replace(folder / name)
    except OSError as error:
        raise StorageError(f"parquet files in {str(folder)!r} cannot be written: {error.strerror or error}") from None
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


_KINDS = {str: "string", int: "int64", float: "double", bool: "bool_", object: "string"}  # JSON values as their text
_SHARED = ("model", "suite", "task_id", "sample_index")


def _columns(group: Group) -> list[Column]:
    """Return the columns of one file: those that both share, then its own."""
    shared = [column for name in _SHARED for column in COLUMNS if column.name == name]
    return shared + [column for column in COLUMNS if column.group is group]


def _schema(arrow: Any, columns: Iterable[Column]) -> pyarrow.Schema:
    types = {"string": arrow.string(), "int64": arrow.int64(), "double": arrow.float64(), "bool_": arrow.bool_()}
    return arrow.schema([(column.name, types[_KINDS[column.type]]) for column in columns])


def _batches(rows: Iterable[Mapping[str, Any]]) -> Iterable[list[Mapping[str, Any]]]:
    rest = iter(rows)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _table(
    arrow: Any, schema: pyarrow.Schema, columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]
) -> pyarrow.Table:
    # By way of JSON: from Python's own values pyarrow would import pandas first, which takes longer than a table.
    lines = (json.dumps({column.name: plain(column.of(row), column.type) for column in columns}) for row in rows)
    data = "\n".join(lines).encode("ascii")
    return arrow.json.read_json(
        arrow.BufferReader(data),
        read_options=arrow.json.ReadOptions(use_threads=False, block_size=len(data) + 1),
        parse_options=arrow.json.ParseOptions(explicit_schema=schema),
    )


def plain(value: Any, kind: type) -> Any:
    """Return a value as a column of that kind takes it, None if it does not: rows may come from anybody's recording."""
    if kind is object:
        return json.dumps(value)
    if value is None:
        return None
    if kind is str:
        return encodable(value) if isinstance(value, str) else None
    if kind is bool:
        return value if isinstance(value, bool) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if kind is float:
        return float(value) if abs(value) < _LARGEST else None
    return int(value) if value == value and abs(value) < _LARGEST else None
