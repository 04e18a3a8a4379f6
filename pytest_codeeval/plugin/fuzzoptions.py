"""The options of `--fuzz`: declared and read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any

from pytest_codeeval.core.errors import UsageError

_MOST = 10_000
"""Inputs of a problem; to draw them takes half a minute."""


def add_fuzz_options(add: Callable[..., None]) -> None:
    """Declare them."""
    add(
        "--fuzz",
        dest="codeeval_fuzz",
        metavar="N",
        help="try programs in Python that passed on N other inputs, beside the canonical solution",
    )
    add(
        "--fuzz-decides",
        action="store_true",
        dest="codeeval_fuzz_decides",
        help="have a program fail that --fuzz has told from the canonical solution",
    )


def fuzz_from(count: int | None, options: Mapping[str, Any]) -> int:
    """Return how many inputs programs are tried on, 0 for none. Raises UsageError for what cannot be."""
    if not count and options["fuzz_decides"]:
        raise UsageError("--fuzz-decides says what becomes of what --fuzz finds; give --fuzz=N as well.")
    if count and count > _MOST:
        raise UsageError(f"--fuzz={count}: at most {_MOST} inputs are tried; name a smaller number.")
    if count and find_spec("hypothesis") is None:
        raise UsageError(f"--fuzz={count} needs Hypothesis; run pip install 'pytest-codeeval[fuzz]'.")
    return count or 0
