"""Prompt: how a problem is put to a model, to one that chats and to one that continues text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_codeeval.core.completion import Message


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is sent.

    `turns` are the messages of the user, one for most suites; each is sent behind the model's own answers to those
    before it. `system` stands at the head of the chat, `examples` are pairs of a question and its answer that stand
    before the first turn as turns of their own. `prefill` is what a model that chats is to go on with, as if it had
    said so; not all servers have it go on. `text` is what a model that only continues text is given, up to one of
    `stop`; where it is empty the suite cannot be put to one. Where there are `continuations` nothing is generated: the
    model is asked how likely each of them is behind `text`. `sampling` holds settings by the names of
    `SamplingParams`, which count unless the user gives others.

    `tools` are those that a model may call, each by its JSON schema in OpenAI's form as JSON text, and `tool_choice`
    whether it has to. A model that cannot be given tools is asked by `without_tools`, or where that is None by the same
    prompt with the tools in words.
    """

    turns: tuple[str, ...]
    system: str = ""
    examples: tuple[tuple[str, str], ...] = ()
    text: str = ""
    stop: tuple[str, ...] = ()
    sampling: Mapping[str, Any] = field(default_factory=dict)
    tools: tuple[str, ...] = ()
    tool_choice: str = ""
    without_tools: Prompt | None = None
    continuations: tuple[str, ...] = ()
    prefill: str = ""

    def messages(self, system: str = "", more: str = "") -> tuple[Message, ...]:
        """Return the chat up to the first turn; `system` stands for the suite's own, and `more` adds to either."""
        head = "\n\n".join(filter(None, (system or self.system, more)))
        said = [{"role": "system", "content": head}] if head else []
        for question, answer in self.examples:
            said += [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
        begun = [{"role": "assistant", "content": self.prefill}] if self.prefill else []
        return (*said, {"role": "user", "content": self.turns[0]}, *begun)
