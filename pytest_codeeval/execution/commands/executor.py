"""Executor: the program of the process that becomes a command of a solution's, with files laid out for it."""

import fcntl
import os
import signal
from collections.abc import Sequence

from pytest_codeeval.execution.commands.framing import environment, laid_out

_NOT_EXECUTED = 127
_ABOVE, _PAST_ALL = 64, 65536


def main(descriptors: Sequence[int]) -> None:
    """Read the job from the first descriptor and become its command; the others become 1, 2 and 3. Does not return."""
    job, *outputs = descriptors
    header = laid_out(job)
    become(header["argv"], header["env"], outputs, header.get("reads", ""))


def become(argv: Sequence[str], wanted: dict[str, str], outputs: Sequence[int], reads: str = "") -> None:
    """Execute a command in this process, its outputs on 1 and upwards; does not return.

    It reads the file `reads`, which is taken out of the folder, or nothing.
    """
    try:
        found = (os.open(reads or os.devnull, os.O_RDONLY), *outputs)
        if reads:
            os.unlink(reads)
        # First above all numbers that they are to have, so that none is overwritten before it has been copied.
        above = [fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _ABOVE) for descriptor in found]
        for place, descriptor in enumerate(above):
            os.dup2(descriptor, place)
        os.closerange(len(outputs) + 1, _PAST_ALL)
        for number in (signal.SIGPIPE, signal.SIGXFSZ):  # which Python ignores, and so would the command
            signal.signal(number, signal.SIG_DFL)
        here = os.getcwd()
        argv = [part.replace("{here}", here) for part in argv]
        os.execve(argv[0], argv, environment(wanted))
    finally:
        os._exit(_NOT_EXECUTED)
