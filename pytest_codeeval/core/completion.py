"""CompletionRequest and Completion: what is asked of a model, and what it answered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from pytest_codeeval.core.continuation import Continuation
from pytest_codeeval.core.toolcall import ToolCall


class Form(StrEnum):
    """How the text of a completion is meant to be read."""

    CHAT = "chat"  # an answer in words and markdown, from which code has to be taken
    CONTINUATION = "continuation"  # text that continues the prompt, to be run as it is
    PROGRAM = "program"  # a whole program, to be run as it is


Message = Mapping[str, Any]
"""One message of a chat, in OpenAI's form: `role` and `content`, and what calls of tools and their results have."""


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


Identity = tuple[str, str, str, tuple[tuple[str, str], ...]]
"""Backend, model, address, and the settings that can change an answer."""


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """One question to one model: one sample of one problem.

    `backend` and `model` say who is asked, `endpoint` where (a base URL, or empty for the provider's own). `suite`,
    `task_id` and `asker` (what the run calls the model) are for logs and errors, `script` is what a scripted backend
    finds its answer by (a recorded id, or the canonical solution itself); none of these is ever sent to a model.

    `mode` is "chat" (send `messages`), "completion" (send `prompt`, to be continued up to one of `prompt_stop`),
    "score" (say how likely each of `continuations` is behind `prompt`), or "auto", where the backend finds out which
    of the first two the model is made for. `args` are settings of the backend that can change the answer, and for a
    model in a local folder which weights those are.

    `tools` are the tools that the model may call, each by its JSON schema in OpenAI's form as JSON text, and
    `tool_choice` is whether it has to, empty for the provider's own default.

    `turn` counts the turns of a conversation from 0, and `later` are those to come: the user's message and the script
    of each. `steps` are scripts of further answers within this turn, between which tools are called. None of these is
    a part of the key, as the messages say all that was said before.
    """

    backend: str
    model: str
    messages: tuple[Message, ...]
    params: SamplingParams
    sample_index: int = 0
    endpoint: str = ""
    suite: str = ""
    task_id: str = ""
    asker: str = ""
    script: str = ""
    mode: str = "chat"
    prompt: str = ""
    prompt_stop: tuple[str, ...] = ()
    args: tuple[tuple[str, str], ...] = ()
    turn: int = 0
    later: tuple[tuple[str, str], ...] = ()
    tools: tuple[str, ...] = ()
    tool_choice: str = ""
    steps: tuple[str, ...] = ()
    continuations: tuple[str, ...] = ()

    def after(self, said: str) -> CompletionRequest:
        """Return the request of the next turn, given what the model said in this one."""
        (message, script), *later = self.later
        answered = ({"role": "assistant", "content": said}, {"role": "user", "content": message})
        messages = (*self.messages, *answered)
        return replace(self, messages=messages, script=script, turn=self.turn + 1, later=tuple(later), steps=())

    def going_on(self, messages: Sequence[Message]) -> CompletionRequest:
        """Return the request that follows in the same turn, as `messages` are added: of calls, and what came of them.

        Without a script of its own the answer to it has the one before.
        """
        script, steps = (self.steps[0], self.steps[1:]) if self.steps else (self.script, ())
        whole = (*self.messages, *messages)
        return replace(self, messages=whole, script=script, turn=self.turn + 1, steps=steps)

    @property
    def identity(self) -> Identity:
        """Which model is asked, in which way: requests alike in this are for one client."""
        return self.backend, self.model, self.endpoint, self.args

    @property
    def sent(self) -> str:
        """All that is sent of the question, as one text: its length is what tokens are estimated by."""
        if self.mode == "score":
            return "".join(self.prompt + continuation for continuation in self.continuations)
        if self.mode == "completion":
            return self.prompt
        return "".join(map(_words, self.messages)) + "".join(self.tools)

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
            **({"tools": self.tools} if self.tools else {}),
            **({"tool_choice": self.tool_choice} if self.tool_choice else {}),
            **({"continuations": self.continuations} if self.continuations else {}),
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
        for name in ("prompt_stop", "tools", "steps", "continuations"):
            fields[name] = tuple(data.get(name, ()))
        for name in ("args", "later"):
            fields[name] = tuple((first, second) for first, second in data.get(name, ()))
        return cls(**fields)


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model answered: `text` as it came, unchanged.

    `finish_reason` is the provider's ("stop", "length", "content_filter"…), `cost` is in US dollars and None where the
    price is unknown, `seconds` is the time that the call took, `reasoning` is thinking that the provider kept apart.
    `tool_calls` are the calls of tools that the provider tells apart from the text, in their order.
    `scores` are of the continuations that were to be scored; the text is then the likeliest of them.
    `server` is which of several servers of the model answered; it is for the call log, and is not kept with the answer.
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
    scores: tuple[Continuation, ...] = ()
    server: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; `from_json` gives the completion back."""
        fields = {name: getattr(self, name) for name in self.__slots__ if name != "server"}
        # Only where there are any, so that what is stored of other answers stays as it was.
        lists = {name: [one.to_json() for one in fields.pop(name)] for name in ("tool_calls", "scores")}
        return {**fields, **{name: found for name, found in lists.items() if found}}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Completion:
        """Rebuild a completion from `to_json`'s values.

        Raises TypeError, KeyError or ValueError where they are not such.
        """
        calls = tuple(map(ToolCall.from_json, data.get("tool_calls", ())))
        scores = tuple(map(Continuation.from_json, data.get("scores", ())))
        return cls(**{**data, "form": Form(data["form"]), "tool_calls": calls, "scores": scores})

    @classmethod
    def of_scores(cls, request: CompletionRequest, scores: tuple[Continuation, ...], **more: Any) -> Completion:
        """Return the answer that is the scores of a request's continuations; `more` are further fields."""
        likeliest = max(range(len(scores)), key=lambda number: scores[number].logprob)
        text = request.continuations[likeliest]
        return cls(text=text, finish_reason="stop", form=Form.CONTINUATION, scores=scores, **more)


def _words(message: Message) -> str:
    content = message.get("content")
    if isinstance(content, str) and "tool_calls" not in message:
        return content
    return json.dumps({name: value for name, value in message.items() if name != "role"})
