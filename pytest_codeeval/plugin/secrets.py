"""Keeps API keys out of the workers: they run next to hostile code and need none."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pytest_codeeval.core.secretname import is_secret_name

if TYPE_CHECKING:
    import execnet


def secret_names() -> list[str]:
    """Return the names of the variables in this environment that look like secrets."""
    return sorted(filter(is_secret_name, os.environ))


def without_secrets(specs: Sequence[execnet.XSpec], more: Iterable[str] = ()) -> None:
    """Have local workers started through `env -u NAME…`, so that not even their first environment has a secret.

    `more` are names of variables that hold one though they do not look like it.

    execnet's own way of setting variables comes too late for that: the worker has been started by then.
    """
    names = sorted({*secret_names(), *more})
    if not names or sys.platform == "win32":
        return
    for spec in specs:
        if spec.popen:
            unset = [argument for name in names for argument in ("-u", name)]
            spec.python = shlex.join(["env", *unset]) + " " + (spec.python or shlex.quote(sys.executable))
