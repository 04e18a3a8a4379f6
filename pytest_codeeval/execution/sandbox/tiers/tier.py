"""Tier: one way to keep a solution from everything but its own scratch folder."""

import resource
from typing import Protocol

from pytest_codeeval.execution.sandbox.unavailable import Unavailable

__all__ = ["Tier", "Unavailable"]


class Tier(Protocol):
    """Isolates the children of one supervisor, a process with a single thread, one child after the other."""

    name: str
    watches_scratch: bool
    """Whether the scratch folder has no quota, so that somebody has to ask from time to time how full it is."""

    numbers_tell: bool
    """Whether the number of a process tells how many there were in the programs before, in this slot alone."""

    def enter(self) -> None:
        """Prepare the supervisor, once and for good; raises Unavailable where the machine cannot do it.

        May fork: it then returns, or raises, in the inner process, and the outer one waits and exits like it.
        """

    def confine(self) -> None:
        """Lock up the process just forked by the supervisor; it then works in the scratch folder."""

    def kill(self, pid: int) -> tuple[int, resource.struct_rusage]:
        """Kill and reap all that descends from the supervisor, and tell how `pid` ended."""

    def restore(self) -> None:
        """Make everything as the next program is to find it, when all have been killed.

        Raises OSError if that cannot be done: nothing may be run here any more.
        """

    def is_pristine(self) -> bool:
        """Tell whether the scratch folder is as a program finds it; cheap, and to be asked while one runs."""

    def overflown(self) -> bool:
        """Tell whether the files in the scratch folder are more than allowed; for a tier that says to ask."""

    def close(self) -> None:
        """End what still runs and remove what is kept on disk, when the supervisor is done, even amid a run."""
