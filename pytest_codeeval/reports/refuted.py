"""Refuted: programs that passed their tests and differ from the canonical solution on another input."""

from __future__ import annotations

from pytest_codeeval.core.result import Result
from pytest_codeeval.core.text import counted, printable

_SHOWN = 10
_LONGEST = 300
_Key = tuple[str, str, str]


class Refuted:
    """Keeps the first counterexample of each problem, so that a problem that is run again counts once."""

    def __init__(self) -> None:
        self._found: dict[_Key, tuple[int, int, str]] = {}

    def add(self, result: Result) -> None:
        """Take in what came of an item."""
        key = result.model, result.suite, result.task_id
        self._found.pop(key, None)
        failed = [sample for sample in result.samples if sample.score.fuzz == "failed"]
        if failed:
            self._found[key] = len(failed), failed[0].index, failed[0].score.counterexample

    def lines(self) -> list[str]:
        """Return the list as text, in the order of the tasks, safe to print."""
        if not self._found:
            return []
        count = sum(number for number, _, _ in self._found.values())
        lines = [f"{counted(count, 'sample')} passed the tests and not --fuzz, with the input of one a problem:"]
        for (model, suite, task_id), (_, index, said) in sorted(self._found.items())[:_SHOWN]:
            lines.append(f"  {printable(f'{model} {suite} {task_id} sample {index}')}")
            lines.append(f"    {printable(said, limit=_LONGEST)}")
        if len(self._found) > _SHOWN:
            lines.append(f"  and {counted(len(self._found) - _SHOWN, 'more problem')}, see the results")
        return lines
