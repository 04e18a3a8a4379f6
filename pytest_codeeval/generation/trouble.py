"""Trouble: says what goes wrong on the way to a model while it does, each cause at once and then ever more rarely."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.core.text import counted

_FIRST_SILENCE, _LONGEST_SILENCE = 2.0, 120.0  # seconds without a word of the same cause, each twice the last
_KINDS = 8  # causes told apart: a server may word each of its errors otherwise
_LENGTH = 300


@dataclass(slots=True)
class _Cause:
    """How often a cause was met, and until when no more is said of it."""

    calls: int = 0
    silence: float = 0.0
    silent_until: float = 0.0


class Trouble:
    """What goes wrong with one model, in lines that `tell` takes; `label` is its name for the user.

    `reason` is why the last call failed, in few words.

    A spell of trouble begins with a call that failed and may yet succeed. It is over when an answer comes while no
    other request waits to be sent again; that is said too, if the spell was spoken of.
    """

    def __init__(
        self,
        label: str = "",
        tell: Callable[[str], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._label = label
        self._tell = tell
        self._clock = clock
        self.reason = ""
        self._causes: dict[str, _Cause] = {}
        self._waiting: set[str] = set()
        self._begun: float | None = None
        self._calls = 0
        self._told = False

    def failed(self, error: BackendError, keys: Iterable[str], attempt: int, attempts: int, wait: float | None) -> None:
        """Note that a call failed, whose requests are sent again after `wait` seconds, or given up where that is None.

        `attempt` counts from 1, of at most `attempts`.
        """
        now = self._clock()
        self._begun = now if self._begun is None else self._begun
        self._calls += 1
        (self._waiting.difference_update if wait is None else self._waiting.update)(keys)
        said = self._said(error)
        self.reason = f"status {error.status}" if error.status else said.removeprefix(self._label).strip(" :")
        cause = self._cause(error)
        cause.calls += 1
        if now < cause.silent_until:
            return
        cause.silence = min(2 * cause.silence or _FIRST_SILENCE, _LONGEST_SILENCE)
        cause.silent_until = now + cause.silence
        self._told = True
        times = f" ({counted(cause.calls, 'time')} by now)" if cause.calls > 1 else ""
        then = f"given up after {counted(attempt, 'attempt')}"
        if wait is not None:
            then = f"retry {attempt} of {attempts - 1} in {wait:.{0 if wait >= 1 else 1}f} s"
        self._tell(f"codeeval: {said}{times} - {then}")

    @property
    def waiting(self) -> int:
        """How many requests have failed and are sent again; any thread may ask."""
        return len(self._waiting)

    def settled(self, keys: Iterable[str], *, answered: bool) -> None:
        """Note requests that are done with, and whether an answer was among what came of them."""
        self._waiting.difference_update(keys)
        if not answered or self._waiting or self._begun is None:
            return
        if self._told:
            seconds = self._clock() - self._begun
            self._tell(
                f"codeeval: {self._label} answers again, after {counted(self._calls, 'failed call')} in {seconds:.0f} s"
            )
        self._begun, self._calls, self._told = None, 0, False

    def _cause(self, error: BackendError) -> _Cause:
        kind = f"{error.status} {re.sub(r'[0-9]+', '0', str(error))[:_LENGTH]}"
        if kind not in self._causes and len(self._causes) >= _KINDS:
            kind = ""
        return self._causes.setdefault(kind, _Cause())

    def _said(self, error: BackendError) -> str:
        said = " ".join(str(error).split()).rstrip(".")
        said = said if len(said) <= _LENGTH else f"{said[:_LENGTH]}…"
        named = re.search(rf"(?<!\w){re.escape(self._label)}(?!\w)", said)
        return said if named else f"{self._label}: {said}"
