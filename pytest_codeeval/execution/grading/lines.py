"""Lines: what a program that answers writes: a line for each input, in pieces as a pipe has them.

A line begins with a letter that says what it is: `LOADED` comes first, or a `FAULT` that kept the program from being
loaded. Then comes for each input a `VALUE` or what was `RAISED`, each behind the CPU seconds that the call took if they
are asked for.
"""

from pytest_codeeval.execution.grading.channel import LONGEST, Broken, TooLong

LOADED, FAULT, VALUE, RAISED = b"=", b"!", b"+", b"-"
READ = 1 << 20
"""Bytes that a reader asks a pipe for."""


class Lines:
    """Puts lines together from pieces."""

    def __init__(self) -> None:
        self._rest: list[bytes] = []
        self._length = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Take a piece in; return the lines that it completes. Raises TooLong for one that never ends."""
        first, *others = data.split(b"\n")
        self._rest.append(first)
        self._length += len(first)
        if self._length > LONGEST:
            raise TooLong
        if not others:
            return []
        done = [b"".join(self._rest), *others[:-1]]
        self._rest, self._length = [others[-1]], len(others[-1])
        return done


def parted(line: bytes) -> tuple[bytes, float, bytes]:
    """Return what a line is, the CPU seconds that it tells of, and the JSON behind them.

    Raises Broken for what is no such line.
    """
    kind = line[:1]
    if kind in (LOADED, FAULT):
        return kind, 0.0, line[1:]
    seconds, _, said = line[1:].partition(b" ")
    try:
        if kind in (VALUE, RAISED):
            return kind, float(seconds or 0), said
    except ValueError:
        pass
    raise Broken("a line that is no answer")
