"""Cases: calls of one function, what each has to return, and how long it may take."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, chain
from typing import Any

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.grading.codec import encode

CASES = "cases"
"""The name in `Problem.extra` of what stands for tests: `parts`, the inputs of each in lines, `rule` and `atol`."""
_LEAST, _FACTOR = 4.0, 4.0
_MOST = 61.0
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


@dataclass(frozen=True)
class Cases:
    """Inputs and outputs in the codec's terms, as JSON texts: of an input the list of its arguments.

    An input may take so many `seconds` of CPU time, and all together `least`, however few they are given. `rule` and
    `atol` say when an output is as good as the expected one; see grading.rules. `starts` are the numbers of the inputs
    that other cases, put together in these, begin with.
    """

    entry_point: str
    inputs: tuple[str, ...]
    expected: tuple[str, ...]
    seconds: tuple[float, ...]
    rule: str = "equal"
    atol: float = 0.0
    starts: tuple[int, ...] = ()
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
        return [number for number, text in enumerate(self.expected) if text.startswith('{"#"')]

    @cached_property
    def slow(self) -> list[int]:
        """The numbers of the inputs that may take longer than others, or before which one part of them ends."""
        least = min(self.seconds, default=0.0)
        slow = (number for number, seconds in enumerate(self.seconds) if seconds > least)
        return sorted({*slow, *self.starts})

    @cached_property
    def digest(self) -> bytes:
        """What they are told apart by."""
        return hashlib.sha256(self.job).digest()


def cases_of(
    entry_point: str, inputs: Sequence[str], outputs: Sequence[Output], rule: str = "equal", atol: float = 0.0
) -> Cases:
    """Return cases of the outputs of a right program; inputs that have none are left out.

    An input may take four times as long as it did, and four seconds at least; all together four times as long as well.
    """
    known = [
        (text, out.value, out.cpu_seconds) for text, out in zip(inputs, outputs, strict=True) if out.value is not None
    ]
    return Cases(
        entry_point,
        tuple(text for text, _, _ in known),
        tuple(value for _, value, _ in known),
        tuple(max(_LEAST, _FACTOR * seconds) for _, _, seconds in known),
        rule,
        atol,
        least=_FACTOR * sum(seconds for _, _, seconds in known),
    )


def together(parts: Sequence[Cases]) -> Cases:
    """Return the cases of parts as one; all have the same function and rule."""
    return replace(
        parts[0],
        inputs=tuple(chain.from_iterable(part.inputs for part in parts)),
        expected=tuple(chain.from_iterable(part.expected for part in parts)),
        seconds=tuple(chain.from_iterable(part.seconds for part in parts)),
        starts=tuple(accumulate(len(part.inputs) for part in parts[:-1])),
        least=sum(part.least for part in parts),
    )


def parts_of(problem: Problem) -> tuple[str, ...]:
    """Return the parts that a problem is judged by, none if it has tests that are run."""
    return tuple(problem.extra[CASES]["parts"]) if CASES in problem.extra else ()


def input_text(arguments: Sequence[Any]) -> str:
    """Return the arguments of a call in the codec's terms. Raises ValueError for a value that is on no list."""
    return _dumps([encode(value, _refuse) for value in arguments])


def in_lines(texts: Iterable[str]) -> bytes:
    """Return texts that JSON keeps on a line each."""
    return "\n".join(texts).encode("utf-8", "surrogatepass")


def _refuse(value: Any) -> Any:
    raise ValueError(f"no value that could be passed: {type(value).__name__}")
