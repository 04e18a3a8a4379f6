"""The body of an answer, which no server makes larger than this machine can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_codeeval.core.errors import BackendError

if TYPE_CHECKING:
    import aiohttp

LARGEST = 1 << 28
"""Bytes of a body, unpacked: far above a hundred samples of 100,000 tokens with their likelihoods."""


async def body_of(response: aiohttp.ClientResponse, who: str) -> bytes:
    """Return the body of a response.

    Raises BackendError where there is no end to it; `who` is the model that it comes from.
    """
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > LARGEST:
            raise BackendError(f"{who} sent an answer of more than {LARGEST >> 20} MiB; ask for less at once")
    return bytes(body)
