"""Fetches a file of the catalogue into a data folder: whole and with the right contents, or not at all."""

from __future__ import annotations

import gzip
import http.client
import io
import shlex
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

from pytest_codeeval import __version__
from pytest_codeeval.benchmarks.catalogue import DataFile
from pytest_codeeval.benchmarks.exercism_archive import rows_of_archive
from pytest_codeeval.benchmarks.polyglot_archive import rows_of_polyglot
from pytest_codeeval.core.errors import DatasetError, StorageError, UsageError
from pytest_codeeval.core.jsonl import replace_file


class Unreachable(DatasetError):  # noqa: N818 - a state of affairs
    """The server cannot be reached, and so will not be for the next file either."""


Progress = Callable[[int, int | None], None]
"""Told how many bytes have come, and of how many where that is known."""

_LARGEST = 1 << 26  # bytes; the largest file has a fiftieth of it, unpacked
_PIECE = 1 << 16
_SECONDS = 30.0  # without a byte
_GZIP = b"\x1f\x8b"
_PAUSES = (1.0, 3.0)  # before it is tried again


def fetch(file: DataFile, folder: Path, origin: str, progress: Progress) -> Path | None:
    """Bring a file into a data folder; return where it is, None if it was there already.

    `origin` is a URL or a folder that has the files under their names, empty for the file's own URL. Nothing that is
    there is overwritten.
    Raises DatasetError where the file cannot be had or has other contents, StorageError where it cannot be written.
    """
    there = file.found(folder)
    if there is not None:
        if file.is_right(there):
            return None
        raise DatasetError(
            f"{there} is there and is not the file of this catalogue; move it away, or give another --data."
        )
    source, raw = _read(file, folder, origin, progress)
    target = folder / file.path
    data = _contents(file, source, raw)
    if target.suffix == ".gz":
        data = raw if raw[:2] == _GZIP else gzip.compress(data, mtime=0)
    _write(target, data)
    return target


def check_origin(origin: str) -> None:
    """Raise UsageError for an origin that is neither a URL nor a folder."""
    if not origin.startswith(("http://", "https://")) and origin and not Path(origin).is_dir():
        raise UsageError(f"--from={origin!r} is no folder here, and no URL that begins with http:// or https://.")


def _read(file: DataFile, folder: Path, origin: str, progress: Progress) -> tuple[str, bytes]:
    if origin and not origin.startswith(("http://", "https://")):
        path = next((path for name in file.saved_as if (path := Path(origin, name)).is_file()), None)
        if path is None:
            raise DatasetError(f"{origin} has no {file.path} and no {file.saved_as[-1]}; it is to be had at {file.url}")
        try:
            return str(path), path.read_bytes()
        except OSError as error:
            raise DatasetError(f"{path} cannot be read: {error.strerror}") from None
    url = f"{origin.rstrip('/')}/{quote(file.path)}" if origin else file.url
    try:
        return url, _download(url, progress)
    except (OSError, http.client.HTTPException, ValueError) as error:
        kind = Unreachable if _unreachable(error) else DatasetError
        what = "it" if url == file.url else file.url
        raise kind(
            f"{url} could not be fetched ({_reason(error)}); without a network, bring {what} to this machine in "
            "another way and name the folder that it is in: "
            f"codeeval data fetch {file.benchmark} --data {shlex.quote(str(folder))} --from FOLDER"
        ) from None


def _download(url: str, progress: Progress) -> bytes:
    for pause in (*_PAUSES, None):
        try:
            return _downloaded(url, progress)
        except HTTPError as error:
            error.close()
            if pause is None or error.code < 500:
                raise
        except (OSError, http.client.HTTPException) as error:
            if pause is None or _unreachable(error):
                raise
        time.sleep(pause)
    raise AssertionError("the last try returns or raises")


def _downloaded(url: str, progress: Progress) -> bytes:
    request = Request(url, headers={"User-Agent": f"pytest-codeeval/{__version__}"})  # noqa: S310 - http and https only
    with urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - likewise
        told = answer.headers.get("Content-Length") or ""
        whole = int(told) if told.isdecimal() else None
        raw = bytearray()
        progress(0, whole)
        while piece := answer.read(_PIECE):
            raw += piece
            progress(len(raw), whole)
            if len(raw) > _LARGEST:
                raise ValueError(f"it has more than {_LARGEST:,} bytes")
    if whole is not None and len(raw) != whole:
        raise ConnectionError(f"it broke off after {len(raw):,} of {whole:,} bytes")
    return bytes(raw)


def _contents(file: DataFile, source: str, raw: bytes) -> bytes:
    """Return what is in a file, unpacked.

    Raises DatasetError where that is not what it should be.
    """
    contents = _unpacked(raw, source)
    if file.archive and not file.has(contents):
        contents = _rows(file, source, raw)
    if not file.has(contents):
        raise DatasetError(
            f"{source} has other contents than it should have, and nothing was written (their sha256 should be "
            f"{file.contents[0]}); try again, or fetch {file.url} in another way and give its folder by --from."
        )
    return contents


def _rows(file: DataFile, source: str, raw: bytes) -> bytes:
    """Return the rows that are made of an archive."""
    if file.benchmark.startswith("polyglot"):
        language = file.benchmark.partition("-")[2] or "python"
        return rows_of_polyglot(raw, source, language)
    return rows_of_archive(raw, source)


def _unpacked(raw: bytes, source: str) -> bytes:
    if raw[:2] != _GZIP:
        return raw
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as packed:
            return packed.read(_LARGEST)
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{source} cannot be unpacked, and nothing was written: {error}") from None


def _write(target: Path, data: bytes) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{target.parent} cannot be made: {error.strerror}") from None
    replace_file(target, data)


def _unreachable(error: Exception) -> bool:
    return isinstance(error, URLError) and not isinstance(error, HTTPError)


def _reason(error: Exception) -> str:
    if isinstance(error, HTTPError):
        return f"status {error.code}"
    cause = error.reason if isinstance(error, URLError) else error
    return str(getattr(cause, "strerror", None) or cause or type(cause).__name__)
