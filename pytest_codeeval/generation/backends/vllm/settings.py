"""VllmSettings: what a user said of a vLLM server."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_codeeval.core.errors import UsageError, nearest
from pytest_codeeval.core.secretname import secret_in_url
from pytest_codeeval.generation.backends.vllm.command import Command, command
from pytest_codeeval.generation.backends.vllm.flags import check_flags
from pytest_codeeval.generation.backends.vllm.preset import DEFAULT, PRESETS, Preset

if TYPE_CHECKING:
    from pytest_codeeval.generation.modelspec import ModelSpec

_OF_A_START = ("vllm", "vllm_args", "tool_call_parser", "parallel", "replicas", "start_timeout")
_START_SECONDS = 600
_SWITCH = {"on": True, "off": False, "true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True, slots=True)
class VllmSettings:
    """Either `url` names a server that runs, by its root, or `command` starts one; `deadline` is in seconds.

    `replicas` is how many servers are started, side by side.
    """

    preset: Preset
    batch_size: int
    deadline: int
    parallel: bool
    replicas: int
    key_variable: str
    url: str
    command: Command | None

    @property
    def calls(self) -> int:
        """How many calls are made at once: twice what a server works on, so that something always waits for a place."""
        copies = self.command.data_parallel if self.command else 1
        return max(1, 2 * copies * self.preset.sequences // self.batch_size)

    @property
    def key(self) -> str:
        """The key of a server that runs already, empty where none is set."""
        return os.environ.get(self.key_variable, "")

    @classmethod
    def of(cls, spec: ModelSpec) -> VllmSettings:
        """Read the settings of a model; flags of the user's are checked with vLLM's own parser.

        Raises UsageError where they cannot be, or no vLLM is there.
        """
        options = spec.checked_options()
        preset = _preset(options.get("preset", DEFAULT))
        url = _root(options.get("url") or spec.endpoint)
        unused = [name for name in _OF_A_START if name in options and url]
        if unused:
            raise UsageError(f"--model-args {unused[0]} is for a server that the run starts, and {url} runs already.")
        started = None if url else command(spec.model, options.get("vllm", ""), preset, _flags(options))
        found = cls(
            preset=preset,
            batch_size=_whole(options, "batch_size", preset.batch),
            deadline=_whole(options, "start_timeout", _START_SECONDS),
            parallel=_switch(options, "parallel"),
            replicas=_whole(options, "replicas", 1),
            key_variable=options.get("api_key_env", "CODEEVAL_API_KEY"),
            url=url,
            command=started and replace(started, scores=spec.mode == "score"),
        )
        if found.command is not None and found.command.flags and found.command.python:
            check_flags(found.command.python, found.command.flags)
        return found


def _flags(options: Mapping[str, str]) -> str:
    """Return the user's flags, with those by which vLLM reads calls of tools."""
    parser = options.get("tool_call_parser", "")
    reads = f"--enable-auto-tool-choice --tool-call-parser={shlex.quote(parser)}" if parser else ""
    return " ".join(filter(None, (options.get("vllm_args", ""), reads)))


def _preset(name: str) -> Preset:
    if name not in PRESETS:
        raise UsageError(f"--preset={name!r} is none of {', '.join(PRESETS)}{nearest(name, PRESETS)}.")
    return PRESETS[name]


def _root(url: str) -> str:
    root = url.rstrip("/").removesuffix("/v1").rstrip("/")
    if root and not root.startswith(("http://", "https://")):
        raise UsageError(f"--vllm-url={url!r} is no URL; give one such as http://127.0.0.1:8000.")
    if secret := secret_in_url(url):
        raise UsageError(f"--vllm-url has {secret} in it; put the key in CODEEVAL_API_KEY instead.")
    return root


def _whole(options: Mapping[str, str], name: str, default: int) -> int:
    text = options.get(name, str(default))
    if not text.isdecimal() or int(text) < 1:
        raise UsageError(f"--model-args {name}={text} has to be a whole number from 1.")
    return int(text)


def _switch(options: Mapping[str, str], name: str) -> bool:
    text = options.get(name, "off").lower()
    if text not in _SWITCH:
        raise UsageError(f"--model-args {name}={text} has to be on or off.")
    return _SWITCH[text]
