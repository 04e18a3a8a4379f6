"""The programs of a server that also runs Python on inputs: those that grade, one that answers, one that compares.

Apart from the former, as each process of a server copies what its ancestors hold, and few tests are inputs.
"""

import socket
from collections.abc import Sequence

from pytest_codeeval.execution.grading import answering, comparing, inputrehearsal, programs
from pytest_codeeval.execution.sandbox.programs import Programs, Table, read_all


def _answering(descriptors: Sequence[int]) -> None:
    source, inputs, writer, held = descriptors
    answering.main(read_all(source), read_all(inputs), writer, held)


def _comparing(descriptors: Sequence[int]) -> None:
    comparing.main(socket.socket(fileno=descriptors[0]))


PROGRAMS: Table = {**programs.PROGRAMS, Programs.ANSWERING: _answering, Programs.COMPARING: _comparing}


def REHEARSE() -> None:  # noqa: N802 - what a table of programs may have beside it
    """Rehearse all programs."""
    programs.REHEARSE()
    inputrehearsal.rehearse()
