"""Comparing: the program of the process that has inputs and expected outputs, and decides about a solution's outputs.

The solution is in a process of its own and writes lines (see `lines`). What is compared are values of a closed list of
types, made here: nothing that a solution defines takes part in it.
"""

import json
import os
import re
import select
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

from pytest_codeeval.execution.grading.channel import Broken, TooLong
from pytest_codeeval.execution.grading.decoding import make_hook
from pytest_codeeval.execution.grading.failure import explain, shown
from pytest_codeeval.execution.grading.lines import FAULT, LOADED, RAISED, READ, VALUE, Lines, parted
from pytest_codeeval.execution.grading.lost import Lost
from pytest_codeeval.execution.grading.novalues import Digest, Other
from pytest_codeeval.execution.grading.raised import as_told
from pytest_codeeval.execution.grading.rules import Rule
from pytest_codeeval.execution.grading.tester import in_full, say

_SECONDS = 0.05  # between two words on how far it is
_LONGEST, _LONGEST_CALL = 1 << 30, 300
_UNREAD = object()
ANOTHER = b"a"
"""Is sent before the cases of another problem."""
_INEXACT = b".", b"{", b"N", b"I"  # not within texts, where they do no harm
_EXPONENT = re.compile(rb"\d[eE]")


def _other(tag: str, payload: Any) -> Other | Digest:
    if tag == "#":
        kind, length, digest = payload
        return Digest(str(kind)[:100], int(length), str(digest))
    kind, items = payload if type(payload) is list else (payload, None)
    if tag != "h" or type(kind) is not str or type(items) not in (list, type(None)):
        raise ValueError("no value")
    return Other(kind, items)


_decode = json.JSONDecoder(object_hook=make_hook(_other)).decode


def main(control: socket.socket) -> None:
    """Serve problems: of each first its cases come, then a descriptor for each solution; does not return.

    What is kept of one problem for the next is nothing, as no code is run that is not of this package.
    """
    comparing: Comparing | None = Comparing(in_full(control, _LONGEST))
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if message == ANOTHER:
            comparing = None  # two may be a lot
            comparing = Comparing(in_full(control, _LONGEST))
            continue
        if len(descriptors) != 1 or comparing is None:
            os._exit(0)
        said = comparing.check(descriptors[0], lambda number: say(control, {"at": number}))
        os.close(descriptors[0])
        say(control, said)


