"""Scripted answers: texts written by hand, in which calls of tools stand as text."""

from __future__ import annotations

from pytest_codeeval.core.calltext import calls_written
from pytest_codeeval.core.completion import Completion, CompletionRequest


def scripted(text: str, request: CompletionRequest) -> Completion:
    """Return a text as the answer to a request; its calls stand apart where the request gives tools."""
    said, calls = calls_written(text) if request.tools else (text, ())
    if not calls:
        return Completion(text, finish_reason="stop")
    return Completion(said.strip(), finish_reason="tool_calls", tool_calls=calls)
