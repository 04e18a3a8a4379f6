"""Answering: the program of a process that calls a function of a solution with inputs, and writes what came of each.

It is given all inputs at once and knows no expected output. Nothing that it writes is believed but as an answer.
"""

import json
import os
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any, NamedTuple

from pytest_codeeval.execution.grading.channel import Gone
from pytest_codeeval.execution.grading.codec import BIG, encode
from pytest_codeeval.execution.grading.decoding import make_hook
from pytest_codeeval.execution.grading.digests import digest_of, is_long, is_very_long
from pytest_codeeval.execution.grading.lines import FAULT, LOADED, RAISED, VALUE
from pytest_codeeval.execution.grading.loading import described, load, resolved
from pytest_codeeval.execution.grading.wrapped import is_wrapped, unwrapped

_ENOUGH, _MANY = 1 << 16, 10_000
LATE = 0.02
"""Seconds that an output may wait to be written with others, where nobody asks for each at once."""
_dumps = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


class Manner(NamedTuple):
    """How outputs are written: one may wait for `late` seconds, to be written with others.

    Of the numbers in `digests` a digest is wanted, None leaves that open. Before one of `slow` all others are written:
    who waits for them grants it more time. What each call takes is told of if it is to be `timed`.
    """

    late: float
    digests: Collection[int] | None
    slow: Collection[int]
    timed: bool


def main(source: bytes, inputs: bytes, writer: int, held: int) -> None:
    """Answer, then wait until nobody holds the other end of `held`; does not return.

    The first line of `inputs` has the name of the function and how to answer, see `Manner`; each other line is the list
    of arguments of a call.
    """
    pid, leave, read = os.getpid(), os._exit, os.read
    try:
        answering = Answering(writer)
        head, *lines = inputs.decode("utf-8", "surrogatepass").split("\n")
        name, late, digests, slow, timed = json.loads(head)
        manner = Manner(late, None if digests is None else frozenset(digests), frozenset(slow), timed)
        answering.run(source.decode("utf-8", "surrogatepass"), name, lines, manner)
        read(held, 1)
    except Gone:
        pass
    finally:
        # Not by sys.exit: handlers that a solution has registered are not to run.
        leave(0 if os.getpid() == pid else 1)


class Answering:
    """Calls one function, and writes to a pipe."""

    def __init__(self, writer: int) -> None:
        self._writer = writer
        self._pending: list[bytes] = []
        self._length = 0
        # Bound here: a solution may put something else in their place.
        self._write, self._getpid, self._pid = os.write, os.getpid, os.getpid()
        self._clock, self._cpu = time.monotonic, time.process_time
        self._decode = json.JSONDecoder(object_hook=make_hook(_refuse)).raw_decode

    def run(self, source: str, name: str, lines: list[str], manner: Manner) -> None:
        """Load the solution and answer for each line of inputs."""
        module, fault = load(source, lambda _: None)
        try:
            found = [] if fault else resolved(vars(module), name)
        except BaseException as error:  # of a class that is to be made an object of
            found, fault = [], ["raised", *described(error)]
        if not found and not fault:
            names = [key for key, value in vars(module).items() if getattr(value, "__module__", "") == "solution"]
            fault = ["no_entry_point", list(map(str, names[:20]))]
        self._say(FAULT + _bytes(fault) if fault else LOADED)
        self._flush()
        if found:
            self._answer(found[0], lines, manner)

    def _answer(self, function: Any, lines: list[str], manner: Manner) -> None:
        written = self._clock()
        cpu, timed, digests, slow = self._cpu, manner.timed, manner.digests, manner.slow
        for number, line in enumerate(lines):
            if number in slow:
                self._flush()
            arguments, _ = self._decode(line)
            start = cpu() if timed else 0.0
            try:
                value, kind = function(*arguments), VALUE
            except BaseException as error:
                value, kind = described(error), RAISED
            wanted = None if digests is None else number in digests
            kind, text = _text(value, kind, wanted and kind == VALUE)
            value = None  # it may be large, and the next one too
            self._say(b"%b%.6f %b" % (kind, cpu() - start, text) if timed else b"%b %b" % (kind, text))
            # The first ones are told soon, as most programs that are wrong are so there, and not all come to an end.
            early = not number & (number + 1)
            if early or self._length > _ENOUGH or self._clock() - written > manner.late:
                self._flush()
                written = self._clock()
        self._flush()

    def _say(self, line: bytes) -> None:
        self._pending.append(line)
        self._length += len(line)

    def _flush(self) -> None:
        if self._getpid() != self._pid:
            raise Gone  # a fork of the solution's, which is not to speak in its place
        data = memoryview(b"\n".join([*self._pending, b""]))
        self._pending, self._length = [], 0
        try:
            while data:
                data = data[self._write(self._writer, data) :]
        except BrokenPipeError:
            raise Gone from None


def _text(value: Any, kind: bytes, digest: bool | None) -> tuple[bytes, bytes]:
    """Return a value in JSON's terms; one that has no such form as what hinders it.

    If a `digest` is wanted it is that of the value; None leaves it open, so that there is one of what is long.
    """
    # Most outputs are these, which are never long.
    if value is True or value is False:
        return kind, b"true" if value else b"false"
    try:
        if type(value) is int and -BIG < value < BIG:
            return kind, b"%d" % value
        if digest or (digest is None and kind == VALUE and is_very_long(value)):
            return kind, _bytes({"#": digest_of(value)})
        text = _bytes(_encoded(value))
        if digest is None and kind == VALUE and is_long(value, text):
            text = _bytes({"#": digest_of(value)})
        return kind, text
    except BaseException as error:  # it nests too deep, or holds itself, or there is no memory for it
        return RAISED, _bytes(described(error))


def _encoded(value: Any) -> Any:
    """Return a value in JSON's terms; with an object that yields items, as generators do, the items.

    It equals nothing all the same, but there are rules that look at the items alone.
    """
    made = encode(value, _named)
    if type(made) is dict and "h" in made and isinstance(value, Iterator):
        with suppress(Exception):
            items = list(islice(value, _MANY + 1))
            if len(items) <= _MANY:
                return {"h": [made["h"], encode(items, _named)]}
    return made


def _bytes(value: Any) -> bytes:
    return _dumps(value).encode("utf-8", "surrogatepass")


def _named(value: Any) -> Any:
    """Return what stands for an object that is no value: it is compared as what it derives from, or equals nothing."""
    if is_wrapped(value):
        return encode(unwrapped(value), _named)
    return {"h": str(type(value).__name__)[:100]}


def _refuse(tag: str, _: Any) -> Any:
    raise ValueError(f"no value: {tag}")
