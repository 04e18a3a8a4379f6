"""Answers of OpenAI's protocol in which tools are called."""

from __future__ import annotations

from typing import Any

from tests.servers.worded import Reply, answer, choice


def call(name: str, arguments: Any, identity: str | None = "c1") -> dict[str, Any]:
    """One call of a tool, as a message holds it."""
    return {"id": identity, "type": "function", "function": {"name": name, "arguments": arguments}}


def calling(*calls: dict[str, Any], content: str | None = None, reason: str = "tool_calls", **message: Any) -> Reply:
    """An answer with calls, and by default no text beside them."""
    return answer(choice(content, reason, tool_calls=list(calls), **message))
