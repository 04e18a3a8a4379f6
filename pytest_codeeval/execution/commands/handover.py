"""Handover: a frame in a file without a name, for a process in the sandbox."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from pytest_codeeval.core.errors import SandboxError
from pytest_codeeval.execution.commands.framing import head, write_all
from pytest_codeeval.execution.sandbox.descriptors import in_memory


def in_frame(header: Mapping[str, Any], files: Mapping[str, bytes]) -> int:
    """Return a descriptor of a file without a name that holds what `packed` returns, none of it copied before.

    Raises SandboxError where there is no room for it.
    """
    descriptor = in_memory(head(header, files))
    try:
        os.lseek(descriptor, 0, os.SEEK_END)
        for data in files.values():
            write_all(descriptor, data)
        os.lseek(descriptor, 0, os.SEEK_SET)
    except OSError as error:
        os.close(descriptor)
        raise SandboxError(f"a solution cannot be handed over: {error.strerror}") from None
    return descriptor
