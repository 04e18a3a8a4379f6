"""CompletionArchive: the stored completions of a results folder, to be looked at, removed, and carried elsewhere."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.text import encodable
from pytest_codeeval.generation.store import FILE_NAME, CompletionStore

_FIELDS = ("key", "model", "suite", "task_id", "sample_index", "completion")
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which completions are meant: those of a model, suite and task, each by its whole name, or of all where empty."""

    model: str = ""
    suite: str = ""
    task_id: str = ""

    def where(self) -> tuple[str, list[str]]:
        """Return the condition in SQL, and its values."""
        given = {name: value for name, value in asdict(self).items() if value}
        condition = " AND ".join(f"{name} = ?" for name in given) or "1"
        return condition, [encodable(value) for value in given.values()]


class CompletionArchive:
    """Reads and changes the store of a results folder, also while a run uses it."""

    def __init__(self, folder: Path) -> None:
        """Raises UsageError where the folder holds no store."""
        self._path = folder / FILE_NAME
        if not self._path.is_file():
            raise UsageError(f"{folder} holds no {FILE_NAME}; give --results the folder of a run.")

    def counts(self, chosen: Chosen) -> list[tuple[str, str, int, int]]:
        """Return (model, suite, tasks, completions) of each model and suite."""
        condition, values = chosen.where()
        query = (
            "SELECT model, suite, COUNT(DISTINCT task_id), COUNT(*) FROM completions "
            f"WHERE {condition} GROUP BY model, suite ORDER BY model, suite"
        )
        with self._open() as database:
            return list(database.execute(query, values))

    def rows(self, chosen: Chosen) -> Iterator[dict[str, Any]]:
        """Yield the completions as JSON values: the lines of an export."""
        condition, values = chosen.where()
        query = f"SELECT {', '.join(_FIELDS)} FROM completions WHERE {condition} ORDER BY model, suite, rowid"
        with self._open() as database:
            for row in database.execute(query, values):
                fields = dict(zip(_FIELDS, row, strict=True))
                yield {**fields, "completion": json.loads(fields["completion"])}

    def remove(self, chosen: Chosen) -> int:
        """Remove completions; return how many they were."""
        condition, values = chosen.where()
        with self._open() as database, database:
            return database.execute(f"DELETE FROM completions WHERE {condition}", values).rowcount

    def _open(self) -> closing[sqlite3.Connection]:
        return closing(sqlite3.connect(self._path, timeout=30.0))


def import_rows(folder: Path, rows: Iterable[tuple[str, Mapping[str, Any]]]) -> int:
    """Add completions, given as (place, row of an export), to the store of a folder; return how many were new.

    What is stored already stays as it is. Raises UsageError, naming the place, for a row that is none.
    """
    values = [_values(place, row) for place, row in rows]
    CompletionStore(folder).close()  # makes the file and its table, where there is none
    with closing(sqlite3.connect(folder / FILE_NAME, timeout=30.0)) as database, database:
        before = database.total_changes
        for start in range(0, len(values), _BATCH):
            marks = ", ".join("?" for _ in _FIELDS)
            database.executemany(f"INSERT OR IGNORE INTO completions VALUES ({marks})", values[start : start + _BATCH])
        return database.total_changes - before


def _values(place: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    try:
        completion = json.dumps(Completion.from_json(row["completion"]).to_json())
        texts = [row[name] for name in ("key", "model", "suite", "task_id")]
        if not all(isinstance(text, str) for text in texts) or type(row["sample_index"]) is not int:
            raise TypeError("a field of another type")
        return (*map(encodable, texts), row["sample_index"], completion)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"{place} is no line of `codeeval completions export`: {error}") from None
