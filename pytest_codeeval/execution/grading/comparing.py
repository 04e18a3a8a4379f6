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
_INEXACT = re.compile(r"[.{NI]|\d[eE]")  # not within texts, where they do no harm


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
    """Serve one problem: first its cases come, then a descriptor for each solution; does not return."""
    comparing = Comparing(in_full(control, _LONGEST))
    while True:
        _, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if len(descriptors) != 1:
            os._exit(0)
        said = comparing.check(descriptors[0], lambda number: say(control, {"at": number}))
        os.close(descriptors[0])
        say(control, said)


class Comparing:
    """The inputs of one function, its expected outputs, and the rule to compare by."""

    def __init__(self, job: bytes) -> None:
        """`job` is a head, as many inputs, and as many outputs, a line each."""
        head, *lines = job.decode("utf-8", "surrogatepass").split("\n")
        about = json.loads(head)
        self._function: str = about["entry_point"]
        self._rule, self._atol = str(about["rule"]), float(about["atol"])
        self._by_text, self._starts = self._rule == "equal", frozenset(about["starts"])
        count = len(lines) // 2
        self._inputs, self._texts = lines[:count], lines[count:]
        self._expected: list[Any] = [_UNREAD] * count

    def check(self, reader: int, tell: Callable[[int], None]) -> dict[str, Any]:
        """Read a solution's outputs until one is wrong, or all were right; return how that ended.

        `tell` is given the number of outputs that were right so far, now and then.
        """
        right = 0
        try:
            rule = Rule(self._rule, self._atol)
            for line in self._lines(reader, tell):
                self._judge(rule, right, line)
                right += 1
            return {"cause": "passed", "detail": "", "at": right}
        except Lost as lost:
            return {"cause": lost.cause, "detail": lost.detail[:4000], "at": right}
        except Broken as error:
            return {"cause": "tampering", "detail": f"wrote {error} where its outputs are read", "at": right}
        except (TooLong, MemoryError, RecursionError):
            return {"cause": "output", "detail": "an output was more than can be taken in", "at": right}

    def _lines(self, reader: int, tell: Callable[[int], None]) -> Iterator[bytes]:
        """Yield the lines of outputs, as many as there are inputs.

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
            for line in lines.feed(data):
                if number < 0:
                    self._demand_loaded(line)
                elif number < len(self._inputs):
                    yield line
                number += 1

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
        kind, _, said = parted(line)
        if number in self._starts:
            rule.restart()
        text = said.decode("utf-8", "surrogatepass")
        if kind == VALUE and text == self._texts[number] and self._by_text and _is_exact(text):
            return  # what has the same text is equal, and calls for no tolerance
        try:
            out = _decode(text)
        except (MemoryError, RecursionError):
            raise
        except Exception as error:
            raise Broken(f"what is no value ({type(error).__name__})") from None
        if kind == RAISED:
            raise Lost(*_explained(out, self._call(number)))
        if self._expected[number] is _UNREAD:
            self._expected[number] = _decode(self._texts[number])
        expected = self._expected[number]
        try:
            right = rule.holds(lambda: _decode(self._inputs[number]), out, expected)
        except (MemoryError, RecursionError):
            raise
        except Exception:  # of another kind than can be compared
            right = False
        if not right:
            wanted = "an answer" if self._rule == "not none" and expected is not None else _shown(expected)
            raise Lost("wrong_answer", f"{self._call(number)}: expected {wanted}, got {_shown(out)}")

    def _call(self, number: int) -> str:
        """Return the call of one input, as it stands in Python."""
        text = ", ".join(map(shown, _decode(self._inputs[number])))
        call = f"{self._function}({text})"
        return call if len(call) <= _LONGEST_CALL else f"{call[:_LONGEST_CALL]}…"


def _is_exact(text: str) -> bool:
    """Whether a value is seen from its text to have neither floats nor objects in it; most have not."""
    return not _INEXACT.search(text)


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
