"""Requests as rows of the wire: samples of one question travel as one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pytest_codeeval.core.completion import CompletionRequest


def packed(requests: Sequence[CompletionRequest]) -> list[dict[str, Any]]:
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


def unpacked(rows: Sequence[Mapping[str, Any]]) -> list[CompletionRequest]:
    """Return the requests that were packed; samples of one question share all but their number."""
    requests = []
    for row in rows:
        first = CompletionRequest.from_json(row["request"])
        requests += [replace(first, sample_index=int(index)) for index in row["samples"]]
    return requests
