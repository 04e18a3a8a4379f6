"""Tools with judges for tests: they say what they are told to, in turn, and what they were asked is noted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pytest_codeeval.core.completion import Completion, Message, SamplingParams
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Verdict

Said = str | Completion | Callable[[Sequence[Message]], str]


class Judges:
    """The `Tools` of a scorer; a judge whose words run out repeats the last ones."""

    thinking_marks: Sequence[tuple[str, str]] = ()

    def __init__(self, *said: Said, judges: Sequence[str] = ("judge",), script: Callable[[str], str] | None = None):
        self._said = list(said)
        self._script = script
        self.judges = judges
        self.asked: list[tuple[str, list[Message]]] = []

    def run(self, problem: Problem, code: str) -> Verdict:
        raise AssertionError("a judge runs nothing")

    def ask(
        self, judge: str, messages: Sequence[Message], params: SamplingParams, script: str = "", again: int = 0
    ) -> Completion:
        self.asked.append((judge, list(messages)))
        if self._script:
            return Completion(self._script(script), finish_reason="stop")
        said = self._said.pop(0) if len(self._said) > 1 else self._said[0]
        if callable(said):
            said = said(messages)
        return said if isinstance(said, Completion) else Completion(said, finish_reason="stop")

    @property
    def shown(self) -> str:
        """What the first judge was shown."""
        return self.asked[0][1][1]["content"]
