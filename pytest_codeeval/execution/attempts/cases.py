"""Cases: calls of one function, what each has to return, and how long it may take."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, chain, pairwise
from typing import Any, NamedTuple

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.grading.codec import encode

# Seconds of CPU time. EvalPlus gives a second of wall time, and a busy machine takes twice the CPU time for the same.
_LEAST, _FACTOR = 2.0, 4.0
_MOST = 61.0
_MOMENT = 0.2  # CPU seconds: most calls take a thousandth, and what takes more may never end
_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Output:
    """What came of one call: the value in the codec's terms as JSON text, which equal values need not share.

    Where there is no value, `cause` and `detail` say why: an exception, a limit, or that nothing was left to try it.
    """

    value: str | None
    cause: Cause = Cause.PASSED
    detail: str = ""
    cpu_seconds: float = 0.0


class Known(NamedTuple):
    """What a right program returns for each input, see `Output.value`, and the CPU seconds that it took."""

    values: tuple[str, ...]
    seconds: tuple[float, ...]


@dataclass(frozen=True)
class Cases:
    """Inputs and outputs in the codec's terms, as JSON texts: of an input the list of its arguments.

    An input may take so many `seconds` of CPU time, and all together `least`, however few they are given. `rule` and
    `atol` say when an output is as good as the expected one; see grading.rules. `starts` are the numbers of the inputs
    that other cases, put together in these, begin with. `moments` are what would do for nearly all programs that are
    right.
    """

    entry_point: str
    inputs: tuple[str, ...]
    expected: tuple[str, ...]
    seconds: tuple[float, ...]
    rule: str = "equal"
    atol: float = 0.0
    starts: tuple[int, ...] = ()
    moments: tuple[float, ...] = ()
    least: float = 0.0

    @property
    def most(self) -> float:
        """CPU seconds that all inputs come to."""
        return sum(self.seconds) + 1

    @property
    def total(self) -> float:
        """CPU seconds that they may take together, if nobody says how many."""
        return self.within(_MOST)

    def within(self, cpu_seconds: float) -> float:
        """Return how many CPU seconds they may take together of those that anything may take."""
        return max(min(self.most, cpu_seconds), self.least)

    @cached_property
    def job(self) -> bytes:
        """All that the process that compares has to know."""
        head = json.dumps(
            {"entry_point": self.entry_point, "rule": self.rule, "atol": self.atol, "starts": self.starts}
        )
        return in_lines([head, *self.inputs, *self.expected])

    @cached_property
    def digests(self) -> list[int]:
        """The numbers of the inputs whose outputs are told by digests."""
        if '{"#"' not in "".join(self.expected):
            return []
        return [number for number, text in enumerate(self.expected) if text.startswith('{"#"')]

    @cached_property
    def slow(self) -> list[int]:
        """The numbers of the inputs that may take another time than the one before, or that begin a part of them."""
        pairs = enumerate(pairwise(self.seconds), 1)
        return sorted({*(number for number, (before, seconds) in pairs if seconds != before), *self.starts})

    @cached_property
    def digest(self) -> bytes:
        """What they are told apart by."""
        return hashlib.sha256(self.job).digest()


def cases_of(
    entry_point: str, inputs: Sequence[str], outputs: Sequence[Output], rule: str = "equal", atol: float = 0.0
) -> Cases:
    """Return cases of the outputs of a program, see `cases_from`; inputs that have none are left out."""
    found = [(text, out) for text, out in zip(inputs, outputs, strict=True) if out.value is not None]
    known = Known(tuple([str(out.value) for _, out in found]), tuple([out.cpu_seconds for _, out in found]))
    return cases_from(entry_point, [text for text, _ in found], known, rule, atol)


def cases_from(entry_point: str, inputs: Sequence[str], known: Known, rule: str = "equal", atol: float = 0.0) -> Cases:
    """Return cases of what a right program returns for each input.

    An input may take four times as long as it did, and two seconds at least; all together four times as long as well.
    """
    return Cases(
        entry_point,
        tuple(inputs),
        known.values,
        _limits(_LEAST, known.seconds),
        rule,
        atol,
        moments=_limits(_MOMENT, known.seconds),
        least=_FACTOR * sum(known.seconds),
    )


def _limits(least: float, taken: Sequence[float]) -> tuple[float, ...]:
    """Return a multiple of the seconds that each call has taken, or the `least`; mostly that is so for all of them."""
    if _FACTOR * max(taken, default=0.0) <= least:
        return (least,) * len(taken)
    return tuple([max(least, _FACTOR * seconds) for seconds in taken])


def together(parts: Sequence[Cases]) -> Cases:
    """Return the cases of parts as one; all have the same function and rule.

    Inputs behind the first part are given a moment only: what fails among them is run again in its own part.
    """
    first, *others = parts
    seconds = (*first.seconds, *chain.from_iterable(part.moments for part in others))
    return replace(
        parts[0],
        inputs=tuple(chain.from_iterable(part.inputs for part in parts)),
        expected=tuple(chain.from_iterable(part.expected for part in parts)),
        seconds=seconds,
        starts=tuple(accumulate(len(part.inputs) for part in parts[:-1])),
        least=sum(part.least for part in parts),
    )


def input_text(arguments: Sequence[Any]) -> str:
    """Return the arguments of a call in the codec's terms. Raises ValueError for a value that is on no list."""
    return _dumps([encode(value, _refuse) for value in arguments])


def in_lines(texts: Iterable[str]) -> bytes:
    """Return texts that JSON keeps on a line each."""
    return "\n".join(texts).encode("utf-8", "surrogatepass")


def _refuse(value: Any) -> Any:
    raise ValueError(f"no value that could be passed: {type(value).__name__}")
