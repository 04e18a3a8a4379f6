"""CompletionStore: every completion on disk from the moment it arrives, so that nothing is asked twice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.ending import ending_of
from pytest_codeeval.core.errors import StorageError, UsageError
from pytest_codeeval.core.text import encodable
from pytest_codeeval.generation.storefile import COLUMNS, FILE_NAME, IGNORE, REPLACE, StoreFile

_KEYS_AT_ONCE = 500  # SQLite takes 999 in one statement at least


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


class CompletionStore:
    """Completions by request key, in a file that several pytest processes may share.

    What is put is committed before `put_all` returns: a killed process loses none that it had received. All methods
    raise StorageError where the disk does not give or take what they need.
    """

    def __init__(self, folder: Path, *, at_once: bool = True) -> None:
        """Open or create the store in `folder`; a file that is not there is made at its first use if not `at_once`."""
        self.path = folder / FILE_NAME
        self._file = StoreFile(self.path, at_once=at_once)

    @classmethod
    def existing(cls, folder: Path) -> CompletionStore:
        """Return the store of a folder, which a run may be using meanwhile.

        Raises UsageError where the folder holds none.
        """
        if not (folder / FILE_NAME).is_file():
            raise UsageError(f"{folder} holds no {FILE_NAME}; give --results the folder of a run.")
        return cls(folder)

    def get(self, request: CompletionRequest, key: str = "") -> Completion | None:
        """Return the stored answer to `request`, marked as cached, or None; `key` is its key, where that is at hand.

        One that a server broke off, as version 0.1 stored them, is none, and is replaced when the question is asked
        again.
        """
        found = self._file.read("SELECT completion FROM completions WHERE key = ?", (key or request.key,))
        if not found:
            return None
        try:
            stored = Completion.from_json({**json.loads(found[0][0]), "cached": True})
            return None if ending_of(stored.finish_reason) is None else stored
        except (ValueError, TypeError, KeyError) as error:
            raise StorageError(
                f"{self.path} holds an answer to {request.task_id} that cannot be read ({error!r}); "
                "remove the file, or give another --results."
            ) from None

    def count(self, keys: Iterable[str]) -> int:
        """Return how many of the keys have an answer."""
        wanted = list(keys)
        found = 0
        for start in range(0, len(wanted), _KEYS_AT_ONCE):
            some = wanted[start : start + _KEYS_AT_ONCE]
            query = f"SELECT count(*) FROM completions WHERE key IN ({','.join('?' * len(some))})"
            found += self._file.read(query, some)[0][0]
        return found

    def put_all(self, rows: Iterable[tuple[CompletionRequest, Completion, str]]) -> None:
        """Keep completions as the answers to requests with these keys, all or none of them."""
        self._file.write(REPLACE, [_row(*row) for row in rows])

    def counts(self, chosen: Chosen) -> list[tuple[str, str, int, int]]:
        """Return (model, suite, tasks, completions) of each model and suite."""
        condition, values = chosen.where()
        query = (
            "SELECT model, suite, COUNT(DISTINCT task_id), COUNT(*) FROM completions "
            f"WHERE {condition} GROUP BY model, suite ORDER BY model, suite"
        )
        return [(model, suite, tasks, count) for model, suite, tasks, count in self._file.read(query, values)]

    def rows(self, chosen: Chosen) -> Iterator[dict[str, Any]]:
        """Yield the completions as JSON values: the lines of an export."""
        condition, values = chosen.where()
        query = f"SELECT {', '.join(COLUMNS)} FROM completions WHERE {condition} ORDER BY model, suite, rowid"
        yield from self._as_rows(query, values)

    def _as_rows(self, query: str, values: Sequence[object]) -> Iterator[dict[str, Any]]:
        for row in self._file.each(query, values):
            fields = dict(zip(COLUMNS, row, strict=True))
            yield {**fields, "completion": json.loads(fields["completion"])}

    def of_tasks(self, task_ids: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Yield the completions of tasks as JSON values, in an order that does not depend on when they came."""
        for start in range(0, len(task_ids), _KEYS_AT_ONCE):
            some = list(map(encodable, task_ids[start : start + _KEYS_AT_ONCE]))
            query = f"SELECT {', '.join(COLUMNS)} FROM completions WHERE task_id IN ({','.join('?' * len(some))})"
            yield from self._as_rows(f"{query} ORDER BY key", some)

    def remove(self, chosen: Chosen) -> int:
        """Remove completions; return how many they were."""
        condition, values = chosen.where()
        return self._file.write(f"DELETE FROM completions WHERE {condition}", [values])

    def add(self, rows: Iterable[tuple[str, Mapping[str, Any]]]) -> int:
        """Add completions, given as (place, row of an export); return how many were new.

        What is stored already stays as it is. Raises UsageError, naming the place, for a row that is none.
        """
        return self._file.write(IGNORE, [_values(place, row) for place, row in rows])

    def take_in(self, folder: Path) -> int:
        """Add what the store of another folder holds, if there is one, which goes before what is here; return how much.

        Raises StorageError where that cannot be read, or another version of this tool has made it.
        """
        path = folder / FILE_NAME
        return self._file.take_in(path) if path.is_file() else 0

    def close(self) -> None:
        """Close the file; the store is not to be used afterwards."""
        self._file.close()


def _row(request: CompletionRequest, completion: Completion, key: str) -> tuple[object, ...]:
    # SQLite takes no lone surrogates. Nothing but the key is ever looked up.
    about = (encodable(text) for text in (request.model, request.suite, request.task_id))
    return (key, *about, request.sample_index, json.dumps(completion.to_json()))


def _values(place: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    try:
        completion = json.dumps(Completion.from_json(row["completion"]).to_json())
        texts = [row[name] for name in ("key", "model", "suite", "task_id")]
        if not all(isinstance(text, str) for text in texts) or type(row["sample_index"]) is not int:
            raise TypeError("a field of another type")
        return (*map(encodable, texts), row["sample_index"], completion)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"{place} is no line of `codeeval completions export`: {error}") from None
