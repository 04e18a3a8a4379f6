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
    from pytest_codeeval.benchmarks.arena import ARENA
    from pytest_codeeval.benchmarks.bfcl import BFCL
    from pytest_codeeval.benchmarks.bigcodebench import BIGCODEBENCH_HARD
    from pytest_codeeval.benchmarks.classeval import CLASSEVAL
    from pytest_codeeval.benchmarks.codecontests import CODE_CONTESTS
    from pytest_codeeval.benchmarks.cruxeval import CRUXEVAL_INPUT, CRUXEVAL_OUTPUT
    from pytest_codeeval.benchmarks.dataset import DATASET
    from pytest_codeeval.benchmarks.evalplus import HUMANEVAL_PLUS, MBPP_PLUS
    from pytest_codeeval.benchmarks.evoeval import EVOEVAL
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
    from pytest_codeeval.benchmarks.polyglot import POLYGLOT
    from pytest_codeeval.benchmarks.pro import HUMANEVAL_PRO, MBPP_PRO
    from pytest_codeeval.benchmarks.pythontasks.docstrings import PYTHON_DOCSTRING_GENERATION
    from pytest_codeeval.benchmarks.pythontasks.repair import PYTHON_CODE_REPAIR
    from pytest_codeeval.benchmarks.pythontasks.translation import PYTHON_CODE_TRANSLATION
    from pytest_codeeval.benchmarks.pythontasks.writing import PYTHON_CODE_COMPLETION, PYTHON_FUNCTION_GENERATION
    from pytest_codeeval.benchmarks.starter import STARTER
    from pytest_codeeval.benchmarks.starter_general import STARTER_GENERAL
    from pytest_codeeval.benchmarks.starter_rust import STARTER_RUST

_WHERE = {
    "agents": ("AGENTS_DIALOGUES", "AGENTS_TOOLS"),
    "agents_json": ("AGENTS_JSON",),
    "arena": ("ARENA",),
    "arc": ("ARC_CHALLENGE", "ARC_EASY"),
    "bfcl": ("BFCL",),
    "bigcodebench": ("BIGCODEBENCH_HARD",),
    "classeval": ("CLASSEVAL",),
    "codecontests": ("CODE_CONTESTS",),
    "cruxeval": ("CRUXEVAL_INPUT", "CRUXEVAL_OUTPUT"),
    "dataset": ("DATASET",),
    "evalplus": ("HUMANEVAL_PLUS", "MBPP_PLUS"),
    "evoeval": ("EVOEVAL",),
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
    "polyglot": ("POLYGLOT",),
    "pro": ("HUMANEVAL_PRO", "MBPP_PRO"),
    "pythontasks.docstrings": ("PYTHON_DOCSTRING_GENERATION",),
    "pythontasks.repair": ("PYTHON_CODE_REPAIR",),
    "pythontasks.translation": ("PYTHON_CODE_TRANSLATION",),
    "pythontasks.writing": ("PYTHON_CODE_COMPLETION", "PYTHON_FUNCTION_GENERATION"),
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
    "ARENA",
    "BFCL",
    "BIGCODEBENCH_HARD",
    "CLASSEVAL",
    "CODE_CONTESTS",
    "CRUXEVAL_INPUT",
    "CRUXEVAL_OUTPUT",
    "DATASET",
    "EVOEVAL",
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
    "HUMANEVAL_PRO",
    "HUMANEVAL_R",
    "HUMANEVAL_RB",
    "HUMANEVAL_RS",
    "HUMANEVAL_SH",
    "HUMANEVAL_TS",
    "IFEVAL",
    "MBPP",
    "MBPP_JS",
    "MBPP_PLUS",
    "MBPP_PRO",
    "MBPP_RS",
    "MT_BENCH",
    "POLYGLOT",
    "PYTHON_CODE_COMPLETION",
    "PYTHON_CODE_REPAIR",
    "PYTHON_CODE_TRANSLATION",
    "PYTHON_DOCSTRING_GENERATION",
    "PYTHON_FUNCTION_GENERATION",
    "RUST",
    "STARTER",
    "STARTER_GENERAL",
    "STARTER_RUST",
]
