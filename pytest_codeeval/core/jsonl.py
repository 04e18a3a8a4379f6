"""JSON Lines that survive a kill: whole lines appended at once, a torn last line ignored by the reader."""

import gzip
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pytest_codeeval.core.errors import DatasetError, StorageError


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes, unpacked where it is gzipped.

    Raises DatasetError where it cannot be read.
    """
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise DatasetError(f"{path} cannot be read: {reason}") from None


def rows_of(raw: bytes, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (place, object) of the bytes of a JSONL file or of a JSON array, which `name` stands for.

    The place is for messages: "NAME, line 3" or "NAME, entry 3".
    Raises DatasetError naming the place of whatever is not a JSON object.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DatasetError(f"{name} is not UTF-8 text (byte {error.start})") from None
    if text.lstrip().startswith("["):
        yield from _array_rows(text, name)
        return
    # Not splitlines(): U+2028 and its like may stand inside a JSON string.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            place = f"{name}, line {number}"
            yield place, _row(line, place)


def _array_rows(text: str, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{name} is not valid JSON: {error}") from None
    for number, row in enumerate(rows, 1):
        place = f"{name}, entry {number}"
        if not isinstance(row, dict):
            raise DatasetError(f"{place}: expected a JSON object, found {type(row).__name__}")
        yield place, row


def _row(line: str, place: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{place}: not valid JSON ({error})") from None
    if not isinstance(row, dict):
        raise DatasetError(f"{place}: expected a JSON object, found {type(row).__name__}")
    return row


def read_whole_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a file that `append_rows` wrote, passing over lines that a kill tore apart."""
    return (row for _, row in placed_lines(path))


def placed_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the same, each with the place in the file at which its line begins."""
    place = 0
    try:
        with path.open("rb") as lines:
            for line in lines:
                place, begin = place + len(line), place
                try:
                    row = json.loads(line)
                except (ValueError, RecursionError):
                    continue
                if isinstance(row, dict):
                    yield begin, row
    except FileNotFoundError:
        return
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}") from None


def append_rows(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Append one line a row; see `append_lines`."""
    append_lines(path, [json.dumps(row) for row in rows])


def append_lines(path: Path, lines: Iterable[str]) -> None:
    """Append lines of JSON in a single write, so that a kill can tear at most the last one.

    They are ASCII, as `json.dumps` has them: a lone surrogate in an answer has no UTF-8 form.

    Raises StorageError where the disk does not take them.
    """
    data = "".join(f"{line}\n" for line in lines).encode("ascii")
    try:
        fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            _write_all(fd, _line_break_if_torn(fd) + data)
        finally:
            os.close(fd)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}") from None


def _line_break_if_torn(fd: int) -> bytes:
    size = os.fstat(fd).st_size
    return b"\n" if size and os.pread(fd, 1, size - 1) != b"\n" else b""


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def replace_file(path: Path, data: bytes) -> None:
    """Put `data` in the place of a file at once: readers see the old one or the new one, never a part.

    Raises StorageError where the disk does not take it; the old file then stands unharmed.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageError(f"{path} cannot be written: {error.strerror}") from None


def as_text(value: object) -> str:
    """Return what tables and TOML know, and JSON does not, as a text: for `json.dumps(…, default=as_text)`.

    Raises TypeError for anything else.
    """
    from datetime import date, time  # here, as few values are such, and every process reads this module
    from decimal import Decimal
    from uuid import UUID

    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"a value is of the kind {type(value).__name__}")
