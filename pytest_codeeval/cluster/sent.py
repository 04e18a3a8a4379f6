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
    """What answers said and which tools they called, by model and number of the sample, of `answers_to`'s lines.

    Not by task: two that are put in the same words have one answer, which is stored under the name of the first.
    """

    def __init__(self, lines: bytes) -> None:
        self._said: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
        for row in map(json.loads, lines.splitlines()):
            said = _said(row["completion"]["text"], row["completion"].get("tool_calls"))
            self._said[row["model"], row["sample_index"]].add(said)

    def has(self, run: Run, row: Mapping[str, Any]) -> bool:
        """Whether a row of a run is of answers that were sent; of a model that answers from a script none is."""
        if kind_of(str(run.settings.get("backend"))).scripted:
            return True
        sent = self._said.get((encodable(str(run.settings.get("model"))), row["sample_index"]), ())
        earlier = row.get("turns") or []
        if not isinstance(earlier, list) or not all(isinstance(turn, dict) for turn in earlier):
            return False
        said = [(turn.get("text"), turn.get("tool_calls")) for turn in earlier]
        return all(_said(*one) in sent for one in (*said, (row["completion"], row.get("tool_calls"))))


def _said(text: object, calls: object) -> str:
    return json.dumps([text, calls or []], sort_keys=True)
