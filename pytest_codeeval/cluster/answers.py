"""answers_to: the stored answers that a shard needs, as the lines of an export, and no others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from pytest_codeeval.cluster.planned import ClusterPlan
from pytest_codeeval.core.shard import Shard
from pytest_codeeval.generation.store import CompletionStore
from pytest_codeeval.generation.storefile import FILE_NAME


def answers_to(results: Path, plan: ClusterPlan, shard: Shard) -> bytes:
    """Return the answers to the problems of a shard by the models of the plan, empty where none are stored.

    Raises StorageError where the store cannot be read.
    """
    if not (results / FILE_NAME).is_file():
        return b""
    with closing(CompletionStore(results)) as store:
        lines = [json.dumps(row) for row in _rows(store, plan, shard)]
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def _rows(store: CompletionStore, plan: ClusterPlan, shard: Shard) -> Iterator[dict[str, Any]]:
    # Of whatever suite: an answer is known by its question, which another one may have put first.
    models = plan.asked_models()
    for row in store.of_tasks(plan.tasks_of(shard)):
        if row["model"] in models:
            yield row
