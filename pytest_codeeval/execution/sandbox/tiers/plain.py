"""Plain: limits and clean-up, and no isolation at all; for machines that can do no better."""

import os
from contextlib import suppress

from pytest_codeeval.execution.sandbox import kernel
from pytest_codeeval.execution.sandbox.descendants import Death, kill_and_reap, kill_rest
from pytest_codeeval.execution.sandbox.limits import Limits
from pytest_codeeval.execution.sandbox.rlimits import lower_for_all
from pytest_codeeval.execution.sandbox.runtime import Runtime
from pytest_codeeval.execution.sandbox.tiers.folder import Folder, overflows


class Plain:
    """A folder of its own and limits; files, network and other processes of the user stay within reach."""

    name = "plain"
    watches_scratch = True
    numbers_tell = False  # they are the machine's

    def __init__(self, runtime: Runtime, limits: Limits, *, counted: bool = False) -> None:
        del runtime, counted  # neither enforced nor of any difference
        self._limits = limits
        self._folder: Folder | None = None

    def enter(self) -> None:
        """Make the scratch folder; see Tier."""
        with suppress(OSError):
            kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
        self._folder = Folder()
        lower_for_all(self._limits)

    def confine(self) -> None:
        """Limit this process; see Tier."""
        os.setsid()
        os.chdir(self._made().path)

    def kill(self, pid: int) -> Death:
        """Kill and reap what can be found; see Tier."""
        return kill_and_reap(pid)

    def restore(self) -> None:
        """Empty the scratch folder, or have another; see Tier."""
        folder = self._made()
        if not folder.restore():
            folder.leave()
            self._folder = Folder()

    def is_pristine(self) -> bool:
        """Tell whether nobody changed the scratch folder; see Tier."""
        return self._made().is_pristine()

    def overflown(self) -> bool:
        """Tell whether the files in the scratch folder are more than allowed."""
        return overflows(self._made().path, self._limits.scratch)

    def close(self) -> None:
        """Kill what is left, if anything, and remove the scratch folder."""
        if self._folder is not None:
            kill_rest()
            self._folder.leave()
            self._folder = None

    def _made(self) -> Folder:
        if self._folder is None:
            raise RuntimeError("enter() comes first")
        return self._folder
