"""The programs of a server that grades Python: a solution, its tests, or both in one process."""

import json
import socket
from collections.abc import Sequence

from pytest_codeeval.execution.grading import candidate, inprocess, tester
from pytest_codeeval.execution.grading.rehearsal import rehearse
from pytest_codeeval.execution.sandbox.programs import Programs, Table, read_all


def _candidate(descriptors: Sequence[int]) -> None:
    source, reader, writer = descriptors
    candidate.main(read_all(source), reader, writer)


def _tester(descriptors: Sequence[int]) -> None:
    tester.main(socket.socket(fileno=descriptors[0]))


def _inprocess(descriptors: Sequence[int]) -> None:
    job, report = descriptors
    inprocess.main(json.loads(read_all(job)), report)


PROGRAMS: Table = {Programs.CANDIDATE: _candidate, Programs.TESTER: _tester, Programs.INPROCESS: _inprocess}
REHEARSE = rehearse
"""What a server calls before it forks."""
