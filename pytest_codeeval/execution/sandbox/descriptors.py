"""Descriptors that are handed to programs: files without a name, and pipes."""

import os
import tempfile

from pytest_codeeval.core.errors import SandboxError


def in_memory(data: bytes) -> int:
    """Return a descriptor of a file that has no name and holds `data`, to be read from its beginning.

    Raises SandboxError where there is no room for it.
    """
    descriptor = -1
    try:
        if hasattr(os, "memfd_create"):
            descriptor = os.memfd_create("codeeval", os.MFD_CLOEXEC)
        else:
            with tempfile.TemporaryFile() as file:
                descriptor = os.dup(file.fileno())
        written = 0
        while written < len(data):
            written += os.write(descriptor, data[written:])
        os.lseek(descriptor, 0, os.SEEK_SET)
    except OSError as error:
        if descriptor >= 0:
            os.close(descriptor)
        raise SandboxError(f"a solution cannot be handed over: {error.strerror}") from None
    return descriptor


def pipe() -> tuple[int, int]:
    """Return the two ends of a pipe. Raises SandboxError where there is none to be had."""
    try:
        return os.pipe()
    except OSError as error:
        raise SandboxError(f"a pipe cannot be made: {error.strerror}") from None
