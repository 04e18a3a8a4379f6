"""Blocks: records packed into compressed pieces of the page, which a browser unpacks one by one when it needs them."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

POOL = 18_400_000
"""Bytes of the page that all blocks together are to stay below, as far as records allow that have a least length."""

MOST, LEAST = 20_000, 200
"""The longest that one text may be, and what no text is cut below."""

_BLOCK = 100_000  # characters of JSON: unpacked in some milliseconds, and long enough to be packed well
_SHARE = 0.4  # of a sample's room that one of its texts may have: most have two that are as long, answer and program
_FIRST_RATIO = 4.0  # characters that one byte of the page holds, until that has been seen
_LOWEST, _HIGHEST = 0.7, 8.0


def packed(value: object) -> Markup:
    """Return a JSON value compressed (raw deflate) and in base64, as the page's script unpacks it."""
    # ASCII with escapes: a lone surrogate in an answer has no form in UTF-8.
    return _packed(json.dumps(value, separators=(",", ":")).encode("ascii"))


class Blocks:
    """Takes records one by one, numbers them from 0, and keeps them as compressed text.

    `texts` are the blocks, `starts` the number of the first record of each. `expected` is how many records share the
    pool: each is told by `limit` how long its texts may be, which follows from what is left of the pool, and from how
    well texts have been packed so far.
    """

    def __init__(self, expected: int, pool: int = POOL) -> None:
        self.texts: list[Markup] = []
        self.starts: list[int] = []
        self.count = 0
        self._expected = expected
        self._pool = pool
        self._spent = 0
        self._characters = 0
        self._waiting: list[str] = []
        self._length = 0
        self.limit = self._limit()

    def add(self, record: Mapping[str, Any]) -> int:
        """Take a record; return its number."""
        text = json.dumps(record, separators=(",", ":"))
        self._waiting.append(text)
        self._length += len(text)
        self.count += 1
        if self._length >= _BLOCK:
            self.flush()
        return self.count - 1

    def flush(self) -> None:
        """Pack what waits; to be called once more behind the last record."""
        if not self._waiting:
            return
        self.starts.append(self.count - len(self._waiting))
        self.texts.append(_packed(f"[{','.join(self._waiting)}]".encode("ascii")))
        self._spent += len(self.texts[-1])
        self._characters += self._length
        self._waiting, self._length = [], 0
        self.limit = self._limit()

    def _limit(self) -> int:
        ratio = self._characters / self._spent if self._spent else _FIRST_RATIO
        share = max(0, self._pool - self._spent) / max(1, self._expected - self.count)
        return int(min(MOST, max(LEAST, share * min(_HIGHEST, max(_LOWEST, ratio)) * _SHARE)))


def _packed(data: bytes) -> Markup:
    packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    text = base64.b64encode(packer.compress(data) + packer.flush()).decode("ascii")
    return Markup(text)  # noqa: S704 - of letters, digits and +/=
