"""Options as the command line gives them, and the settings made of them."""

from __future__ import annotations

from typing import Any

from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.plugin.values import settings_from

DEFAULTS: dict[str, Any] = {
    "models": ["demo"],
    "base_url": [],
    "model_args": [],
    "preset": None,
    "vllm_args": [],
    "vllm_url": None,
    "mode": "auto",
    "data": None,
    "dataset": None,
    "language": None,
    "splits": [],
    "limit": None,
    "samples": None,
    "fewer_samples": False,
    "temperature": None,
    "top_p": None,
    "max_tokens": None,
    "stop": [],
    "system": None,
    "tools": "auto",
    "shuffle_choices": None,
    "shots": None,
    "protocol": None,
    "judges": [],
    "judge_url": None,
    "judge_args": [],
    "arena_mode": "pairwise",
    "arena_orders": "both",
    "arena_seed": None,
    "arena_baseline": None,
    "arena_pairs": None,
    "seed": None,
    "concurrency": None,
    "rpm": None,
    "tpm": None,
    "max_cost": None,
    "request_timeout": "600",
    "retries": "5",
    "fresh": False,
    "pass_at": [],
    "pass_if": "any",
    "fail_under": [],
    "self_test": "quick",
    "calibrate": False,
    "results": "results",
    "cache": "",
    "sandbox": "auto",
    "allow_packages": [],
    "thinking_marks": [],
    "fuzz": None,
    "fuzz_decides": False,
    "shard": None,
    "config": None,
    "chosen": [],
    "suites": [],
    "stage": [],
    "force": False,
}


def settings(outside: tuple[str, ...] = (), **options: Any) -> Settings:
    """Read options, the usual ones where none are given."""
    return settings_from({**DEFAULTS, **options}, outside)
