"""Short questions to a server beside the requests: is it well, which models, what does it measure."""

from __future__ import annotations

import asyncio
import http.client
import json
import urllib.error
import urllib.request
from typing import Any

_SECONDS = 10.0
# Without the proxies of the environment: they have no business between two programs of one machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


async def ask(url: str, *, key: str = "", body: dict[str, Any] | None = None) -> tuple[int, str]:
    """Return status and text of an answer; the status is 0 where nobody answers."""
    return await asyncio.to_thread(_ask, url, key, body)


def _ask(url: str, key: str, body: dict[str, Any] | None) -> tuple[int, str]:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers)  # noqa: S310 - http and https only, by settings
    try:
        with _OPENER.open(request, timeout=_SECONDS) as answer:
            return int(answer.status), answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode("utf-8", "replace")
    except (OSError, ValueError, http.client.HTTPException):
        return 0, ""
