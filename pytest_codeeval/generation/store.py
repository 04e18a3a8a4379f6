"""CompletionStore: every completion on disk from the moment it arrives, so that nothing is asked twice."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from threading import Lock

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.ending import ending_of
from pytest_codeeval.core.errors import StorageError
from pytest_codeeval.core.text import encodable

FILE_NAME = "completions.sqlite3"
_COLUMNS = {
    "key": "TEXT PRIMARY KEY",
    "model": "TEXT",
    "suite": "TEXT",
    "task_id": "TEXT",
    "sample_index": "INTEGER",
    "completion": "TEXT",
}
_INSERT = "INSERT OR {} INTO completions VALUES (?, ?, ?, ?, ?, ?)"
_PATIENCE = 30.0  # seconds to wait for another process
_KEYS_AT_ONCE = 500  # SQLite takes 999 in one statement at least


class CompletionStore:
    """Completions by request key, in one SQLite file that several pytest processes may share.

    Completions are committed before `put_all` returns: a killed process loses none that it had received. (Power loss
    may cost the last few: the write-ahead log is not flushed at each commit.)
    """

    def __init__(self, folder: Path, *, at_once: bool = True) -> None:
        """Open or create the store in `folder`; a file that is not there is made at its first use if not `at_once`.

        Raises StorageError where that cannot be done.
        """
        self.path = folder / FILE_NAME
        self._lock = Lock()
        self._opened: sqlite3.Connection | None = None
        self._closed = False
        if at_once or self.path.exists():
            self._opened = self._open()

    @property
    def _db(self) -> sqlite3.Connection:
        if self._opened is None:
            if self._closed:
                raise self._failed(ValueError("it has been closed"))
            self._opened = self._open()
        return self._opened

    def _open(self) -> sqlite3.Connection:
        try:
            return self._connected()
        except (sqlite3.Error, OSError) as error:
            raise self._failed(error) from None

    def _connected(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            _use_write_ahead_log(database)
            database.execute("PRAGMA synchronous=NORMAL")
            types = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
            database.execute(f"CREATE TABLE IF NOT EXISTS completions ({types})")
            found = [row[1] for row in database.execute("PRAGMA table_info(completions)")]
            if found != list(_COLUMNS):
                raise StorageError(
                    f"another version of this tool made {self.path} (its columns are {', '.join(found)}); give another "
                    "--results."
                )
            self._file = self.path.stat()
        except BaseException:
            database.close()
            raise
        return database

    def _restore(self) -> None:
        """Make the file again if somebody has removed it, with all that it held; the lock is held."""
        database = self._db
        with suppress(FileNotFoundError):
            if os.path.samestat(self.path.stat(), self._file):
                return
            raise StorageError(f"{self.path} was replaced while this run wrote to it; run the same command again.")
        held = database.execute("SELECT * FROM completions").fetchall()
        # Before the new one is opened: SQLite removes a log by its name, which would be that of the new file.
        database.close()
        self._opened = self._connected()
        self._opened.executemany(_INSERT.format("IGNORE"), held)

    def get(self, request: CompletionRequest, key: str = "") -> Completion | None:
        """Return the stored answer to `request`, marked as cached, or None; `key` is its key, where that is at hand.

        One that a server broke off, as version 0.1 stored them, is none, and is replaced when the question is asked
        again.
        Raises StorageError where the file, or what it holds, cannot be read.
        """
        try:
            with self._lock:
                row = self._db.execute(
                    "SELECT completion FROM completions WHERE key = ?", (key or request.key,)
                ).fetchone()
        except sqlite3.Error as error:
            raise self._failed(error) from None
        if row is None:
            return None
        try:
            stored = Completion.from_json({**json.loads(row[0]), "cached": True})
            return None if ending_of(stored.finish_reason) is None else stored
        except (ValueError, TypeError, KeyError) as error:
            raise StorageError(
                f"{self.path} holds an answer to {request.task_id} that cannot be read ({error!r}); "
                "remove the file, or give another --results."
            ) from None

    def count(self, keys: Iterable[str]) -> int:
        """Return how many of the keys have an answer.

        Raises StorageError where the file cannot be read.
        """
        wanted = list(keys)
        found = 0
        try:
            with self._lock:
                for start in range(0, len(wanted), _KEYS_AT_ONCE):
                    some = wanted[start : start + _KEYS_AT_ONCE]
                    query = f"SELECT count(*) FROM completions WHERE key IN ({','.join('?' * len(some))})"  # noqa: S608
                    found += self._db.execute(query, some).fetchone()[0]
        except sqlite3.Error as error:
            raise self._failed(error) from None
        return found

    def put_all(self, rows: Iterable[tuple[CompletionRequest, Completion, str]]) -> None:
        """Keep completions as the answers to requests with these keys, all or none, in the place of older ones.

        Raises StorageError where the disk does not take it.
        """
        values = [_row(*row) for row in rows]
        try:
            with self._lock:
                self._restore()
                if len(values) > 1:
                    self._db.execute("BEGIN IMMEDIATE")
                self._db.executemany(_INSERT.format("REPLACE"), values)
                if self._db.in_transaction:
                    self._db.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            with suppress(sqlite3.Error):
                self._db.rollback()
            raise self._failed(error) from None

    def close(self) -> None:
        """Close the file; the store is not to be used afterwards."""
        with self._lock:
            self._closed = True
            if self._opened is not None:
                self._opened.close()

    def _failed(self, error: Exception) -> StorageError:
        reason = getattr(error, "strerror", None) or error
        return StorageError(f"completions cannot be kept in {self.path}: {reason}")


def _use_write_ahead_log(database: sqlite3.Connection) -> None:
    # SQLite does not wait here, as it does elsewhere, for another process that is just opening the same file.
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            database.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _row(request: CompletionRequest, completion: Completion, key: str) -> tuple[object, ...]:
    # SQLite takes no lone surrogates. Nothing but the key is ever looked up.
    about = (encodable(text) for text in (request.model, request.suite, request.task_id))
    return (key, *about, request.sample_index, json.dumps(completion.to_json()))
