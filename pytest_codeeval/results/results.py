"""Results: the runs that were loaded together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_codeeval.results.run import Run


@dataclass(frozen=True)
class Results:
    """Runs of several models, or of one model several times, in the order in which they were named."""

    runs: tuple[Run, ...]

    @property
    def suites(self) -> tuple[str, ...]:
        """The suites that any run has, without their parts, in the order in which they come first."""
        return tuple(dict.fromkeys(suite for run in self.runs for suite in run.suites))

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield all samples as `samples.jsonl` has them, with the name of the run under `run`."""
        for run in self.runs:
            for row in run.samples():
                yield {"run": run.name} | row | {"run": run.name}  # first, and whatever the row says

    def to_pandas(self, columns: Sequence[str] | None = None) -> Any:
        """Return all samples as a frame of pandas, or those columns of them; JSON values are text in it.

        Raises MissingExtra without pandas, UsageError for a column that there is not.
        """
        from pytest_codeeval.results.frames import pandas_frame

        return pandas_frame(self.rows(), columns)

    def to_polars(self, columns: Sequence[str] | None = None) -> Any:
        """Return the same as a frame of polars. Raises MissingExtra without polars, UsageError likewise."""
        from pytest_codeeval.results.frames import polars_frame

        return polars_frame(self.rows(), columns)
