"""Toolbox: tools that work in this very process, which a model may call while it answers a problem."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_codeeval.core.toolcall import ToolCall


@dataclass(frozen=True, slots=True)
class Toolbox:
    """The tools of one problem.

    `tools` are their JSON schemas, as `Prompt.tools` has them. `call` is a pure function: given a state and a call it
    returns the state after it, as a new value, and what the model is told. States are JSON values, the first is
    `start`. Whatever a model may call with is answered in words ("error: …"); an exception is a fault of the tools, and
    the item is an error.

    `most_steps` is how many answers a model has for each message of the user; the last of these must not call.
    """

    tools: tuple[str, ...]
    call: Callable[[Any, ToolCall], tuple[Any, str]]
    start: Any = None
    most_steps: int = 8

    @property
    def names(self) -> frozenset[str]:
        """The names of the tools."""
        return frozenset(self.parameters)

    @property
    def parameters(self) -> Mapping[str, Mapping[str, Any]]:
        """The JSON schema of each parameter, by the names of the tools."""
        functions = [json.loads(tool)["function"] for tool in self.tools]
        return {one["name"]: (one.get("parameters") or {}).get("properties") or {} for one in functions}


def tool(name: str, description: str, required: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> str:
    """Return a tool in OpenAI's form as JSON text, given the JSON schemas of its parameters by name."""
    parameters = {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
    }
    function = {"name": name, "description": description, "parameters": parameters}
    return json.dumps({"type": "function", "function": function}, sort_keys=True)
