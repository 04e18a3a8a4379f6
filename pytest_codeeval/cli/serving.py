"""Serving: what this machine has to serve models itself, which is vLLM and GPUs."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Any

from pytest_codeeval.cli.keys import KEYS
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.generation.backends.vllm.command import command
from pytest_codeeval.generation.backends.vllm.gpu import gpu_reader
from pytest_codeeval.generation.backends.vllm.preset import DEFAULT, PRESETS

_REMEDY = "pip install 'pytest-codeeval[vllm]', or name one by --model-args vllm=/path/to/vllm or --vllm-url URL"
_VERSION = "from importlib.metadata import version; print(version('vllm'))"
_QUERY = ("--query-gpu=name,memory.total", "--format=csv,noheader,nounits")
_SECONDS = 10.0


def examine() -> dict[str, Any]:
    """Return the vLLM that a run would start, and the GPUs with their memory in MiB, as plain JSON values.

    `command` of a vLLM is None where there is none, and so is what is not known; `fault` is why GPUs cannot be told.
    """
    gpus, fault = _gpus()
    return {"vllm": _vllm(), "gpus": gpus, "fault": fault}


def rows(found: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what `examine` found as (name, text)."""
    vllm = found["vllm"]
    there = f"{vllm['version'] or 'version not known'} ({vllm['command']})"
    lines = [("vLLM", there if vllm["command"] else f"not found: {_REMEDY}")]
    lines += [("GPU", _gpu(gpu)) for gpu in found["gpus"]]
    if not found["gpus"]:
        lines.append(("GPU", f"none that can be read: {found['fault']}" if found["fault"] else "none"))
    return lines


def _gpu(gpu: dict[str, Any]) -> str:
    memory = gpu["memory_mib"]
    return f"{gpu['name']}, {memory / 1024:.0f} GiB" if memory else str(gpu["name"])


def _vllm() -> dict[str, str | None]:
    try:
        asked = command("model", "", PRESETS[DEFAULT], "")
    except (UsageError, OSError, ValueError):
        return {"command": None, "version": None}
    return {"command": asked.start[0], "version": _version(asked.python)}


def _version(python: str | None) -> str | None:
    """Return the version of the vLLM that an interpreter has; a `vllm` itself would take as long as its import."""
    if python is None:
        return None
    code, lines = _run([python, "-c", _VERSION])
    return lines[0] if code == 0 and lines else None


def _gpus() -> tuple[list[dict[str, Any]], str]:
    """Return the GPUs by `nvidia-smi`, or by NVML where there is no such program, and why there are none."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return _by_nvml()
    code, lines = _run([program, *_QUERY])
    told = [line.rpartition(",") for line in lines if "," in line]
    if code != 0 or not told:
        return [], lines[0] if lines else "nvidia-smi does not run"
    return [{"name": name.strip(), "memory_mib": _mib(memory)} for name, _, memory in told], ""


def _mib(told: str) -> int | None:
    text = told.strip()  # "[N/A]" where a GPU does not say
    return int(text) if text.isdecimal() else None


def _by_nvml() -> tuple[list[dict[str, Any]], str]:
    try:
        reader = gpu_reader()
        found = reader() if reader else []
    except Exception as error:  # noqa: BLE001 - the library raises its own kinds
        return [], f"{type(error).__name__}: {error}"
    return [{"name": f"GPU {gpu['index']}", "memory_mib": gpu["memory_total_mib"]} for gpu in found], ""


def _run(argv: list[str]) -> tuple[int, list[str]]:
    """Return the exit status and the lines of what a program printed; -1 where it did not run."""
    keyless = {name: value for name, value in os.environ.items() if name not in KEYS}
    try:
        done = subprocess.run(
            argv,
            env=keyless,
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return -1, []
    lines = done.stdout[:10_000].decode("utf-8", "replace").splitlines()
    return done.returncode, [line.strip()[:200] for line in lines if line.strip()]
