"""deal_out: hands each shard of a run the stored answers of its own problems."""

from __future__ import annotations

import zlib
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import Any

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.generation.storefile import COLUMNS, FILE_NAME, REPLACE, SELECT_ALL, StoreFile

_AT_ONCE = 20_000  # answers in memory
Rows = list[tuple[Any, ...]]


def shard_folder(folder: Path, number: int) -> Path:
    """Return the results folder of a shard, among those of all shards of one run."""
    return folder / f"shard-{number}"


def deal_out(source: Path, folder: Path, shards: int) -> int:
    """Put the answers that `source` stores into the results folders of the shards below `folder`; return their number.

    An answer that a shard has goes if there is one of the same question. A shard without answers has an empty store,
    and so begins. Raises UsageError where there are no stored answers, StorageError where the disk does not take them.
    """
    if not (source / FILE_NAME).is_file():
        raise UsageError(f"{source} holds no {FILE_NAME}; give the results folder of --stage=generate.")
    dealt = 0
    waiting: dict[int, Rows] = defaultdict(list)
    with closing(StoreFile(source / FILE_NAME)) as file:
        for row in file.each(SELECT_ALL, ()):
            waiting[_shard_of(row, shards)].append(row)
            dealt += 1
            if dealt % _AT_ONCE == 0:
                _put(folder, waiting)
                waiting = defaultdict(list)
    _put(folder, {number: waiting[number] for number in range(1, shards + 1)})
    return dealt


def _shard_of(row: tuple[Any, ...], shards: int) -> int:
    task_id: str = row[list(COLUMNS).index("task_id")]
    return zlib.crc32(task_id.encode("utf-8", "surrogatepass")) % shards + 1


def _put(folder: Path, waiting: dict[int, Rows]) -> None:
    for number, rows in waiting.items():
        with closing(StoreFile(shard_folder(folder, number) / FILE_NAME)) as file:
            file.write(REPLACE, rows)
