"""Tally: how many tests of a module were run, and how many were skipped."""

from dataclasses import dataclass


@dataclass(slots=True)
class Tally:
    """What was run so far; tests that are skipped are none."""

    ran: int = 0
    skipped: int = 0

    def demand(self) -> None:
        """Raise AssertionError where there were tests and all of them were skipped."""
        if self.skipped and not self.ran:
            raise AssertionError(f"all tests were skipped ({self.skipped})")
