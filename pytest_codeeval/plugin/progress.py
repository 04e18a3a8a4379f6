"""Progress: how far a run has come, how fast it is and what it costs, in a few words."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from pytest_codeeval.core.column import Total, price
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.generation.traffic import Traffic

_WINDOW = 60.0
"""Seconds over which speeds are taken: a run that goes on has its stored answers at once, and then slows down."""
_TELLING = 5.0  # seconds before which a speed says nothing
PATIENCE = 15.0
"""Seconds without an answer before that is said: a model may think, and a server may hang."""
_LONGEST, _REASON = 400, 60


@dataclass(frozen=True, slots=True)
class Words:
    """What there is to say, the most important first; `share` is how much of the problems is done, from 0 to 1."""

    parts: tuple[str, ...]
    share: float

    def __str__(self) -> str:
        return ", ".join(self.parts)


class Progress:
    """Counts the items of the models with these `labels`, which their ids begin with, and watches the traffic."""

    def __init__(
        self, labels: Collection[str], traffic: Callable[[], Traffic], clock: Callable[[], float] = time.monotonic
    ) -> None:
        # As pytest writes them: an id is ASCII, unless the user wants it otherwise.
        escaped = [label.encode("unicode_escape", "surrogatepass").decode("ascii") for label in labels]
        self._marks = tuple(f"[{label}-" for label in (*labels, *escaped))
        self._traffic = traffic
        self._clock = clock
        self._left: set[str] = set()
        self._total = 0
        self._silence = 0.0
        self._waits = False
        self._heard = 0.0, 0  # when there was last an answer or nothing to wait for, and how many answers by then
        self._seen: deque[tuple[float, int, int, int]] = deque()  # when, and done, answers and tokens by then

    def expect(self, nodeids: Iterable[str]) -> None:
        """Learn which items will run; from one of several processes, as all have the same."""
        if not self._total:
            self._left = {nodeid for nodeid in nodeids if any(mark in nodeid for mark in self._marks)}
            self._total = len(self._left)

    def ended(self, nodeid: str) -> None:
        """Note an item that has come to its end."""
        self._left.discard(nodeid)

    @property
    def silence(self) -> float:
        """For how many seconds requests have been in flight of which none was answered, as of the last words."""
        return self._silence

    def words(self) -> Words | None:
        """Say how things stand; None if nothing is known to be under way."""
        traffic, now, done = self._traffic(), self._clock(), self._total - len(self._left)
        if not self._waits or not traffic.in_flight or traffic.answers != self._heard[1]:
            self._heard = now, traffic.answers
        self._waits = traffic.in_flight > 0
        self._silence = now - self._heard[0]
        if not (self._total or traffic.answers or traffic.in_flight or traffic.waiting):
            return None
        self._seen.append((now, done, traffic.answers, traffic.tokens))
        while len(self._seen) > 2 and now - self._seen[1][0] >= _WINDOW:
            self._seen.popleft()
        parts = [f"{done:,} of {counted(self._total, 'problem')}"] if self._total else []
        parts += [
            *self._time_left(done),
            *_under_way(traffic, self._silence),
            *self._cost(traffic, done),
            *self._speeds(),
        ]
        return Words(tuple(parts), done / self._total if self._total else 0.0)

    def _time_left(self, done: int) -> list[str]:
        (begun, before, *_), (now, *_) = self._seen[0], self._seen[-1]
        if not self._left or done == before or now - begun < _TELLING:
            return []
        seconds = round(len(self._left) * (now - begun) / (done - before))
        hours, minutes = seconds // 3600, seconds // 60 % 60
        return [f"about {f'{hours}:{minutes:02d}' if hours else minutes}:{seconds % 60:02d} left"]

    def _cost(self, traffic: Traffic, done: int) -> list[str]:
        if traffic.cost is None:
            return []
        # What judges are asked is known problem by problem only.
        judged = traffic.unforeseen * self._total / done if done else traffic.unforeseen
        expected = max(traffic.cost, traffic.expected + judged)
        said = f"cost {_dollars(traffic.cost)}"
        return [f"{said} of about {_dollars(expected)}" if traffic.answers and expected > traffic.cost else said]

    def _speeds(self) -> list[str]:
        (begun, _, *before), (now, _, *after) = self._seen[0], self._seen[-1]
        if now - begun < 1:
            return []
        answers, tokens = ((last - first) / (now - begun) for first, last in zip(before, after, strict=True))
        said = [f"{answers:.1f} answers/s"] if answers else []
        return said + ([f"{tokens:,.0f} tokens/s"] if tokens else [])


def _under_way(traffic: Traffic, silence: float) -> list[str]:
    reason = " ".join(printable(traffic.reason[:_LONGEST]).split())
    why = f" ({reason[: _REASON - 1]}…)" if len(reason) > _REASON else f" ({reason})"
    said = [f"{traffic.waiting:,} to be sent again{why}"] if traffic.waiting else []
    said += [f"without {printable(', '.join(traffic.left_out), limit=_REASON)}"] if traffic.left_out else []
    said += [f"{traffic.in_flight:,} in flight"] if traffic.in_flight else []
    return said + ([f"none answered for {silence:.0f} s"] if silence >= PATIENCE else [])


def _dollars(cost: float) -> str:
    return price(Total(cost, 1))
