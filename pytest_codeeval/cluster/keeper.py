"""Keeper: puts what came of shards into the results folder as it comes, and knows afterwards which ones it has."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Self

from pytest_codeeval.cluster.arrival import Arrival
from pytest_codeeval.cluster.planned import ClusterPlan
from pytest_codeeval.core.errors import StorageError
from pytest_codeeval.core.jsonl import append_rows, read_whole_lines, replace_file
from pytest_codeeval.reports.checkedfile import CHECKED
from pytest_codeeval.reports.folder import RUN, SAMPLES
from pytest_codeeval.reports.folderlock import FolderLock
from pytest_codeeval.reports.promptfile import PROMPTS
from pytest_codeeval.results.run import Run

MARKS = "shards.jsonl"
"""Beside the samples, a line for each shard that came whole: what it was, and a hash of what decided it."""
_OF_VERDICTS = ("versions", "platform", "sandbox")
_PLANNED = ("planned", "prompts")


class Keeper:
    """A `with` block in which no other run writes to the folders of the models.

    Raises UsageError where one does, StorageError where the disk does not take what came.
    """

    def __init__(self, results: Path, plan: ClusterPlan) -> None:
        self._folders = {name: results / name for name in plan.runs}
        self._locks = ExitStack()
        self._held: list[FolderLock] = []
        self._noted: set[str] = set()
        self._prompts: dict[str, set[tuple[str, ...]]] = {}
        self._marked: set[tuple[str, str]] = set()

    def __enter__(self) -> Self:
        """Take hold of the folders."""
        try:
            for folder in self._folders.values():
                self._held.append(self._locks.enter_context(closing(FolderLock(folder))))
        except BaseException:
            self._locks.close()
            raise
        marks = [
            {(str(row.get("shard")), str(row.get("order"))) for row in read_whole_lines(folder / MARKS)}
            for folder in self._folders.values()
        ]
        self._marked = set.intersection(*marks) if marks else set()
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of them."""
        self._locks.close()

    @property
    def shards(self) -> set[str]:
        """The shards of which something is known, of this plan or of earlier ones."""
        return {shard for shard, _ in self._marked}

    def forget(self) -> None:
        """Take no shard as here, so that all are graded anew."""
        self._marked.clear()

    def has(self, shard: str, digest: str) -> bool:
        """Whether a shard is here that was decided by the same as it would be now."""
        return (shard, digest) in self._marked

    def keep(self, arrival: Arrival, shard: str, digest: str) -> None:
        """Add what came; the shard counts as here if it came whole."""
        for lock in self._held:
            lock.demand()
        try:
            for name, run in arrival.runs.items():
                self._add(name, run)
        except OSError as error:
            raise StorageError(f"{error.filename} cannot be written: {error.strerror}") from None
        if not arrival.lacking:
            for folder in self._folders.values():
                append_rows(folder / MARKS, [{"shard": shard, "order": digest}])
            self._marked.add((shard, digest))

    def _add(self, name: str, run: Run) -> None:
        folder, came = self._folders[name], run.samples_path.parent
        _append(came / SAMPLES, folder / SAMPLES)
        self._add_prompts(folder, read_whole_lines(came / PROMPTS))
        _append(came / CHECKED, folder / CHECKED)
        self._note(folder, run.about)

    def _add_prompts(self, folder: Path, rows: Iterable[dict[str, Any]]) -> None:
        known = self._prompts.setdefault(folder.name, set())
        if not known:
            known.update(map(_prompt, read_whole_lines(folder / PROMPTS)))
        new = [row for row in rows if _prompt(row) not in known]
        if new:
            append_rows(folder / PROMPTS, new)
            known.update(map(_prompt, new))

    def _note(self, folder: Path, about: Mapping[str, Any]) -> None:
        """Write down how the verdicts came about, which is the same in all shards, when it is first known."""
        if folder.name in self._noted:
            return
        here = json.loads((folder / RUN).read_bytes())
        datasets = _datasets(here)
        for suite, facts in _datasets(about).items():
            if (own := datasets.get(suite)) is None:
                continue
            datasets[suite] = {**facts, **{key: own[key] for key in _PLANNED if key in own}}
            if not facts.get("self_test") and own.get("self_test"):
                datasets[suite]["self_test"] = own["self_test"]
        options = {**about.get("options", {}), "shard": None, "results": str(folder.parent)}
        verdicts = {key: about[key] for key in _OF_VERDICTS if key in about}
        about = {**here, **verdicts, "options": options, "datasets": datasets}
        replace_file(folder / RUN, json.dumps(about, indent=1).encode("ascii") + b"\n")
        self._noted.add(folder.name)


def _datasets(about: Mapping[str, Any]) -> dict[str, Any]:
    found = about.get("datasets")
    return found if isinstance(found, dict) else {}


def _prompt(row: Mapping[str, Any]) -> tuple[str, ...]:
    prompt = row.get("prompt")
    return str(row.get("suite")), str(row.get("task_id")), str(hash(prompt if isinstance(prompt, str) else None))


def _append(source: Path, target: Path) -> None:
    """Add the lines of a file behind those of another, whose last one a kill may have torn."""
    if not source.is_file():
        return
    with source.open("rb") as lines, target.open("ab+") as whole:
        if whole.seek(0, 2):
            whole.seek(-1, 2)
            if whole.read(1) != b"\n":
                whole.write(b"\n")
        shutil.copyfileobj(lines, whole)
