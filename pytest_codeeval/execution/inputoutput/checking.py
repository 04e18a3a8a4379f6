"""Checking: a program of the problem's author that says whether an answer is right, run in the sandbox.

It is called with three files: the input, the expected output, the answer. With status 0 it takes the answer, with 1 or
2 it does not, and what it writes says why. Anything else is a fault, and so is an exception that nobody catches, which
in many languages ends with status 1 or 2 too: the checker's own, if it has that with the expected output in the
answer's place as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pytest_codeeval.core.errors import BrokenTests
from pytest_codeeval.core.inputoutput import Checker
from pytest_codeeval.core.text import printable
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.inputoutput.ran import Made
from pytest_codeeval.execution.inputoutput.wholeprograms import WholePrograms

_FILES = ("input.txt", "expected.txt", "answer.txt")
_REJECTS = (1, 2)
_RAISED = re.compile(
    r"^(?:Traceback \(most recent call last\):$|Exception in thread \"|panic: |Node\.js v\d|\S+\.rb:\d+:in .*\(\w+\)$"
    r"|stack traceback:$|Execution halted$)",
    re.MULTILINE,
)
"""What interpreters write of an exception that nobody catches: Python, Java, Go, node, Ruby, Lua and R."""
_WRONG = {"an empty output": "", "an output of other words": "I do not know.\n"}
_MOST_TRIED = 3
_SECONDS = 10.0
_LONGEST = 200


class Checking:
    """One checker, built when it is first asked."""

    def __init__(self, task_id: str, checker: Checker, programs: WholePrograms) -> None:
        """`programs` are those in the checker's language, `task_id` is for messages."""
        self._task_id = task_id
        self._checker = checker
        self._programs = programs
        self._made: Made | None = None

    def objection(self, given: str, wanted: str, answer: str) -> str:
        """Return why an answer is not taken, nothing if it is.

        Raises BrokenTests for a checker that cannot tell, SandboxError where the machinery failed.
        """
        status, said = self._asked(given, wanted, answer)
        if status == 0:
            return ""
        if status in _REJECTS:
            return f"the checker does not take the output{f': {said}' if said else ''}"
        status, told = self._asked(given, wanted, wanted)
        if status not in (0, *_REJECTS):
            raise BrokenTests(
                f"the checker of {self._task_id} cannot tell right from wrong, even of the expected output ({told})"
            )
        return f"the checker came to no verdict on the output: {said}"

    def taken(self, cases: Sequence[tuple[str, str]]) -> list[str]:
        """Return the wrong outputs that are taken whatever the input is; an empty one is right where none is expected.

        Raises BrokenTests for a checker that cannot tell, SandboxError where the machinery failed.
        """
        found = []
        for name, answer in _WRONG.items():
            tried = [case for case in cases if answer or case[1].strip()][:_MOST_TRIED]
            if tried and not any(self.objection(given, wanted, answer) for given, wanted in tried):
                found.append(name)
        return found

    def _asked(self, given: str, wanted: str, answer: str) -> tuple[int, str]:
        """Return the status that the checker ended with, -1 if it was ended or failed, and what it said."""
        made = self._ready()
        files = zip(_FILES, (given, wanted, answer), strict=True)
        beside = {name: text.encode("utf-8", "surrogatepass") for name, text in files}
        ran = self._programs.run(made, beside, _FILES, "", _SECONDS)
        if ran.cause is Cause.PASSED:
            return 0, ""
        said, errors = ran.output.strip(), ran.errors.strip()
        if ran.status in _REJECTS and _RAISED.search(errors):
            last = errors.rpartition("\n")[2]  # in Python that is what was raised
            return -1, printable(last if self._checker.language == "python" else ran.detail or last, limit=_LONGEST)
        first = printable((said or errors).partition("\n")[0], limit=_LONGEST)
        return ran.status, first if ran.status in _REJECTS else ran.detail or first

    def _ready(self) -> Made:
        if self._made is None:
            self._made = self._programs.made(self._checker.source)
        if self._made.fault:
            raise BrokenTests(f"the checker of {self._task_id} cannot be built: {self._made.fault[1]}")
        return self._made
