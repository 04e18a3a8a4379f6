"""Monitor: samples a running server every few seconds, line by line into `server.jsonl`, and sums them up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from pytest_codeeval.core.errors import StorageError
from pytest_codeeval.core.jsonl import append_rows
from pytest_codeeval.generation.backends.vllm.gpu import Gpus, gpu_reader
from pytest_codeeval.generation.backends.vllm.metrics import Metrics
from pytest_codeeval.generation.backends.vllm.probe import ask

FILE_NAME = "server.jsonl"
SECONDS = 2.0
_COUNTERS = ("prompt_tokens", "generation_tokens", "cache_queries", "cache_hits", "preemptions")
_TIMES = ("first_token", "next_token", "queue")


class Monitor:
    """One server, which may be started several times; `summary` is of all its samples."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._gpus: Callable[[], Gpus] | None = None
        self._url = ""
        self._task: asyncio.Task[None] | None = None
        self._last: tuple[float, Metrics] | None = None
        self._seconds = self._busy = self._in_flight = 0.0
        self._sums = dict.fromkeys((*_COUNTERS, *(f"{name}_{of}" for name in _TIMES for of in ("sum", "count"))), 0.0)
        self._peaks: dict[str, float] = {}
        self._gpu_sums: dict[int, list[float]] = {}
        self._gpu_peaks: dict[int, float] = {}

    async def start(self, url: str) -> None:
        """Begin to sample the server at `url` (its root, without /v1)."""
        self._url, self._last = url, None
        self._gpus = await asyncio.to_thread(gpu_reader)
        await self._sample()
        self._task = asyncio.get_running_loop().create_task(self._go_on())

    async def stop(self) -> None:
        """Take a last sample and end."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await self._sample()

    def summary(self) -> dict[str, Any]:
        """Return totals, rates and peaks; empty before the first sample."""
        if not self._peaks:
            return {}
        queries = self._sums["cache_queries"]
        found: dict[str, Any] = {
            "seconds": round(self._seconds, 1),
            "seconds_busy": round(self._busy, 1),
            "prompt_tokens": int(self._sums["prompt_tokens"]),
            "generation_tokens": int(self._sums["generation_tokens"]),
            # Of the time in which there was something to do.
            "generation_tokens_per_second": _rate(self._sums["generation_tokens"], self._busy),
            "prefix_cache_hit_rate": round(self._sums["cache_hits"] / queries, 4) if queries else None,
            "preemptions": int(self._sums["preemptions"]),
            **{f"mean_{name}_seconds": self._mean_time(name) for name in _TIMES},
            "mean_running": round(self._in_flight / self._busy, 1) if self._busy else None,
            **self._peaks,
        }
        if self._gpu_peaks:
            found["gpus"] = [
                {
                    "index": index,
                    "peak_memory_used_mib": self._gpu_peaks[index],
                    "mean_utilisation": round(sum(values) / len(values), 3) if values else None,
                }
                for index, values in sorted(self._gpu_sums.items())
            ]
        return found

    def _mean_time(self, name: str) -> float | None:
        count = self._sums[f"{name}_count"]
        return round(self._sums[f"{name}_sum"] / count, 4) if count else None

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(SECONDS)
            await self._sample()

    async def _sample(self) -> None:
        status, text = await ask(f"{self._url}/metrics")
        gpus: Gpus = []
        if self._gpus is not None:
            with suppress(Exception):
                gpus = await asyncio.to_thread(self._gpus)
        if status != 200:
            return
        now, metrics = time.monotonic(), Metrics.parse(text)
        row = self._count(now, metrics, gpus)
        self._last = (now, metrics)
        if self._path is not None:
            with suppress(StorageError):  # figures are no reason to end a run
                append_rows(self._path, [row])

    def _count(self, now: float, metrics: Metrics, gpus: Gpus) -> dict[str, Any]:
        before, earlier = self._last or (now, metrics)
        seconds = now - before
        gained = {name: max(0.0, getattr(metrics, name) - getattr(earlier, name)) for name in self._sums}
        for name, value in gained.items():
            self._sums[name] += value
        busy = bool(gained["generation_tokens"] or metrics.running or metrics.waiting)
        self._seconds += seconds
        self._busy += seconds if busy else 0.0
        self._in_flight += seconds * (earlier.running + metrics.running) / 2 if busy else 0.0
        for name in ("running", "waiting", "cache_usage"):
            peak = f"peak_{name}"
            self._peaks[peak] = max(self._peaks.get(peak, 0), getattr(metrics, name))
        for gpu in gpus:
            index = int(gpu["index"])
            self._gpu_peaks[index] = max(self._gpu_peaks.get(index, 0), gpu["memory_used_mib"])
            self._gpu_sums.setdefault(index, []).extend([gpu["utilisation"]] if busy else [])
        return {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "seconds": round(seconds, 2),
            "prompt_tokens_per_second": _rate(gained["prompt_tokens"], seconds),
            "generation_tokens_per_second": _rate(gained["generation_tokens"], seconds),
            "running": int(metrics.running),
            "waiting": int(metrics.waiting),
            "cache_usage": round(metrics.cache_usage, 4),
            "prefix_cache_queries": int(gained["cache_queries"]),
            "prefix_cache_hits": int(gained["cache_hits"]),
            "gpus": gpus,
        }


def _rate(count: float, seconds: float) -> float | None:
    return round(count / seconds, 1) if seconds > 0 else None
