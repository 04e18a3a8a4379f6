"""Crashes: an item whose worker died is tried once more, in another worker; and workers that cannot be had at all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from pytest_codeeval.core.errors import CodeEvalError

if TYPE_CHECKING:
    from xdist.scheduler import Scheduling

DIED = "???"
"""The phase that pytest-xdist gives to an item whose worker died."""
_RERUN = "rerun"
"""The outcome that pytest-rerunfailures has made known to other plugins."""

_REMEDY = "run the same command again to try it once more, its answers are kept"


class Crashes:
    """Hooks of the controller; `labels` are those of the models, which the ids of our items begin with.

    `lost` is called at the end with the id of each item that no worker was left for, and why it has no result.
    What killed a worker is seldom the item's doing: the kernel's want of memory, or somebody's mistake. Its answers are
    kept. An item that has brought its result already is not tried again, as it would be counted twice.
    """

    def __init__(self, labels: Collection[str], lost: Callable[[str, str], None]) -> None:
        self._labels = labels
        self._lost = lost
        self._waiting: set[str] = set()  # by node id
        self._settled: set[str] = set()  # by node id: ended, or tried again

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionstart(self) -> Generator[None]:
        """Say in a sentence why there are no workers, which pytest-xdist starts now."""
        try:
            yield
        except CodeEvalError as error:
            raise pytest.UsageError(str(error)) from None
        except (OSError, EOFError, RuntimeError) as error:
            if isinstance(error, RuntimeError) and "new thread" not in str(error):
                raise
            raise pytest.UsageError(
                f"no workers can be had ({error}); ask for fewer (-n), or allow this user more processes (ulimit -u)."
            ) from None

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note an item that has come to its end, or would not run."""
        if report.when == "call" or (report.when == "setup" and not report.passed):
            self._settled.add(report.nodeid)
            self._waiting.discard(report.nodeid)

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str, report: pytest.TestReport, sched: Scheduling) -> None:
        """Put the item of a dead worker first in the queue, if it was not before; else say what can be done."""
        if not any(f"[{label}-" in crashitem for label in self._labels):
            return
        if crashitem not in self._settled:
            self._settled.add(crashitem)
            with suppress(
                NotImplementedError, OSError
            ):  # of ways to distribute that cannot, and of other dying workers
                sched.mark_test_pending(crashitem)
                self._waiting.add(crashitem)
                report.outcome = _RERUN  # type: ignore[assignment]
                return
        self._waiting.discard(crashitem)
        report.longrepr = f"{report.longrepr}; {_REMEDY}"

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self) -> Generator[None]:
        """Say which items were to be tried again and could not be, before the scores are written."""
        for item in sorted(self._waiting):
            self._lost(item, f"its worker died, and none was left to try it again; {_REMEDY}")
        yield

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Show an item that is tried again as neither passed nor failed."""
        if report.when == DIED and report.outcome == _RERUN:
            return _RERUN, "R", "RERUN"
        return None
