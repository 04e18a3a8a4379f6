"""Proof: that a language's tools work in the sandbox at all, before what they say counts against a solution."""

from __future__ import annotations

from collections.abc import Callable

from pytest_codeeval.core.errors import SandboxError
from pytest_codeeval.core.verdict import Cause, Verdict

_EVIDENT = (Cause.CPU_TIME, Cause.MEMORY, Cause.OUTPUT)
"""What a solution does by itself: no tool that does not work computes, takes memory or writes without end."""


class Proof:
    """Tools are taken to work once a solution has passed; where the first ones fail, one that is right is tried."""

    def __init__(self, language: str, trial: Callable[[], Verdict]) -> None:
        """`trial` returns the verdict on a solution that is known to be right."""
        self._language = language
        self._trial = trial
        self._given = False

    def weighed(self, verdict: Verdict) -> Verdict:
        """Return a verdict that counts. Raises SandboxError where a right solution fails as well."""
        if not (self._given or verdict.passed or verdict.cause in _EVIDENT):
            tried = self._trial()
            if not tried.passed:
                said = tried.detail.partition("\n")[0] or tried.cause.value
                raise SandboxError(f"the tools for {self._language} do not work in the sandbox: {said}")
        self._given = self._given or verdict.cause not in _EVIDENT
        return verdict
