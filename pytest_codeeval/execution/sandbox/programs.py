"""The programs that a slot can run, by number: a request names one, and brings the descriptors it works on."""

import os
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum

Table = Mapping[int, Callable[[Sequence[int]], None]]


class Programs(IntEnum):
    """All that there are; a server has those of one module."""

    CANDIDATE = 0  # source of a solution, pipe of calls, pipe of answers
    TESTER = 1  # socket of the worker
    INPROCESS = 2  # job with source and tests, pipe of the report
    CANARY = 3  # what there is to get at, pipe of the report
    BUILD = 4  # job with files and compilers' commands, pipe of what they made
    EXECUTE = 5  # job with files and a command, its descriptors 1 to 3
    ANSWERING = 6  # source of a solution, inputs, pipe of its outputs, pipe that ends it when it is closed
    COMPARING = 7  # socket of the worker


GRADING = "pytest_codeeval.execution.grading.programs"
GRADING_INPUTS = "pytest_codeeval.execution.grading.inputprograms"
COMMANDS = "pytest_codeeval.execution.commands.programs"
CANARY = "pytest_codeeval.execution.sandbox.canary"
"""Modules whose `PROGRAMS` a server can have: it imports no others, as each import is paid for at every start."""


def read_all(descriptor: int) -> bytes:
    """Return all that a descriptor of a program holds, and close it."""
    parts = []
    while part := os.read(descriptor, 1 << 20):
        parts.append(part)
    os.close(descriptor)
    return b"".join(parts)
