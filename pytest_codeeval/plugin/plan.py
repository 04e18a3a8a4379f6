"""Plan: the problems that a run is to evaluate, on whatever machines, and those of them that are this one's."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from typing import Any

import pytest

from pytest_codeeval.core.shard import Shard
from pytest_codeeval.plugin.items import CASE, cases_of, is_suite_item, without_skipped
from pytest_codeeval.plugin.loadedsuite import LoadedSuite


class Plan:
    """What was collected for all shards together; `shard` is the part that is run here, None for all of it."""

    def __init__(self, shard: Shard | None) -> None:
        self._shard = shard
        self._planned: dict[str, dict[str, dict[str, int]]] = {}  # by suite

    def __bool__(self) -> bool:
        return bool(self._planned)

    def take(self, items: list[pytest.Item], config: pytest.Config) -> None:
        """Note what is to be evaluated, and leave among `items` what is this shard's, and what is no problem."""
        for case in cases_of(without_skipped(items)[0]):
            of_model = self._planned.setdefault(case.suite_name, {}).setdefault(case.spec.label, {})
            of_model[case.problem.task_id] = len(case.requests)
        if self._shard is None:
            return
        away = [item for item in items if is_suite_item(item) and not self._shard.holds(_task_id(item))]
        if away:
            gone = set(map(id, away))
            items[:] = [item for item in items if id(item) not in gone]
            config.hook.pytest_deselected(items=away)

    def of_suite(self, loaded: LoadedSuite) -> dict[str, Any]:
        """Return what is planned of a suite, as plain JSON values.

        `models` says by label how many samples there are to be of each task, `order` are the ids of all problems in
        their order, `prompts` is a hash of how they are put to models.
        """
        prompts = sha256()
        with suppress(Exception):  # of a suite from outside, for a problem that is not run: it would have been heard of
            for problem in loaded.problems:
                prompts.update(f"{loaded.prompt(problem)!r}\0".encode("utf-8", "surrogatepass"))
        return {
            "models": self._planned.get(loaded.name, {}),
            "order": [problem.task_id for problem in loaded.dataset.problems],
            "prompts": prompts.hexdigest(),
        }


def _task_id(item: pytest.Item) -> str:
    task_id: str = item.callspec.params[CASE].problem.task_id  # type: ignore[attr-defined]
    return task_id
