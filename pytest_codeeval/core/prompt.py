"""Prompt: how a problem is put to a model, to one that chats and to one that continues text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Message = dict[str, str]


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is sent.

    `turns` are the messages of the user, one for most suites; each is sent behind the model's own answers to those
    before it. `system` stands at the head of the chat, `examples` are pairs of a question and its answer that stand
    before the first turn as turns of their own. `text` is what a model that only continues text is given, up to one of
    `stop`; where it is empty the suite cannot be put to one. `sampling` holds settings by the names of
    `SamplingParams`, which count unless the user gives others.

    `tools` are what the model may call, each as the JSON text of its schema in OpenAI's form. A model that is not sent
    them as such is told of them in words, by `tools_in_words` at the head of the system prompt.
    """

    turns: tuple[str, ...]
    system: str = ""
    examples: tuple[tuple[str, str], ...] = ()
    text: str = ""
    stop: tuple[str, ...] = ()
    sampling: Mapping[str, Any] = field(default_factory=dict)
    tools: tuple[str, ...] = ()
    tools_in_words: str = ""

    def messages(self, system: str = "", *, native_tools: bool = False) -> tuple[Message, ...]:
        """Return the chat up to the first turn; `system` is the user's own, instead of the suite's.

        `native_tools` says that the tools are sent as such, so that nothing is said of them in words.
        """
        head = system or self.system
        if self.tools_in_words and not native_tools:
            head = f"{self.tools_in_words}\n\n{head}" if head else self.tools_in_words
        said = [{"role": "system", "content": head}] if head else []
        for question, answer in self.examples:
            said += [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
        return (*said, {"role": "user", "content": self.turns[0]})
