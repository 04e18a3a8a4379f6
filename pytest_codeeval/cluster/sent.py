"""SentAnswers: what was sent with an order, by which it is told whether a row that comes back is of such an answer."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from pytest_codeeval.core.text import encodable


class SentAnswers:
    """The texts of answers by model, task and sample, of the lines that `answers_to` returns."""

    def __init__(self, lines: bytes) -> None:
        self._texts: defaultdict[tuple[str, str, int], set[str]] = defaultdict(set)
        for row in map(json.loads, lines.splitlines()):
            self._texts[row["model"], row["task_id"], row["sample_index"]].add(row["completion"]["text"])
        self._models = {model for model, _, _ in self._texts}

    def has(self, model: str, row: Mapping[str, Any]) -> bool:
        """Whether a row is of an answer that was sent; of a model that answers from a script none ever is."""
        one = encodable(model), encodable(row["task_id"]), row["sample_index"]
        return one[0] not in self._models or row["completion"] in self._texts.get(one, ())
