"""Death: what it says of a solution that its process ended before the tests did."""

import signal

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.sandbox.client import Ended

_CAUSES = {
    signal.SIGXFSZ: (Cause.OUTPUT, "wrote a file that is larger than may be"),
    signal.SIGSYS: (Cause.TAMPERING, "made a system call that is not allowed"),
}


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
