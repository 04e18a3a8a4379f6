"""Runners: what checks programs in each language that a process needs, another plugin's first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from pytest_codeeval.execution.factory import lacking, make_runner
from pytest_codeeval.execution.runner import Runner
from pytest_codeeval.execution.sandbox.choice import SandboxChoice


class Runners:
    """The runners of a process by language, made when one is first asked for; `hook` is that of pytest."""

    def __init__(self, hook: Any, choice: SandboxChoice) -> None:
        self._hook = hook
        self._choice = choice
        self._made: dict[str, Runner] = {}

    def of(self, language: str) -> Runner:
        """Return the runner of a language.

        Raises UsageError for a language that nobody checks.
        """
        if language not in self._made:
            outside = self._hook.pytest_codeeval_make_runner(language=language)
            self._made[language] = outside or make_runner(language, self._choice)
        return self._made[language]

    def among(self, languages: Iterable[str]) -> Mapping[str, Runner]:
        """Return those of some languages that have been made."""
        return {language: self._made[language] for language in languages if language in self._made}

    def lacking(self, languages: Iterable[str]) -> str:
        """Return what this machine lacks to check languages, in words, but for those that another plugin checks."""
        for language in languages:
            if language not in self._made:
                outside = self._hook.pytest_codeeval_make_runner(language=language)
                if outside is not None:
                    self._made[language] = outside
                elif reason := lacking(language):
                    return reason
        return ""

    def drop(self, language: str) -> None:
        """Have the next check of a language begin with a new runner."""
        with suppress(Exception):  # a run that ends badly must still end
            getattr(self._made.pop(language, None), "close", lambda: None)()

    def close(self) -> None:
        """End what the runners keep running between solutions."""
        for language in list(self._made):
            self.drop(language)
