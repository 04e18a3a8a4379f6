"""Metrics: what vLLM says of itself at `/metrics`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE = re.compile(r"^(vllm:\w+)(?:\{[^\n]*\})? ([\d.eE+-]+|NaN)$", re.MULTILINE)
# Older versions name some of these otherwise; the first that is there counts.
_NAMES = {
    "prompt_tokens": ("vllm:prompt_tokens_total",),
    "generation_tokens": ("vllm:generation_tokens_total",),
    "running": ("vllm:num_requests_running",),
    "waiting": ("vllm:num_requests_waiting",),
    "cache_queries": ("vllm:prefix_cache_queries_total", "vllm:gpu_prefix_cache_queries_total"),
    "cache_hits": ("vllm:prefix_cache_hits_total", "vllm:gpu_prefix_cache_hits_total"),
    "cache_usage": ("vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc"),
    "preemptions": ("vllm:num_preemptions_total",),
    **{
        f"{field}_{part}": tuple(f"vllm:{name}_{part}" for name in names)
        for field, names in {
            "first_token": ("time_to_first_token_seconds",),
            "next_token": (
                "request_time_per_output_token_seconds",
                "time_per_output_token_seconds",
                "inter_token_latency_seconds",
            ),
            "queue": ("request_queue_time_seconds",),
        }.items()
        for part in ("sum", "count")
    },
}


@dataclass(frozen=True, slots=True)
class Metrics:
    """Counters since the server's start, and gauges of the moment; all engines of a server together.

    Cache queries and hits are in tokens; `cache_usage` is a share. Of times there are the sum in seconds and how many
    there were: until the first token of an answer, from one token to the next, and in the queue.
    """

    prompt_tokens: float = 0.0
    generation_tokens: float = 0.0
    running: float = 0.0
    waiting: float = 0.0
    cache_queries: float = 0.0
    cache_hits: float = 0.0
    cache_usage: float = 0.0
    preemptions: float = 0.0
    first_token_sum: float = 0.0
    first_token_count: float = 0.0
    next_token_sum: float = 0.0
    next_token_count: float = 0.0
    queue_sum: float = 0.0
    queue_count: float = 0.0

    @classmethod
    def parse(cls, text: str) -> Metrics:
        """Read Prometheus' text format; what is not there is 0."""
        sums: dict[str, float] = {}
        for name, value in _LINE.findall(text):
            if value != "NaN":
                sums[name] = sums.get(name, 0.0) + float(value)
        found = {field: next((sums[name] for name in names if name in sums), 0.0) for field, names in _NAMES.items()}
        return cls(**found)
