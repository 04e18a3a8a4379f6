"""StoreFile: the SQLite file of a results folder that completions are kept in, shared by several processes."""

from __future__ import annotations

import ctypes
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

from pytest_codeeval.core.errors import StorageError
from pytest_codeeval.core.machinemark import MachineMark

FILE_NAME = "completions.sqlite3"
COLUMNS = {
    "key": "TEXT PRIMARY KEY",
    "model": "TEXT",
    "suite": "TEXT",
    "task_id": "TEXT",
    "sample_index": "INTEGER",
    "completion": "TEXT",
}
REPLACE = f"INSERT OR REPLACE INTO completions VALUES ({', '.join('?' * len(COLUMNS))})"
IGNORE = REPLACE.replace("REPLACE", "IGNORE")
"""Statements that add a row, with what becomes of an older one of its key: it goes, or it stays."""
SELECT_ALL = f"SELECT {', '.join(COLUMNS)} FROM completions ORDER BY rowid"
_PATIENCE = 30.0  # seconds to wait for another process


class StoreFile:
    """Rows of completions by their key; what was written is committed when `write` returns.

    A killed process loses none of it. (Power loss may cost the last few: the write-ahead log is not flushed at each
    commit.)
    """

    def __init__(self, path: Path, *, at_once: bool = True) -> None:
        """Open or create the file; one that is not there is made at its first use if not `at_once`.

        Raises StorageError where that cannot be done.
        """
        self.path = path
        self._lock = Lock()
        self._opened: sqlite3.Connection | None = None
        self._mark: MachineMark | None = None
        self._closed = False
        if at_once or path.exists():
            self._opened = self._open()

    def read(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query.

        Raises StorageError where the file cannot be read.
        """
        try:
            with self._lock:
                return self._db.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise self._failed(error) from None

    def each(self, query: str, values: Sequence[object]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query one by one, however many they are.

        Raises StorageError where the file cannot be read.
        """
        try:
            yield from self._db.execute(query, values)
        except sqlite3.Error as error:
            raise self._failed(error) from None

    def write(self, statement: str, rows: Sequence[Sequence[object]]) -> int:
        """Execute a statement with each of the rows, all or none of them; return how many rows of the file changed.

        Raises StorageError where the disk does not take it.
        """
        try:
            with self._lock:
                if self._mark is not None:
                    self._mark.demand()
                self._restore()
                before = self._db.total_changes
                if len(rows) > 1:
                    self._db.execute("BEGIN IMMEDIATE")
                self._db.executemany(statement, rows)
                if self._db.in_transaction:
                    self._db.execute("COMMIT")
                return self._db.total_changes - before
        except (sqlite3.Error, OSError) as error:
            with suppress(sqlite3.Error):
                self._db.rollback()
            raise self._failed(error) from None

    def take_in(self, path: Path) -> int:
        """Add the rows of another such file, in the place of those with the same key; return how many they are.

        The other file is left as it is, so that it may lie where nothing can be written.
        Raises StorageError where it cannot be read, or the disk does not take them.
        """
        with TemporaryDirectory(dir=self.path.parent, prefix=".completions-") as folder:
            copy = Path(folder) / FILE_NAME
            try:
                for ending in ("", "-wal"):  # what a killed run had committed may stand in its log only
                    if (part := path.with_name(path.name + ending)).exists():
                        shutil.copyfile(part, copy.with_name(FILE_NAME + ending))
            except OSError as error:
                raise StorageError(f"completions cannot be copied from {path}: {error.strerror}") from None
            StoreFile(copy).close()  # which sees that it is one of this version
            return self._add_all_of(copy)

    def _add_all_of(self, other: Path) -> int:
        names = ", ".join(COLUMNS)
        try:
            with self._lock:
                before = self._db.total_changes
                self._db.execute("ATTACH ? AS other", (str(other),))
                rows = f"SELECT {names} FROM other.completions ORDER BY rowid"
                self._db.execute(f"INSERT OR REPLACE INTO completions ({names}) {rows}")
                self._db.execute("DETACH other")
                return self._db.total_changes - before
        except sqlite3.Error as error:
            raise self._failed(error) from None

    def close(self) -> None:
        """Close the file, which is not to be used afterwards."""
        with self._lock:
            self._closed = True
            if self._opened is not None and self._mark is not None and self._mark.lost:
                # SQLite would end by writing its log into the file, which is another's now: it is never closed.
                ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._opened))
            elif self._opened is not None:
                self._opened.close()
            if self._mark is not None:
                self._mark.close()

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
        # The log of SQLite is shared memory, which two machines cannot have together.
        self._mark = self._mark or MachineMark(self.path.parent)
        database = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            _use_write_ahead_log(database)
            database.execute("PRAGMA synchronous=NORMAL")
            types = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
            database.execute(f"CREATE TABLE IF NOT EXISTS completions ({types})")
            found = [row[1] for row in database.execute("PRAGMA table_info(completions)")]
            if found != list(COLUMNS):
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
        self._opened.executemany(IGNORE, held)

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
