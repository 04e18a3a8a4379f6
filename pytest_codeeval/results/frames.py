"""Samples as a frame of pandas or polars: the columns of `samples.jsonl`, with the name of the run before them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pytest_codeeval.core.columns import COLUMNS
from pytest_codeeval.core.errors import UsageError, nearest
from pytest_codeeval.core.extra import needed
from pytest_codeeval.reports.parquet import plain

_TYPES: dict[str, type] = {"run": str, **{column.name: column.type for column in COLUMNS}}
_KINDS = {str: "string", object: "string", int: "int64", float: "double", bool: "bool"}
_PANDAS = {"string": "string", "int64": "Int64", "double": "Float64", "bool": "boolean"}
_POLARS = {"string": "String", "int64": "Int64", "double": "Float64", "bool": "Boolean"}


def pandas_frame(rows: Iterable[Mapping[str, Any]], columns: Sequence[str] | None = None) -> Any:
    """Return a frame of pandas, of types that know what is missing.

    Raises MissingExtra without pandas, UsageError for a column that there is not.
    """
    pandas = needed("pandas", "pandas", "to_pandas()")
    kinds = _kinds_of(columns)
    values = _values(rows, kinds)
    return pandas.DataFrame(
        {name: pandas.array(values[name], dtype=_PANDAS[kind]) for name, kind in kinds.items()}, columns=list(kinds)
    )


def polars_frame(rows: Iterable[Mapping[str, Any]], columns: Sequence[str] | None = None) -> Any:
    """Return a frame of polars. Raises MissingExtra without polars, UsageError for a column that there is not."""
    polars = needed("polars", "polars", "to_polars()")
    kinds = _kinds_of(columns)
    schema = {name: getattr(polars, _POLARS[kind]) for name, kind in kinds.items()}
    return polars.DataFrame(_values(rows, kinds), schema=schema)


def _kinds_of(columns: Sequence[str] | None) -> dict[str, str]:
    for name in columns or ():
        if name not in _TYPES:
            raise UsageError(
                f"samples have no column {name!r}{nearest(name, _TYPES)}; name one of {', '.join(_TYPES)}."
            )
    return {name: _KINDS[_TYPES[name]] for name in (_TYPES if columns is None else columns)}


def _values(rows: Iterable[Mapping[str, Any]], names: Iterable[str]) -> dict[str, list[Any]]:
    """Return the values by column: JSON values as their text, None for what a column does not take."""
    readers = {column.name: column for column in COLUMNS}
    found: dict[str, list[Any]] = {name: [] for name in names}
    for row in rows:
        for name, values in found.items():
            values.append(plain(row["run"] if name == "run" else readers[name].of(row), _TYPES[name]))
    return found
