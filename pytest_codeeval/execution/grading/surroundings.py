"""Surroundings: what a solution and its tests share beside values, as in one process: output, input, chance, names.

The tests tell what they have changed before they call, and the solution tells before it answers. All of it is text and
numbers, so that neither side runs anything of the other's.
"""

import builtins
import io
import os
import random
import sys
from collections.abc import Callable, Iterator
from typing import Any

STREAMS = ("stdout", "stderr")
_MOST_OUTPUT = 1 << 20
_MOST_ROUNDS = 2000  # of 624 numbers that a solution draws in one call
_READS = ("read", "readline", "readlines")

Ask = Callable[[str, Any], Any]


class TestsSurroundings:
    """The tests' side: what they changed since the last call, and what to do with what the solution told."""

    def __init__(self, *, seeds: bool) -> None:
        """`seeds` says that the tests seed Python's generator, so that the solution is to draw from the same."""
        self._seeds = seeds
        self._environment = _environment()
        self._chance = random.getstate()
        self._written = 0

    def changes(self) -> Iterator[list[Any]]:
        """Yield what to tell the solution before it is asked for something."""
        now = _environment()
        if now != self._environment:
            gone = [[_text(name), None] for name in self._environment if name not in now]
            new = [[_text(name), _text(value)] for name, value in now.items() if self._environment.get(name) != value]
            self._environment = now
            yield ["environment", gone + new]
        if self._seeds and (state := random.getstate()) != self._chance:
            self._chance = state
            yield ["chance", [state[0], list(state[1]), state[2]]]

    def hear(self, what: Any, said: Any) -> str:
        """Take what the solution tells; return how the tests believe it by that, if they do.

        Raises ValueError or TypeError for what it never tells.
        """
        if what in STREAMS:
            self._written += len(said)
            if self._written <= _MOST_OUTPUT:
                getattr(sys, what).write(str(said))
        elif what == "chance" and self._seeds:
            before = random.getstate()
            random.setstate(_state(said))
            self._chance = random.getstate()
            return "" if _is_drawn(before, self._chance) else "chance"
        else:
            raise ValueError("tells of something else")
        return ""

    def read(self, what: Any, arguments: Any) -> Any:
        """Return what the tests have for a solution that reads its standard input, if they have put something there."""
        if what == "input":
            return builtins.input(*map(str, arguments))
        if what not in _READS or not all(type(argument) is int for argument in arguments):
            raise ValueError("reads in another way")
        return getattr(sys.stdin, what)(*arguments)


class SolutionSurroundings:
    """The solution's side: its output is told, its input asked for."""

    def __init__(self, ask: Ask) -> None:
        """`ask` has the tests read something, and returns it."""
        self._ask = ask
        self._buffers = {name: _Output(number) for number, name in enumerate(STREAMS, 1)}
        self._chance: Any = None
        for name, buffer in self._buffers.items():
            setattr(sys, name, buffer)
        sys.stdin = _Input(ask)
        builtins.input = self._input

    def hear(self, what: str, said: Any) -> None:
        """Do as the tests have done."""
        if what == "environment":
            for name, value in said:
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
        elif what == "chance":
            random.setstate(_state(said))
            self._chance = random.getstate()

    def changes(self) -> Iterator[list[Any]]:
        """Yield what to tell the tests before they get an answer."""
        for name, buffer in self._buffers.items():
            if said := buffer.taken():
                yield [name, said]
        if self._chance is not None and (state := random.getstate()) != self._chance:
            self._chance = state
            yield ["chance", [state[0], list(state[1]), state[2]]]

    def _input(self, prompt: object = "", /) -> str:
        return str(self._ask("input", [str(prompt)]))


class _Output(io.TextIOWrapper):
    """Keeps what is written until it is told; as much as anybody would compare."""

    mode = "w"

    def __init__(self, number: int) -> None:
        self._kept = _Bytes(number)
        super().__init__(self._kept, "utf-8", "surrogatepass", newline="", write_through=True)

    def taken(self) -> str:
        return self._kept.taken().decode("utf-8", "replace")


class _Bytes(io.BufferedIOBase):
    """Bytes in memory, and a descriptor for who asks."""

    mode = "wb"

    def __init__(self, number: int) -> None:
        self.name = f"<std{'out' if number == 1 else 'err'}>"
        self._number = number
        self._parts: list[bytes] = []
        self._length = 0

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._number

    def write(self, data: Any, /) -> int:
        self._length += len(data)
        if self._length <= _MOST_OUTPUT:
            self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        if not self._parts:
            return b""
        said, self._parts, self._length = b"".join(self._parts), [], 0
        return said


class _Input(io.TextIOBase):
    """Standard input that is read from the tests' own."""

    name, mode, encoding, errors = "<stdin>", "r", "utf-8", "surrogateescape"

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.buffer = _InputBytes(self)

    def readable(self) -> bool:
        return True

    def read(self, *size: Any) -> str:
        return str(self._ask("read", [number for number in size if type(number) is int]))

    def readline(self, *size: Any) -> str:  # type: ignore[override]
        return str(self._ask("readline", [number for number in size if type(number) is int]))

    def fileno(self) -> int:
        return 0


class _InputBytes(io.BufferedIOBase):
    """The same for who reads bytes."""

    name, mode = "<stdin>", "rb"

    def __init__(self, text: _Input) -> None:
        self._text = text

    def readable(self) -> bool:
        return True

    def read(self, *size: Any) -> bytes:
        return self._text.read(*size).encode("utf-8", "surrogateescape")

    def readline(self, *size: Any) -> bytes:
        return self._text.readline(*size).encode("utf-8", "surrogateescape")

    def fileno(self) -> int:
        return 0


def _environment() -> dict[Any, Any]:
    """Return a copy of the environment: of the bytes behind it, as it is taken before each call."""
    return dict(getattr(os.environ, "_data", os.environ))


def _text(value: Any) -> str:
    return os.fsdecode(value) if isinstance(value, bytes) else str(value)


def _is_drawn(before: tuple[Any, ...], after: tuple[Any, ...]) -> bool:
    """Whether a generator comes from one state to another by drawing: any other state is somebody's choice."""
    (_, (*numbers, place), gauss), (_, (*wanted, end), left) = before, after
    if left not in (None, gauss):
        return False
    if numbers == wanted:
        return bool(place <= end)
    copy = random.Random()  # noqa: S311 - it is to draw the same
    copy.setstate(before)
    for _ in range(_MOST_ROUNDS):
        copy.getrandbits(32 * len(numbers))  # so many that each of its numbers is made anew, once
        if list(copy.getstate()[1][:-1]) == wanted:
            return True
    return False


def _state(said: Any) -> tuple[Any, ...]:
    version, numbers, gauss = said
    return version, tuple(numbers), gauss
