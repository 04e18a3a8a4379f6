"""Framing: what crosses to a process in the sandbox and back: a JSON object, and files behind it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

_LENGTH = 4
_PART = 1 << 18


def packed(header: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """Return one text of bytes; `header` holds plain JSON values and has no key `files`."""
    return b"".join([head(header, files), *files.values()])


def head(header: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """Return what stands before the files in a frame."""
    sizes = [[name, len(data)] for name, data in files.items()]
    text = json.dumps({**header, "files": sizes}).encode("ascii")
    return len(text).to_bytes(_LENGTH, "big") + text


def unpacked(data: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return what `packed` was given. Raises ValueError where `data` is not such."""
    start = _LENGTH + int.from_bytes(data[:_LENGTH], "big")
    try:
        header = json.loads(data[_LENGTH:start])
        sizes = [(name, size) for name, size in header.pop("files")]
    except (AttributeError, KeyError, TypeError, RecursionError):
        raise ValueError("the header is no object with files, or none that can be read") from None
    files = {}
    for name, size in sizes:
        if not isinstance(name, str) or type(size) is not int or not 0 <= size <= len(data) - start:
            raise ValueError("a file's size is not so")
        files[name] = data[start : start + size]
        start += size
    return header, files


def write_all(descriptor: int, data: bytes | memoryview) -> None:
    """Write all of it."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def laid_out(frame: int) -> dict[str, Any]:
    """Write the files of a frame, each by its path relative to the working folder; all may be executed.

    The descriptor is closed, and its header returned. What is large is never whole in memory.
    """
    header: dict[str, Any] = json.loads(os.read(frame, int.from_bytes(os.read(frame, _LENGTH), "big")))
    room = memoryview(bytearray(_PART))
    for name, size in header.pop("files"):
        if folder := os.path.dirname(name):
            os.makedirs(folder, exist_ok=True)
        descriptor = os.open(name, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, 0o700)
        left = size
        while left and (count := os.readv(frame, [room[: min(left, _PART)]])):
            write_all(descriptor, room[:count])
            left -= count
        os.close(descriptor)
    os.close(frame)
    return header


def environment(wanted: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a command: next to nothing, and what is wanted, `{here}` being the working folder."""
    here = os.getcwd()
    given = {name: value.replace("{here}", here) for name, value in wanted.items()}
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": here, "TMPDIR": here, "LANG": "C.UTF-8", **given}