class Comparing:
    """The inputs of one function, its expected outputs, and the rule to compare by."""

    def __init__(self, job: bytes) -> None:
        """`job` is a head, as many inputs, and as many outputs, a line each."""
        head, *lines = job.split(b"\n")
        about = json.loads(head)
        self._function: str = about["entry_point"]
        self._rule, self._atol = str(about["rule"]), float(about["atol"])
        self._by_text, self._starts = self._rule == "equal", tuple(about["starts"])
        count = len(lines) // 2
        self._inputs = lines[:count]
        expected = b"\n".join(lines[count:])
        # As they are written by who answers alike.
        self._lines = (b"%b " % VALUE + expected.replace(b"\n", b"\n%b " % VALUE)).split(b"\n")
        self._exact = not _is_inexact(expected)
        self._expected: list[Any] = [_UNREAD] * count

    def check(self, reader: int, tell: Callable[[int], None]) -> dict[str, Any]:
        """Read a solution's outputs until one is wrong, or all were right; return how that ended.

        `tell` is given the number of outputs that were right so far, now and then.
        """
        right = 0
        try:
            rule = Rule(self._rule, self._atol)
            for lines in self._read(reader, tell):
                if self._are_expected(lines, right):
                    if any(right <= start < right + len(lines) for start in self._starts):
                        rule.restart()
                    right += len(lines)
                    continue
                for line in lines:
                    self._judge(rule, right, line)
                    right += 1
            return {"cause": "passed", "detail": "", "at": right}
        except Lost as lost:
            return {"cause": lost.cause, "detail": lost.detail[:4000], "at": right}
        except Broken as error:
            return {"cause": "tampering", "detail": f"wrote {error} where its outputs are read", "at": right}
        except (TooLong, MemoryError, RecursionError):
            return {"cause": "output", "detail": "an output was more than can be taken in", "at": right}

    def _read(self, reader: int, tell: Callable[[int], None]) -> Iterator[list[bytes]]:
        """Yield the lines of outputs as they come, as many as there are inputs.

        Raises Lost if the solution could not be loaded, or ended.
        """
        lines, number, told, when = Lines(), -1, -1, 0.0
        while number < len(self._inputs):
            if number > told and (time.monotonic() - when > _SECONDS or not _is_ready(reader)):
                tell(number)
                told, when = number, time.monotonic()
            data = os.read(reader, READ)
            if not data:
                raise Lost("died", "")
            done = lines.feed(data)
            if number < 0 and done:
                self._demand_loaded(done.pop(0))
                number = 0
            yield done[: len(self._inputs) - number]
            number += len(done)

    def _are_expected(self, lines: list[bytes], number: int) -> bool:
        """Whether outputs from that number on have the texts of those expected, and none of these calls for tolerance.

        What has the same text is equal.
        """
        same = self._by_text and lines == self._lines[number : number + len(lines)]
        return same and (self._exact or not any(map(_is_inexact, lines)))

    def _demand_loaded(self, line: bytes) -> None:
        kind, _, said = parted(line)
        if kind == LOADED:
            return
        try:
            what, *rest = json.loads(said) if kind == FAULT else [""]
            if what == "no_entry_point":
                has = ", ".join(map(str, rest[0][:10])) or "no function"
                raise Lost(what, f"{self._function} is not defined; the solution defines {has}")
            if what == "syntax_error":
                raise Lost(what, str(rest[0]))
            if what == "raised":
                raise Lost(*_explained(rest))
        except (ValueError, TypeError, LookupError):
            pass
        raise Broken("something else than whether it was loaded")

    def _judge(self, rule: Rule, number: int, line: bytes) -> None:
        """Raise Lost if an output is not what was expected."""
        if number in self._starts:
            rule.restart()
        if self._are_expected([line], number):
            return
        kind, _, said = parted(line)
        try:
            out = _decoded(said)
        except (MemoryError, RecursionError):
            raise
        except Exception as error:
            raise Broken(f"what is no value ({type(error).__name__})") from None
        if kind == RAISED:
            raise Lost(*_explained(out, self._call(number)))
        if self._expected[number] is _UNREAD:
            self._expected[number] = _decoded(parted(self._lines[number])[2])
        expected = self._expected[number]
        try:
            right = rule.holds(lambda: _decoded(self._inputs[number]), out, expected)
        except (MemoryError, RecursionError):
            raise
        except Exception:  # of another kind than can be compared
            right = False
        if not right:
            wanted = "an answer" if self._rule == "not none" and expected is not None else _shown(expected)
            raise Lost("wrong_answer", f"{self._call(number)}: expected {wanted}, got {_shown(out)}")

    def _call(self, number: int) -> str:
        """Return the call of one input, as it stands in Python."""
        text = ", ".join(map(shown, _decoded(self._inputs[number])))
        call = f"{self._function}({text})"
        return call if len(call) <= _LONGEST_CALL else f"{call[:_LONGEST_CALL]}…"


def _is_inexact(text: bytes) -> bool:
    """Whether there is something in JSON text that equals others than itself, or not even that: floats, and objects."""
    if any(mark in text for mark in _INEXACT):
        return True
    return (b"e" in text or b"E" in text) and _EXPONENT.search(text) is not None


def _decoded(text: bytes) -> Any:
    return _decode(text.decode("utf-8", "surrogatepass"))


def _is_ready(reader: int) -> bool:
    """Whether there is something to read soon."""
    return bool(select.select([reader], [], [], _SECONDS)[0])


def _shown(out: Any) -> str:
    return repr(out) if isinstance(out, Other | Digest) else shown(out)


def _explained(what: Any, where: str = "") -> tuple[str, str]:
    """Return the cause and a sentence for an exception that is told of. Raises Broken for what is no such word."""
    error = RuntimeError()
    try:
        cause, detail = explain(error, "", [], {id(error): (error, as_told(what))})
    except Exception:
        raise Broken("something else than what was raised") from None
    return cause, f"{where}: {detail}" if where else detail
