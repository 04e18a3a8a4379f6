"""What both ends of the wire agree upon: requests as rows, errors by name, and a path that fits a socket's address."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from pytest_codeeval.core.completion import CompletionRequest
from pytest_codeeval.core.errors import BackendError, CodeEvalError, StorageError, UsageError

ERRORS: dict[str, type[CodeEvalError]] = {"backend": BackendError, "storage": StorageError, "usage": UsageError}
"""The kinds of errors that cross the wire, by name."""
_LONGEST = 100
"""Bytes of a path that fit everywhere: 107 on Linux, 103 on a Mac."""


def request_batches(requests: Sequence[CompletionRequest]) -> list[dict[str, Any]]:
    """Return requests as plain JSON values, neighbours that differ in nothing but the sample as one."""
    rows: list[dict[str, Any]] = []
    last: CompletionRequest | None = None
    for request in requests:
        if last is not None and replace(request, sample_index=last.sample_index) == last:
            rows[-1]["samples"].append(request.sample_index)
        else:
            rows.append({"request": request.to_json(), "samples": [request.sample_index]})
            last = request
    return rows


def requests_in(rows: Sequence[Mapping[str, Any]]) -> list[CompletionRequest]:
    """Return the requests of such rows; samples of one question share all but their number."""
    requests = []
    for row in rows:
        first = CompletionRequest.from_json(row["request"])
        requests += [replace(first, sample_index=int(index)) for index in row["samples"]]
    return requests


@contextmanager
def short_path(path: Path) -> Iterator[str]:
    """Yield a path for `bind` and `connect`, to be used within the block.

    A long one goes by way of a descriptor of its folder. Raises OSError where there is no such folder.
    """
    if len(os.fsencode(path)) <= _LONGEST:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
