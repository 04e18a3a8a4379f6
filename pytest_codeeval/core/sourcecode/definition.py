"""Definition: something that code defines at top level, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Definition:
    """A name defined at top level: `start` of its line, `end` behind it; a prototype has no body."""

    name: str
    kind: str  # "name" (a function), "type", "value" or "part" (of something, its name being all of its head)
    start: int
    end: int
    has_body: bool
