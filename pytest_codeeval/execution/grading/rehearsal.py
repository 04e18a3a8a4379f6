"""Rehearsal: a small problem that is graded in the server's process, before anything is forked from it."""

import os
import sys
from contextlib import suppress

from pytest_codeeval.execution.grading.candidate import Candidate
from pytest_codeeval.execution.grading.channel import Channel, Gone
from pytest_codeeval.execution.grading.tester import Tests

_CALLS = 40  # enough for the interpreter to have specialised the code on the way
_SOLUTION = '''
import math
from typing import List


def f(number: int, numbers: List[int], text: str) -> List[int]:
    """Double numbers."""
    found = []
    for each in numbers:
        if each > 0 and text:
            found.append(2 * each + int(math.sqrt(number)))
    return found
'''
_JOB = {
    "preamble": "",
    "test": "def check(candidate):\n" + "    assert candidate(4, [1, 2], 'a') == [4, 6]\n" * _CALLS,
    "entry_point": "f",
    "call": True,
    "values_only": True,
    "called": (),
    "lent": (),
    "conditions": (),
    "method": "",
}


def rehearse() -> None:
    """Run the solution's program and the tests' one after the other; what the one answers is kept for the other.

    Each fork copies the pages that it writes to, which is most of what it costs. Code that has run before writes to
    fewer: its specialised instructions and the interpreter's caches are in place.
    """
    (calls, ask), (answers, answer) = os.pipe(), os.pipe()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        asking = Channel(answers, ask)
        asking.send(["names", ["f"], False, []])
        for _ in range(_CALLS):
            asking.send(["call", 0, [[4, [1, 2], "a"], []]])
        os.close(ask)
        with suppress(Gone):
            Candidate(Channel(calls, answer)).serve(_SOLUTION)
        del sys.modules["solution"]
        Tests(_JOB).check(answers, nowhere)
    finally:
        for descriptor in (calls, answers, answer, nowhere):
            os.close(descriptor)
