"""SentAnswers: what was sent with an order, by which it is told whether a row that comes back is of such an answer."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from pytest_codeeval.core.text import encodable
from pytest_codeeval.core.toolcall import ToolCall
from pytest_codeeval.generation.registry import kind_of
from pytest_codeeval.results.run import Run


class SentAnswers:
    """What answers said and which tools they called, by model and number of the sample, of `answers_to`'s lines.

    Not by task: two that are put in the same words have one answer, which is stored under the name of the first.
    """

    def __init__(self, lines: bytes) -> None:
        self._said: defaultdict[tuple[str, int], set[tuple[str, tuple[ToolCall, ...]]]] = defaultdict(set)
        for row in map(json.loads, lines.splitlines()):
            said = _said(row["completion"]["text"], row["completion"].get("tool_calls"))
            self._said[row["model"], row["sample_index"]].add(said)

    def has(self, run: Run, row: Mapping[str, Any]) -> bool:
        """Whether a row of a run is of answers that were sent; of a model that answers from a script none is."""
        if kind_of(str(run.settings.get("backend"))).scripted:
            return True
        sent = self._said.get((encodable(str(run.settings.get("model"))), row["sample_index"]), set())
        try:
            said = [_said(turn["text"], turn.get("tool_calls")) for turn in row.get("turns") or ()]
            return sent.issuperset([*said, _said(row["completion"], row.get("tool_calls"))])
        except (TypeError, KeyError, AttributeError, RecursionError):  # a node may send anything
            return False


def _said(text: str, calls: Iterable[Mapping[str, Any]] | None) -> tuple[str, tuple[ToolCall, ...]]:
    return text, tuple(map(ToolCall.from_json, calls or ()))
