"""Drain: takes in what several pipes bring, and keeps of each the beginning and the end."""

from __future__ import annotations

import os
import select
from collections.abc import Sequence

_CHUNK = 1 << 16  # what a pipe holds


class Drain:
    """Reads pipes for as long as somebody may write to them; what is between beginning and end is counted, not kept."""

    def __init__(self, readers: Sequence[int], most: Sequence[int]) -> None:
        """`most` are the bytes to be kept of each pipe's beginning, and of its end as many."""
        self._open = select.poll()
        self._place = {reader: place for place, reader in enumerate(readers)}
        self._ended = [False for _ in readers]
        self._most = list(most)
        self._heads = [bytearray() for _ in readers]
        self._tails = [bytearray() for _ in readers]
        self._written = [0 for _ in readers]
        self._was_full = False
        for reader in readers:
            self._open.register(reader, select.POLLIN)

    @property
    def is_open(self) -> bool:
        """Whether somebody may still write to one of the pipes."""
        return not all(self._ended)

    def has_ended(self, place: int) -> bool:
        """Whether nobody can write to one of the pipes any more."""
        return self._ended[place]

    @property
    def written(self) -> int:
        """The bytes that came so far, through all pipes together."""
        return sum(self._written)

    def take(self, seconds: float) -> bool:
        """Wait so long at most for something to come, and take it in; False where nothing came."""
        ready = self._open.poll(seconds * 1000)
        for reader, _ in ready:
            part = os.read(reader, _CHUNK)
            if part:
                self._was_full |= len(part) == _CHUNK
                self._keep(self._place[reader], part)
            else:
                self._open.unregister(reader)
                self._ended[self._place[reader]] = True
        return bool(ready)

    def was_full(self) -> bool:
        """Tell whether a pipe was full since this was last asked, so that who writes to it had to wait."""
        was, self._was_full = self._was_full, False
        return was

    def head(self, place: int) -> bytes:
        """Return the beginning of what a pipe brought."""
        return bytes(self._heads[place])

    def text(self, place: int) -> bytes:
        """Return all that a pipe brought, or its beginning and its end with a mark between them."""
        head, tail = self._heads[place], self._tails[place]
        gap = self._written[place] > len(head) + len(tail)
        return bytes(head) + (b"\n[...]\n" if gap else b"") + bytes(tail)

    def _keep(self, place: int, part: bytes) -> None:
        self._written[place] += len(part)
        head, tail, most = self._heads[place], self._tails[place], self._most[place]
        room = max(0, most - len(head))
        head += part[:room]
        tail += part[room:]
        del tail[:-most]
