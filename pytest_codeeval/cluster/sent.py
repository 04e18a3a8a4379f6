"""SentAnswers: what was sent with an order, by which it is told whether a row that comes back is of such an answer."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from pytest_codeeval.core.text import encodable
from pytest_codeeval.generation.registry import kind_of
from pytest_codeeval.results.run import Run


class SentAnswers:
    """The texts of answers by model and number of the sample, of the lines that `answers_to` returns.

    Not by task: two that are put in the same words have one answer, which is stored under the name of the first.
    """

    def __init__(self, lines: bytes) -> None:
        self._texts: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
        for row in map(json.loads, lines.splitlines()):
            self._texts[row["model"], row["sample_index"]].add(row["completion"]["text"])

    def has(self, run: Run, row: Mapping[str, Any]) -> bool:
        """Whether a row of a run is of an answer that was sent; of a model that answers from a script none is."""
        if kind_of(str(run.settings.get("backend"))).scripted:
            return True
        one = encodable(str(run.settings.get("model"))), row["sample_index"]
        return row["completion"] in self._texts.get(one, ())
