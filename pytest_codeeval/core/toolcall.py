"""ToolCall: one call of a tool in an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call of a tool: `arguments` is the text as it came, which should be a JSON object and may be anything."""

    name: str
    arguments: str
    id: str = ""

    def parsed(self) -> dict[str, Any] | None:
        """Return the arguments, None where they are no JSON object; nothing at all stands for no arguments."""
        try:
            # `int` refuses NaN and Infinity, which are no JSON.
            found = json.loads(self.arguments, parse_constant=int) if self.arguments.strip() else {}
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None

    def to_json(self) -> dict[str, str]:
        """Return plain JSON values; `from_json` gives the call back."""
        return {"name": self.name, "arguments": self.arguments, "id": self.id}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ToolCall:
        """Rebuild a call from `to_json`'s values.

        Raises TypeError or KeyError where they are not such.
        """
        fields = data["name"], data["arguments"], data.get("id", "")
        if not all(isinstance(text, str) for text in fields):
            raise TypeError(f"{data!r:.100} is no call of a tool")
        return cls(*fields)
