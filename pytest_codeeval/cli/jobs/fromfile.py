"""OfFile: what a config file says that a run in shards has to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_FILES = (".yaml", ".yml")
_WRITTEN = ("report", "html", "charts")


@dataclass(frozen=True, slots=True)
class OfFile:
    """Its results folder and workers, empty if it names none, and what it has written."""

    results: str = ""
    workers: str = ""
    has_judges: bool = False
    written: tuple[str, ...] = ()

    @classmethod
    def among(cls, words: Sequence[str], named: str) -> OfFile:
        """Read the config file among the arguments of a run, or the one that `--config` has named, if there is any.

        Raises UsageError where it cannot be read.
        """
        name = named or next((word for word in words if not word.startswith("-") and word.endswith(_FILES)), "")
        if not name:
            return cls()
        from pytest_codeeval.config.jobfile import read_job

        job = read_job(Path(name))
        return cls(
            results=str(job.options().get("results", "")),
            workers=job.job.workers or "",
            has_judges=bool(job.job.judges),
            written=tuple(name for name in _WRITTEN if getattr(job.job, name)),
        )
