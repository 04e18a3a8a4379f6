"""Parquet tables of a results folder: one row a sample, and one row a problem."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

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


def export(folder: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write `predictions.parquet` (what the model said) and `results.parquet` (how that ended) from sample rows.

    Both have one row a sample and share the columns model, suite, task_id and sample_index. Rows are written in
    batches, so that memory stays bounded.
    Raises StorageError where the disk does not take them.
    """
    import pyarrow
    import pyarrow.json
    import pyarrow.parquet

    schemas = {PREDICTIONS: _schema(pyarrow, _PREDICTION_COLUMNS), RESULTS: _schema(pyarrow, _RESULT_COLUMNS)}
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
                    writers[name].write_table(_table(pyarrow, schema, batch))
        for name, part in parts.items():
            part.replace(folder / name)
    except OSError as error:
        raise StorageError(f"parquet files in {str(folder)!r} cannot be written: {error.strerror or error}") from None
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


_KEY_COLUMNS = {"model": "string", "suite": "string", "task_id": "string", "sample_index": "int64"}
_PREDICTION_COLUMNS = {
    **_KEY_COLUMNS,
    "completion": "string",
    "solution": "string",
    "extraction": "string",
    "form": "string",
    "reasoning": "string",
    "finish_reason": "string",
    "prompt_tokens": "int64",
    "completion_tokens": "int64",
    "cost": "double",
    "seconds": "double",
}
_RESULT_COLUMNS = {
    **_KEY_COLUMNS,
    "passed": "bool_",
    "result": "string",
    "outcome": "string",
    "cause": "string",
    "detail": "string",
    "weak": "bool_",
    "cpu_seconds": "double",
    "wall_seconds": "double",
    "max_rss": "int64",
    "stages": "string",
}


def _schema(arrow: Any, columns: Mapping[str, str]) -> pyarrow.Schema:
    types = {"string": arrow.string(), "int64": arrow.int64(), "double": arrow.float64(), "bool_": arrow.bool_()}
    return arrow.schema([(name, types[kind]) for name, kind in columns.items()])


def _batches(rows: Iterable[Mapping[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        stages = row.get("stages") or []
        measured = {
            "cpu_seconds": sum(stage["cpu_seconds"] for stage in stages),
            "wall_seconds": sum(stage["wall_seconds"] for stage in stages),
            "max_rss": max((stage["max_rss"] for stage in stages), default=0),
            "stages": json.dumps(stages),
        }
        batch.append({"weak": False, **row, **measured})
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _table(arrow: Any, schema: pyarrow.Schema, rows: Iterable[Mapping[str, Any]]) -> pyarrow.Table:
    # By way of JSON: from Python's own values pyarrow would import pandas first, which takes longer than a table.
    kinds = {field.name: str(field.type) for field in schema}
    lines = (json.dumps({name: _plain(row.get(name), kind) for name, kind in kinds.items()}) for row in rows)
    data = "\n".join(lines).encode("ascii")
    return arrow.json.read_json(
        arrow.BufferReader(data),
        read_options=arrow.json.ReadOptions(use_threads=False, block_size=len(data) + 1),
        parse_options=arrow.json.ParseOptions(explicit_schema=schema),
    )


def _plain(value: Any, kind: str) -> Any:
    """Return a value as a column of that kind takes it, None if it does not: rows may come from anybody's recording."""
    if kind == "string":
        return encodable(value) if isinstance(value, str) else None
    if kind == "bool":
        return value if isinstance(value, bool) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if kind == "double":
        return float(value) if abs(value) < _LARGEST else None
    return int(value) if value == value and abs(value) < _LARGEST else None
