"""Keys: whether those of providers are in the environment; never what they are."""

from __future__ import annotations

import os

from pytest_codeeval.generation.registry import KINDS


def _keys() -> dict[str, str]:
    found: dict[str, str] = {}
    for kind in KINDS:
        for variable, purpose in kind.keys.items():
            found.setdefault(variable, purpose)
    return {**found, "HF_TOKEN": "for gated models and datasets on the Hugging Face hub"}


KEYS = _keys()
"""The variables, each with what it is for."""


def examine() -> dict[str, bool]:
    """Return whether each variable holds something."""
    return {name: bool(os.environ.get(name, "").strip()) for name in KEYS}


def rows(found: dict[str, bool]) -> list[tuple[str, str]]:
    """Return what `examine` found as (variable, text)."""
    return [(name, "set" if there else f"not set: {KEYS[name]}") for name, there in found.items()]
