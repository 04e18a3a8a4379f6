"""PythonScripts: solutions in Python, each input a fork of a process that has compiled them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts.cases import Output, input_text
from pytest_codeeval.execution.inputoutput.ran import Made, Ran
from pytest_codeeval.execution.inputoutput.scripts import RUN, script
from pytest_codeeval.execution.languages.pythonserver import PythonServer
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.shared_exclusive_lock import SharedExclusiveLock

_MOST_AT_ONCE = 16
_LINE = re.compile(r" \(line [0-9]+ of the solution\)\Z")
_FINER = {"ModuleNotFoundError": Cause.IMPORT_MISSING, "MemoryError": Cause.MEMORY}


class PythonScripts:
    """Runs scripts in the slot of solutions; what they are expected to write is in no process that they could see."""

    def __init__(self, choice: SandboxChoice) -> None:
        """Nothing is started before the first solution."""
        self._server = PythonServer(choice)
        self._alone = SharedExclusiveLock(choice.locks)

    @property
    def is_strong(self) -> bool:
        """Whether programs are isolated, as is known once one was run."""
        return self._server.is_strong

    def made(self, code: str) -> Made:
        """Return the program that runs the script; what is wrong with it is found out when it is loaded."""
        return Made(script(code).encode("utf-8", "surrogatepass"))

    def runs(self, made: Made, inputs: Sequence[str], cpu_seconds: float) -> Iterator[Ran]:
        """Yield what comes of each input; few are run ahead at first, as most programs that are wrong are so soon."""
        done, size = 0, 1
        while done < len(inputs):
            some = inputs[done : done + size]
            with self._alone.beside():
                found = self._outputs(made, some, cpu_seconds)
            for given, output in zip(some, found, strict=True):
                ran = _ran(output, cpu_seconds)
                if ran.cause is Cause.CPU_TIME and len(some) > 1:  # others may have taken it
                    with self._alone.beside():
                        ran = _ran(self._outputs(made, [given], cpu_seconds)[0], cpu_seconds)
                if ran.doubtful:
                    with self._alone.alone():
                        ran = _ran(self._outputs(made, [given], cpu_seconds)[0], cpu_seconds)
                yield ran
            done += size
            size = min(4 * size, _MOST_AT_ONCE)

    def close(self) -> None:
        """End the server; a later run starts another."""
        self._server.close()
        self._alone.close()

    def _outputs(self, made: Made, inputs: Sequence[str], cpu_seconds: float) -> list[Output]:
        source, texts = made.solution, [input_text([given]) for given in inputs]
        if not isinstance(source, bytes):
            raise TypeError("no script that was made here")
        # Two of them may use up their time, and the others are not waited for; a second is to be loaded in.
        total = cpu_seconds * min(len(inputs), 2) + 1.0
        return self._server.outputs(source, RUN, texts, cpu_seconds, total, digests=False)


def _ran(output: Output, limit: float) -> Ran:
    if output.value is None:
        cause, detail = output.cause, output.detail
        if detail.startswith("RuntimeError: the script "):  # the line that is named behind it is of what ran the script
            detail = _LINE.sub("", detail.removeprefix("RuntimeError: "))
        if cause is Cause.EXCEPTION:
            cause = next((finer for name, finer in _FINER.items() if f": {name}" in detail), cause)
        # Where memory runs out on the whole machine the kernel kills somebody, which need not be who took it.
        doubtful = cause in (Cause.WALL_TIME, Cause.CRASHED) or "ended by signal 9" in detail
        return Ran("", cause, detail, output.cpu_seconds, doubtful=doubtful)
    match json.loads(output.value):
        case [str(text), int(seconds) | float(seconds), int(size)] if 0 <= seconds < math.inf:
            if seconds > limit:  # it was done before anybody looked
                return Ran("", Cause.CPU_TIME, f"used more than {limit:g} s of CPU time", float(seconds))
            return Ran(text, cpu_seconds=float(seconds), max_rss=size)
    return Ran("", Cause.TAMPERING, "wrote something else where its output is read", output.cpu_seconds)
