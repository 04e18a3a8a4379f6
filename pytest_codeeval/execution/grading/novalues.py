"""NoValues: what stands for outputs that did not come as values."""

from collections.abc import Iterator
from typing import Any


class Other:
    """An object of a solution's that is no value: it equals nothing, and may yield items."""

    def __init__(self, kind: str, items: list[Any] | None = None) -> None:
        self.kind = kind
        self._items = items

    def __iter__(self) -> Iterator[Any]:
        return iter(self._yielded)

    def __len__(self) -> int:
        return len(self._yielded)

    def __bool__(self) -> bool:
        return True

    @property
    def _yielded(self) -> list[Any]:
        if self._items is None:
            raise TypeError("no items")
        return self._items

    def __repr__(self) -> str:
        return f"<{self.kind} object>"


class Digest:
    """What stands for an output that is long; see `digests`."""

    def __init__(self, kind: str, length: int, digest: str) -> None:
        self._is = (kind, length, digest)

    def __eq__(self, other: object) -> bool:
        return type(other) is Digest and self._is == other._is

    def __hash__(self) -> int:
        return hash(self._is)

    def __repr__(self) -> str:
        kind, length, _ = self._is
        return f"<{kind} of length {length}>" if length else f"<{kind}>"
