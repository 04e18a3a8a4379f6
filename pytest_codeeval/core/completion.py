"""CompletionRequest and Completion: what is asked of a model, and what it answered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class Form(StrEnum):
    """How the text of a completion is meant to be read."""

    CHAT = "chat"  # an answer in words and markdown, from which code has to be taken
    CONTINUATION = "continuation"  # text that continues the prompt, to be run as it is
    PROGRAM = "program"  # a whole program, to be run as it is


@dataclass(frozen=True, slots=True)
class SamplingParams:
    """How a model samples (vLLM's name); None leaves a setting to the model's own default."""

    temperature: float | None = 0.0
    top_p: float | None = None
    max_tokens: int | None = 1024
    seed: int | None = None
    stop: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "temperature": self.temperature,
            "top_p": self.top_p,
            "max_tokens": self.max_tokens,
            "seed": self.seed,
            "stop": self.stop,
        }


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """One question to one model: one sample of one problem.

    `backend` and `model` say who is asked, `endpoint` where (a base URL, or empty for the provider's own). `suite` and
    `task_id` are for logs and errors, `script` is what a scripted backend finds its answer by (a recorded id, or the
    canonical solution itself); none of these three is ever sent to a model.

    `mode` is "chat" (send `messages`), "completion" (send `prompt`, to be continued up to one of `prompt_stop`), or
    "auto", where the backend finds out what the model is made for. `args` are settings of the backend that can change
    the answer, and for a model in a local folder which weights those are.

    `turn` counts the turns of a conversation from 0, and `later` are those to come: the user's message and the script
    of each. Neither is a part of the key, as the messages say all that was said before.
    """

    backend: str
    model: str
    messages: tuple[Mapping[str, str], ...]
    params: SamplingParams
    sample_index: int = 0
    endpoint: str = ""
    suite: str = ""
    task_id: str = ""
    script: str = ""
    mode: str = "chat"
    prompt: str = ""
    prompt_stop: tuple[str, ...] = ()
    args: tuple[tuple[str, str], ...] = ()
    turn: int = 0
    later: tuple[tuple[str, str], ...] = ()

    def after(self, said: str) -> CompletionRequest:
        """Return the request of the next turn, given what the model said in this one."""
        (message, script), *later = self.later
        answered = ({"role": "assistant", "content": said}, {"role": "user", "content": message})
        messages = (*self.messages, *answered)
        return replace(self, messages=messages, script=script, turn=self.turn + 1, later=tuple(later))

    @property
    def key(self) -> str:
        """The sha256 of everything that can change the answer, the sample index included."""
        content = {
            "backend": self.backend,
            "model": self.model,
            "endpoint": self.endpoint,
            "messages": [dict(message) for message in self.messages],
            "params": self.params.to_json(),
            "sample_index": self.sample_index,
            # Only where there are any, so that answers that were stored without them are still found.
            **({"args": sorted(self.args)} if self.args else {}),
            # Two tasks may be put in the same words, and a recording has an answer to each.
            **({"script": self.script} if self.script else {}),
            **({"mode": self.mode, "prompt": self.prompt, "stop": self.prompt_stop} if self.mode != "chat" else {}),
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; `from_json` gives the request back."""
        return {**{name: getattr(self, name) for name in self.__slots__}, "params": self.params.to_json()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CompletionRequest:
        """Rebuild a request from `to_json`'s values.

        Raises TypeError or KeyError where they are not such.
        """
        params = dict(data["params"])
        params["stop"] = tuple(params["stop"])
        fields = {**data, "messages": tuple(data["messages"]), "params": SamplingParams(**params)}
        fields["prompt_stop"] = tuple(data.get("prompt_stop", ()))
        for name in ("args", "later"):
            fields[name] = tuple((first, second) for first, second in data.get(name, ()))
        return cls(**fields)


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that a model made by its provider's own means: `arguments` is the JSON text as it came, whatever it is."""

    name: str
    arguments: str
    id: str = ""

    def to_json(self) -> dict[str, str]:
        """Return plain JSON values."""
        return {"name": self.name, "arguments": self.arguments, "id": self.id}


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model answered: `text` as it came, unchanged.

    `finish_reason` is the provider's ("stop", "length", "content_filter"…), `cost` is in US dollars and None where the
    price is unknown, `seconds` is the time that the call took, `reasoning` is thinking that the provider kept apart.
    `tool_calls` are calls of the request's tools, beside the text.
    """

    text: str
    finish_reason: str = ""
    form: Form = Form.CHAT
    reasoning: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: float | None = None
    seconds: float = 0.0
    cached: bool = False
    tool_calls: tuple[ToolCall, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; `from_json` gives the completion back."""
        values = {name: getattr(self, name) for name in self.__slots__}
        calls = [call.to_json() for call in values.pop("tool_calls")]
        return {**values, **({"tool_calls": calls} if calls else {})}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Completion:
        """Rebuild a completion from `to_json`'s values.

        Raises TypeError, KeyError or ValueError where they are not such.
        """
        calls = tuple(ToolCall(**call) for call in data.get("tool_calls", ()))
        return cls(**{**data, "form": Form(data["form"]), "tool_calls": calls})
