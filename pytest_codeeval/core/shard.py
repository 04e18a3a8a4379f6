"""Shard: one of N parts of a run, by which several machines share its problems."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from pytest_codeeval.core.errors import UsageError

_MOST = 999_999  # a shard that is divided again and again has a large N


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `number` of `of`, from 1: the problems that fall to it do so by their ids alone, whatever else is run."""

    number: int
    of: int

    @classmethod
    def read(cls, text: str) -> Shard:
        """Return the shard that `I/N` means.

        Raises UsageError for a text that means none.
        """
        found = re.fullmatch(r"\s*(\d{1,9})\s*/\s*(\d{1,9})\s*", text, re.ASCII)
        number, of = (int(found[1]), int(found[2])) if found else (0, 0)
        if not 1 <= number <= of <= _MOST:
            raise UsageError(
                f"--shard={text!r} names no part; write I/N with I from 1 to N, as in 3/16 (N is {_MOST:,} at most)."
            )
        return cls(number, of)

    def holds(self, task_id: str) -> bool:
        """Whether a problem is of this part; all models, samples and suites of an id are of the same one."""
        return zlib.crc32(task_id.encode("utf-8", "surrogatepass")) % self.of == self.number - 1

    def contains(self, other: Shard) -> bool:
        """Whether all problems of another part are of this one, by whatever ids."""
        return other.of % self.of == 0 and (other.number - self.number) % self.of == 0

    def halves(self) -> tuple[Shard, ...]:
        """Return the two parts that this one is made of, none where there would be too many parts."""
        of = 2 * self.of
        return (Shard(self.number, of), Shard(self.number + self.of, of)) if of <= _MOST else ()

    def among(self, task_ids: Iterable[str]) -> list[str]:
        """Return those of the ids that are of this part."""
        return [task_id for task_id in task_ids if self.holds(task_id)]

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"
