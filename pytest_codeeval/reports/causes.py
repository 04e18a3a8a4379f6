"""Causes: why samples failed, how often each way, and the first failing line of one of each."""

from __future__ import annotations

from collections import Counter

from pytest_codeeval.core.result import Result, Sample
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.reports.table import WIDTH

_SHOWN = 8
_Key = tuple[str, str, str]


class Causes:
    """Counts the causes of all failed samples, by problem, so that a problem that is run again counts once."""

    def __init__(self) -> None:
        self._counts: dict[_Key, Counter[str]] = {}
        self._examples: dict[str, tuple[str, str]] = {}

    def add(self, nodeid: str, result: Result) -> None:
        """Take in what came of an item."""
        failed = [sample for sample in result.samples if sample.score.passed is False]
        key = result.model, result.suite, result.task_id
        self._counts.pop(key, None)
        if failed:
            self._counts[key] = Counter(sample.score.cause for sample in failed)
        for sample in failed:
            known = self._examples.get(sample.score.cause)
            # Not the first to arrive: with several workers that is another one each time.
            if known is None or (len(nodeid), nodeid) < (len(known[0]), known[0]):
                self._examples[sample.score.cause] = nodeid, _first_line(sample)

    def lines(self) -> list[str]:
        """Return the list as text, the commonest cause first, safe to print."""
        total = sum(self._counts.values(), Counter[str]())
        if not total:
            return []
        lines = [f"{counted(total.total(), 'sample')} failed, by cause, with the first failing line of one:"]
        shown = sorted(total.items(), key=lambda found: (-found[1], found[0]))
        wide = max(len(cause) for cause, _ in shown[:_SHOWN])
        digits = len(str(shown[0][1]))
        for cause, count in shown[:_SHOWN]:
            nodeid, line = self._examples[cause]
            head = f"  {count:>{digits}}  {cause.replace('_', ' '):{wide}}  "
            lines.append(head + (_shortened(line, WIDTH - len(head)) or "(nothing more was said)"))
            lines.append(" " * len(head) + _shortened(nodeid, 2 * WIDTH))
        if len(shown) > _SHOWN:
            rest = sum(count for _, count in shown[_SHOWN:])
            lines.append(f"  and {counted(len(shown) - _SHOWN, 'more cause')} ({counted(rest, 'sample')})")
        return lines


def _first_line(sample: Sample) -> str:
    """The line of the tests that failed, or the exception: of a traceback that is its last line."""
    lines = [line.strip() for line in sample.score.detail.splitlines() if line.strip()]
    if not lines:
        return ""
    return lines[-1 if lines[0].startswith("Traceback (most recent call last)") else 0]


def _shortened(text: str, width: int) -> str:
    safe = " ".join(printable(text[: 4 * WIDTH]).split())
    return safe if len(safe) <= width else f"{safe[: width - 1]}…"
