"""InputRehearsal: a small function that is run on inputs, and its outputs compared, before anything is forked."""

import os
import sys

from pytest_codeeval.execution.grading.answering import LATE, Answering, Manner
from pytest_codeeval.execution.grading.comparing import Comparing

_SOLUTION = """
from typing import List


def f(number: int, numbers: List[float], text: str) -> List[float]:
    \"\"\"Double numbers.\"\"\"
    if not numbers:
        raise ValueError(text)
    found = []
    for each in numbers:
        if each > 0 and text:
            found.append(2 * each + number)
    return found
"""
# Some outputs are told by their text and some by what they are. The last is wrong, and in a second run it raises.
_CASES = [('[4,[1,2],"a"]', "[6,8]")] * 40 + [('[4,[0.5],"a"]', "[5.0]")] * 40
_WRONG = ('[4,[1],"a"]', "[7]"), ('[4,[],"a"]', "[6]")


def rehearse() -> None:
    """Run the solution's program and that which compares, one after the other; see `rehearsal`."""
    for wrong in _WRONG:
        cases = [*_CASES, wrong]
        inputs, expected = zip(*cases, strict=True)
        reader, writer = os.pipe()
        try:
            Answering(writer).run(_SOLUTION, "f", list(inputs), Manner(LATE, frozenset(), frozenset(), timed=False))
            del sys.modules["solution"]
            head = '{"entry_point":"f","rule":"equal","atol":0.0,"starts":[40]}'
            Comparing("\n".join([head, *inputs, *expected]).encode()).check(reader, lambda _: None)
        finally:
            os.close(reader)
            os.close(writer)
