"""The backend of a model that vLLM serves: one server, or several side by side with a part of the GPUs each."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.text import counted
from pytest_codeeval.generation.backends.vllm.backend import VllmBackend
from pytest_codeeval.generation.backends.vllm.gpu import gpu_reader
from pytest_codeeval.generation.backends.vllm.machinelock import SharedMachineLock
from pytest_codeeval.generation.backends.vllm.settings import VllmSettings

if TYPE_CHECKING:
    from pytest_codeeval.generation.backend import ModelBackend
    from pytest_codeeval.generation.modelspec import ModelSpec

_VISIBLE = "CUDA_VISIBLE_DEVICES"


def vllm_backend(spec: ModelSpec, request_timeout: float) -> ModelBackend:
    """Return it.

    Raises UsageError where the settings cannot be, no vLLM is there, or there are fewer GPUs than servers.
    """
    settings = VllmSettings.of(spec)
    if settings.replicas == 1 or settings.command is None:
        return VllmBackend(spec, request_timeout, settings)
    from pytest_codeeval.generation.endpointpool import EndpointPool  # few runs have several

    machine = SharedMachineLock()
    members: dict[str, ModelBackend] = {}
    for number, devices in enumerate(_parts(_visible(), settings.replicas), 1):
        own = replace(settings, command=replace(settings.command, devices=devices))
        name = f"vLLM server {number} of {settings.replicas}"
        members[name] = server = VllmBackend(spec, request_timeout, own)
        server.turn = machine
    return EndpointPool(spec.label, members, request_timeout)


def _visible() -> list[str]:
    """Return the GPUs of this machine, as far as this process may use them; none where vLLM computes without."""
    if os.environ.get(_VISIBLE, "").strip():
        return [name.strip() for name in os.environ[_VISIBLE].split(",")]
    read = gpu_reader()
    return [str(int(gpu["index"])) for gpu in read()] if read else []


def _parts(gpus: list[str], count: int) -> list[str]:
    """Return the GPUs of each of so many servers, an equal number each."""
    if gpus and len(gpus) < count:
        raise UsageError(
            f"--model-args replicas={count} needs a GPU for each server, and there is {counted(len(gpus), 'GPU')} here "
            "for all; lower it."
        )
    each = len(gpus) // count
    return [",".join(gpus[number * each : (number + 1) * each]) for number in range(count)]
