"""What writes further files at the end of a run: the page, the charts, and scores in the form of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.plugin.arenaend import ArenaAtEnd

if TYPE_CHECKING:
    from pytest_codeeval.plugin.charts import ChartsAtEnd
    from pytest_codeeval.plugin.lmeval import LmEvalAtEnd
    from pytest_codeeval.plugin.report import ReportAtEnd

    Writer = ArenaAtEnd | ReportAtEnd | ChartsAtEnd | LmEvalAtEnd


def writers(config: pytest.Config) -> dict[str, Writer]:
    """Return those that were asked for, by the names that pytest knows them by.

    Raises UsageError where one of them could not write what it is to.
    """
    found = {
        "codeeval-arena": ArenaAtEnd(config.getoption("codeeval_results")),
        "codeeval-report": _report(config),
        "codeeval-charts": _charts(config),
        "codeeval-output": _output(config),
    }
    return {name: writer for name, writer in found.items() if writer is not None}


def _report(config: pytest.Config) -> ReportAtEnd | None:
    path = config.getoption("codeeval_report")
    if path is None:
        return None
    if not path:  # such as that of a variable which is not set
        raise UsageError("--report names no file; give it one, such as report.html.")
    from pytest_codeeval.plugin.report import ReportAtEnd

    return ReportAtEnd(path, config.getoption("htmlpath", None))


def _charts(config: pytest.Config) -> ChartsAtEnd | None:
    path = config.getoption("codeeval_charts")
    if path is None:
        return None
    if not path:
        raise UsageError("--charts names no folder; give it one, such as charts.")
    from pytest_codeeval.plugin.charts import ChartsAtEnd

    return ChartsAtEnd(path)


def _output(config: pytest.Config) -> LmEvalAtEnd | None:
    path, samples = config.getoption("codeeval_output"), bool(config.getoption("codeeval_log_samples"))
    if path is None:
        if samples:
            raise UsageError(
                "--log-samples writes samples beside the file of --output; name one, as in --output=r.json."
            )
        return None
    if not path:
        raise UsageError("--output names no file; give it one, such as results.json.")
    from pytest_codeeval.plugin.lmeval import LmEvalAtEnd

    return LmEvalAtEnd(path, samples=samples)
