"""KeptVerdicts: what earlier runs said of the problems of this one, where that still holds."""

from __future__ import annotations

import hashlib
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import pytest_codeeval
from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.result import Result
from pytest_codeeval.plugin.case import Case
from pytest_codeeval.plugin.items import cases_of
from pytest_codeeval.plugin.settings import Settings

if TYPE_CHECKING:
    from pytest_codeeval.reports.checkedfile import CheckedFile
    from pytest_codeeval.reports.keptrows import KeptRows

_PACKAGE = Path(pytest_codeeval.__file__).parent
_HASH = 16


class KeptVerdicts:
    """Reads the results folders of the models; a process of its own may write to them meanwhile."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._by: dict[str, Mapping[str, Any]] = {}
        self._folders: dict[str, tuple[KeptRows, CheckedFile]] = {}
        self._shown_last: tuple[Case, Result] | None = None

    def learn(self, session: pytest.Session) -> None:
        """Find out what verdicts of this run come about by, from the items that it has."""
        beside = list(_conftests(session.config))
        files: defaultdict[str, set[str]] = defaultdict(set)
        known: set[tuple[str, Path]] = set()
        for item in session.items:
            for case in cases_of([item]):
                # All problems of a suite that one file runs come about by the same.
                if (place := (case.suite_name, item.path)) not in known:
                    known.add(place)
                    files[case.suite_name].update([*beside, *_modules(item, case)])
        about = {"pytest-codeeval": pytest_codeeval.__version__, "sandbox": self._settings.sandbox}
        fuzz = {"fuzz": self._settings.fuzz} if self._settings.fuzz else {}
        for suite, paths in files.items():
            self._by[suite] = {**about, **fuzz, "files": _hash_of(paths)}

    def by(self, suite: str) -> Mapping[str, Any]:
        """Return what the verdicts of a suite come about by in this run, as plain JSON values."""
        return self._by.get(suite, {})

    def result(self, case: Case, said: Sequence[Sequence[Completion]], prompt: str) -> Result | None:
        """Return the result of an earlier run, if it was made of the very answers that were `said`, by the same means.

        Where nothing is scored it is whatever is there; UsageError is raised where there is nothing.
        """
        settings = self._settings
        if not settings.checks:
            return self._shown(case, prompt)
        if not settings.keeps_verdicts or case.scorer.battles:  # which hangs on what others answered
            return None
        from pytest_codeeval.reports.keptresult import result_of  # here and below: few runs read what stands

        rows, checked = self._folder(case)
        found = rows.of(case.suite_name, case.problem.task_id, len(case.requests))
        if len(said) != len(found) or not checked.is_by(found, self.by(case.suite_name)):
            return None
        return result_of(found, prompt, settings.pass_if, said)

    def has(self, case: Case) -> bool:
        """Whether there is a verdict on a problem, by whatever means."""
        rows, _ = self._folder(case)
        return bool(rows.of(case.suite_name, case.problem.task_id, len(case.requests)))

    def turns(self, case: Case) -> list[tuple[Completion, ...]]:
        """Return the answers that stand with the verdicts on a problem.

        Raises UsageError where there are none.
        """
        return [sample.completions for sample in self._shown(case, "").samples]

    def _shown(self, case: Case, prompt: str) -> Result:
        from pytest_codeeval.reports.keptresult import result_of

        if self._shown_last and self._shown_last[0] is case:  # its answers are asked for first, then its verdicts
            return replace(self._shown_last[1], prompt=prompt)
        rows, _ = self._folder(case)
        found = result_of(
            rows.of(case.suite_name, case.problem.task_id, len(case.requests)), prompt, self._settings.pass_if
        )
        if found is None:
            raise UsageError(
                f"{case.problem.task_id} has no verdict yet on what {case.spec.label} answered; --stage=check brings it"
            )
        self._shown_last = case, found
        return found

    def _folder(self, case: Case) -> tuple[KeptRows, CheckedFile]:
        from pytest_codeeval.reports.checkedfile import CheckedFile
        from pytest_codeeval.reports.folder import SAMPLES
        from pytest_codeeval.reports.keptrows import KeptRows

        label = case.spec.label
        if label not in self._folders:
            folder = Path(self._settings.results) / case.spec.folder
            self._folders[label] = KeptRows(folder / SAMPLES), CheckedFile(folder)
        return self._folders[label]


def _conftests(config: pytest.Config) -> Iterator[str]:
    """Yield the files of the conftests, which may stand in for fixtures."""
    for plugin in config.pluginmanager.get_plugins():
        path = getattr(plugin, "__file__", None) or ""
        if Path(path).name == "conftest.py":
            yield path


def _modules(item: pytest.Item, case: Case) -> Iterator[str]:
    """Yield the files that say how a suite of somebody else is put and scored."""
    names = (getattr(part, "__module__", "") for part in (type(case.suite.scorer), case.suite.load, case.suite.prompt))
    files = [str(item.path), *(getattr(sys.modules.get(name), "__file__", None) or "" for name in names)]
    yield from (file for file in files if file and not Path(file).is_relative_to(_PACKAGE))


def _hash_of(paths: set[str]) -> str:
    """Return a hash of what files hold, wherever they are."""
    found = []
    for path in paths:
        try:
            found.append(hashlib.sha256(Path(path).read_bytes()).hexdigest())
        except OSError:
            found.append(path)
    return hashlib.sha256("".join(sorted(set(found))).encode()).hexdigest()[:_HASH] if found else ""
