"""The benchmarks: rows of a dataset made into problems, and how to ask for one.

Each is imported when it is asked for: a worker pays for what it imports.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_codeeval.benchmarks.agents import AGENTS_DIALOGUES, AGENTS_TOOLS
    from pytest_codeeval.benchmarks.agents_json import AGENTS_JSON
    from pytest_codeeval.benchmarks.arc import ARC_CHALLENGE, ARC_EASY
    from pytest_codeeval.benchmarks.bfcl import BFCL
    from pytest_codeeval.benchmarks.cruxeval import CRUXEVAL_INPUT, CRUXEVAL_OUTPUT
    from pytest_codeeval.benchmarks.dataset import DATASET
    from pytest_codeeval.benchmarks.evalplus import HUMANEVAL_PLUS, MBPP_PLUS
    from pytest_codeeval.benchmarks.exercism import RUST
    from pytest_codeeval.benchmarks.gsm8k import GSM8K
    from pytest_codeeval.benchmarks.hellaswag import HELLASWAG
    from pytest_codeeval.benchmarks.humaneval import HUMANEVAL
    from pytest_codeeval.benchmarks.humanevalpack import HUMANEVALPACK_RUST
    from pytest_codeeval.benchmarks.ifeval import IFEVAL
    from pytest_codeeval.benchmarks.mbpp import MBPP
    from pytest_codeeval.benchmarks.mt_bench import MT_BENCH
    from pytest_codeeval.benchmarks.multipl_e import (
        HUMANEVAL_CPP,
        HUMANEVAL_GO,
        HUMANEVAL_JAVA,
        HUMANEVAL_JS,
        HUMANEVAL_LUA,
        HUMANEVAL_PHP,
        HUMANEVAL_PL,
        HUMANEVAL_R,
        HUMANEVAL_RB,
        HUMANEVAL_RS,
        HUMANEVAL_SH,
        HUMANEVAL_TS,
        MBPP_JS,
        MBPP_RS,
    )
    from pytest_codeeval.benchmarks.starter import STARTER
    from pytest_codeeval.benchmarks.starter_general import STARTER_GENERAL
    from pytest_codeeval.benchmarks.starter_rust import STARTER_RUST

_WHERE = {
    "agents": ("AGENTS_DIALOGUES", "AGENTS_TOOLS"),
    "agents_json": ("AGENTS_JSON",),
    "arc": ("ARC_CHALLENGE", "ARC_EASY"),
    "bfcl": ("BFCL",),
    "cruxeval": ("CRUXEVAL_INPUT", "CRUXEVAL_OUTPUT"),
    "dataset": ("DATASET",),
    "evalplus": ("HUMANEVAL_PLUS", "MBPP_PLUS"),
    "exercism": ("RUST",),
    "gsm8k": ("GSM8K",),
    "hellaswag": ("HELLASWAG",),
    "humaneval": ("HUMANEVAL",),
    "humanevalpack": ("HUMANEVALPACK_RUST",),
    "ifeval": ("IFEVAL",),
    "mbpp": ("MBPP",),
    "mt_bench": ("MT_BENCH",),
    "multipl_e": (
        "HUMANEVAL_CPP",
        "HUMANEVAL_GO",
        "HUMANEVAL_JAVA",
        "HUMANEVAL_JS",
        "HUMANEVAL_LUA",
        "HUMANEVAL_PHP",
        "HUMANEVAL_PL",
        "HUMANEVAL_R",
        "HUMANEVAL_RB",
        "HUMANEVAL_RS",
        "HUMANEVAL_SH",
        "HUMANEVAL_TS",
        "MBPP_JS",
        "MBPP_RS",
    ),
    "starter": ("STARTER",),
    "starter_general": ("STARTER_GENERAL",),
    "starter_rust": ("STARTER_RUST",),
}


def __getattr__(name: str) -> Any:
    module = next((module for module, names in _WHERE.items() if name in names), None)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{module}"), name)


__all__ = [
    "AGENTS_DIALOGUES",
    "AGENTS_JSON",
    "AGENTS_TOOLS",
    "ARC_CHALLENGE",
    "ARC_EASY",
    "BFCL",
    "CRUXEVAL_INPUT",
    "CRUXEVAL_OUTPUT",
    "DATASET",
    "GSM8K",
    "HELLASWAG",
    "HUMANEVAL",
    "HUMANEVALPACK_RUST",
    "HUMANEVAL_CPP",
    "HUMANEVAL_GO",
    "HUMANEVAL_JAVA",
    "HUMANEVAL_JS",
    "HUMANEVAL_LUA",
    "HUMANEVAL_PHP",
    "HUMANEVAL_PL",
    "HUMANEVAL_PLUS",
    "HUMANEVAL_R",
    "HUMANEVAL_RB",
    "HUMANEVAL_RS",
    "HUMANEVAL_SH",
    "HUMANEVAL_TS",
    "IFEVAL",
    "MBPP",
    "MBPP_JS",
    "MBPP_PLUS",
    "MBPP_RS",
    "MT_BENCH",
    "RUST",
    "STARTER",
    "STARTER_GENERAL",
    "STARTER_RUST",
]
