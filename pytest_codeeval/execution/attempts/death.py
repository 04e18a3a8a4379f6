"""Death: what it says of a solution that its process ended before the tests did."""

import re
import signal

from pytest_codeeval.core.text import printable
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.sandbox.slotclient import Ended

_CAUSES = {
    signal.SIGXFSZ: (Cause.OUTPUT, "wrote a file that is larger than may be"),
    signal.SIGSYS: (Cause.TAMPERING, "made a system call that is not allowed"),
}
# What runtimes say before they end themselves by a signal: V8, Rust, C++, the JVM, Go.
_OUT_OF_MEMORY = re.compile(
    rb"[^\n]{0,200}(?:out of memory|invalid size error|invalid array length|insufficient memory|cannot allocate memory"
    rb"|memory allocation of \d+ bytes failed|std::bad_alloc|std::bad_array_new_length)[^\n]{0,100}",
    re.IGNORECASE,
)


def ran_out_of_memory(errors: bytes) -> str:
    """Return the line in which a program that was killed said that it got no memory, empty if there is none."""
    found = _OUT_OF_MEMORY.search(errors)
    return " ".join(printable(found[0].decode("utf-8", "replace")).split()) if found else ""


def cause_of(ended: Ended, cpu_limit: float) -> tuple[Cause, str, bool]:
    """Return the cause, a sentence, and whether the run is to be done again before it counts."""
    if ended.overflown:
        return Cause.OUTPUT, "its files outgrew the scratch folder", False
    if not ended.by_itself:
        return Cause.TAMPERING, "closed the pipe on which its calls are answered", False
    if ended.code >= 0:
        return Cause.TAMPERING, f"ended its process (exit status {ended.code}) before the tests were done", False
    number = -ended.code
    if number in _CAUSES:
        return *_CAUSES[signal.Signals(number)], False
    # The kernel's clock for the limit runs a little ahead of the one it reports by.
    if number in (signal.SIGKILL, signal.SIGXCPU) and ended.cpu_seconds > 0.9 * cpu_limit:
        return Cause.CPU_TIME, f"used more than {cpu_limit:g} s of CPU time", True
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    # Where memory runs out on the whole machine the kernel kills somebody, which need not be who took it.
    return Cause.CRASHED, f"killed by {name}", number == signal.SIGKILL
