"""Memory and utilisation of the GPUs of this machine, by NVML's Python binding or by `nvidia-smi`."""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from typing import Any

Gpus = list[dict[str, float]]
_QUERY = "index,utilization.gpu,memory.used,memory.total"
_SECONDS = 10.0
_MIB = 1 << 20


def gpu_reader() -> Callable[[], Gpus] | None:
    """Return what reads them, one mapping a GPU; None where this machine has none that can be read."""
    with suppress(Exception):
        if importlib.util.find_spec("pynvml") is not None:
            nvml: Any = importlib.import_module("pynvml")
            nvml.nvmlInit()
            return lambda: _by_nvml(nvml)
    program = shutil.which("nvidia-smi")
    return (lambda: _by_program(program)) if program else None


def _by_nvml(nvml: Any) -> Gpus:
    found = []
    for index in range(nvml.nvmlDeviceGetCount()):
        gpu = nvml.nvmlDeviceGetHandleByIndex(index)
        memory = nvml.nvmlDeviceGetMemoryInfo(gpu)
        busy = nvml.nvmlDeviceGetUtilizationRates(gpu).gpu
        found.append(_row(index, busy, memory.used / _MIB, memory.total / _MIB))
    return found


def _by_program(program: str) -> Gpus:
    command = [program, f"--query-gpu={_QUERY}", "--format=csv,noheader,nounits"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    found = []
    for line in done.stdout.splitlines():
        with suppress(ValueError):  # "[N/A]", where a GPU does not say
            index, busy, used, total = (float(part) for part in line.split(","))
            found.append(_row(index, busy, used, total))
    return found


def _row(index: float, busy: float, used: float, total: float) -> dict[str, float]:
    return {
        "index": int(index),
        "utilisation": round(busy / 100, 3),
        "memory_used_mib": round(used),
        "memory_total_mib": round(total),
    }
