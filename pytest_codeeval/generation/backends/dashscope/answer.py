"""Answer: one answer of DashScope as it comes, whole or in pieces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.ending import Ending, ending_of
from pytest_codeeval.core.toolcall import ToolCall
from pytest_codeeval.generation.backends.openai.answer import calls_in, parts_of, word_of


class BadAnswerError(Exception):
    """What came is no answer, or not the whole of one."""


class Answer:
    """Puts together the responses to one request; `streamed` says that they are pieces of the text, in order."""

    def __init__(self, streamed: bool) -> None:
        self._streamed = streamed
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._calls: dict[int, ToolCall] = {}
        self._finish_reason = ""
        self._usage: Mapping[str, Any] = {}
        self._spoken = False

    def add(self, response: Any) -> None:
        """Take a response with status 200."""
        self._usage = response.usage or self._usage
        output = response.output
        choices = output.get("choices")
        if choices:
            message, reason = choices[0].get("message"), choices[0].get("finish_reason")
            if message is None and ending_of(word_of(reason)) is Ending.COMPLETE:
                return
            message = message or {}
            text, thought = parts_of(message.get("content"))
            self._call(message)
            self._take(text, message.get("reasoning_content") or thought, reason)
        elif output.get("text") is not None:  # models that do not know result_format="message"
            self._take(output["text"], None, output.get("finish_reason"))

    def completion(self, seconds: float) -> Completion:
        """Return the whole answer.

        Raises BadAnswerError where there is none, or where the stream ended before the answer did.
        """
        if not self._spoken:
            raise BadAnswerError("the answer holds no message")
        if self._streamed and not self._finish_reason:
            raise BadAnswerError("the stream ended before the answer did")
        return Completion(
            text="".join(self._text),
            finish_reason=self._finish_reason,
            reasoning="".join(self._reasoning),
            prompt_tokens=_count(self._usage.get("input_tokens")),
            completion_tokens=_count(self._usage.get("output_tokens")),  # with those of the thinking
            seconds=round(seconds, 4),
            tool_calls=tuple(self._calls.values()),
        )

    def _call(self, message: Mapping[str, Any]) -> None:
        """Take calls, or pieces of them: each piece says by `index` of which, and the first has name and id."""
        sent = message.get("tool_calls") if self._streamed else None
        # The same ones as `calls_in` reads; of the older form there is one, and it has no index.
        places = [call.get("index") for call in sent if isinstance(call, Mapping)] if isinstance(sent, list) else []
        for number, piece in enumerate(calls_in(message)):
            place = places[number] if places else len(self._calls)
            if not isinstance(place, int):
                place = max(len(self._calls) - (not piece.id), 0)
            known = self._calls.get(place, ToolCall("", ""))
            self._calls[place] = ToolCall(
                known.name + piece.name, known.arguments + piece.arguments, known.id or piece.id
            )

    def _take(self, content: Any, reasoning: Any, finish_reason: Any) -> None:
        self._spoken = True
        self._text.append(_text(content))
        self._reasoning.append(_text(reasoning))
        # This API writes "null" while it goes on.
        self._finish_reason = word_of(finish_reason) or self._finish_reason


def _text(content: Any) -> str:
    return "" if content is None else str(content)


def _count(said: Any) -> int | None:
    return said if isinstance(said, int) and said > 0 else None  # the SDK says 0 where the server says nothing
