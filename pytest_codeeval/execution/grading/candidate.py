"""Candidate: the program of the process that holds a solution: executes it, then serves calls of its functions.

It knows neither tests nor expected values. Nothing that it says is believed but as the value of an answer.
"""

import errno
import json
import os
import random
import sys
import types
from typing import Any

from pytest_codeeval.execution.grading.channel import Broken, Channel, Gone, TooLong
from pytest_codeeval.execution.grading.peer import MUTABLE, OPERATIONS, Peer, Table, abilities, home_of

NAME = "<solution>"
_LONGEST_MESSAGE = 2000


def main(source: bytes, reader: int, writer: int) -> None:
    """Serve the solution in `source` until the tests are done with it; does not return."""
    pid, leave = os.getpid(), os._exit
    try:
        _Candidate(Channel(reader, writer)).serve(source.decode("utf-8", "surrogatepass"))
    except (Gone, Broken, TooLong):
        pass
    finally:
        # Not by sys.exit: handlers that a solution has registered are not to run.
        leave(0 if os.getpid() == pid else 1)


class _Stub:
    """A function or iterator of the tests, as the solution sees it."""

    def __init__(self, candidate: "_Candidate", number: int) -> None:
        self._candidate = candidate
        self._number = number

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._candidate.ask("call", self._number, args, kwargs)


class _Iterator(_Stub):
    def __iter__(self) -> "_Iterator":
        return self

    def __next__(self) -> Any:
        return self._candidate.ask("next", self._number, (), {})


class _Candidate:
    def __init__(self, channel: Channel) -> None:
        self._peer = Peer(channel, self._handle, self._theirs)
        self._table = Table()
        self._stubs: dict[int, _Stub] = {}
        self._getpid, self._pid = os.getpid, os.getpid()

    def serve(self, source: str) -> None:
        """Load the solution, answer for the names that the tests want of it, then do what they ask."""
        module, fault = load(source)
        _, wanted = self._peer.receive()
        if fault:
            self._peer.channel.send(["fault", *fault])
            return
        names = vars(module)
        found = [[name, self._peer.encode(names[name])] for name in wanted if name in names]
        defined = [name for name, value in names.items() if getattr(value, "__module__", "") == module.__name__]
        self._peer.channel.send(["names", found, [str(name) for name in defined[:20]]])
        while True:
            self._answer(self._peer.receive())

    def ask(self, operation: str, number: int, args: Any, kwargs: Any) -> Any:
        """Have the tests do something with an object of theirs; meanwhile they may ask in turn."""
        self._peer.channel.send([operation, number, *self._arguments(args, kwargs)])
        while True:
            frame = self._peer.receive()
            if frame[0] == "ok":
                return frame[1]
            if frame[0] == "error":
                raise _exception(frame[1], frame[2])
            self._answer(frame)

    def _answer(self, frame: Any) -> None:
        answer = self._do(frame)
        if self._getpid() != self._pid:
            raise Gone  # a fork of the solution's, which is not to speak in its place
        try:
            self._peer.channel.send(answer)
        except TooLong:
            said = "the answer is longer than 64 MiB"
            self._peer.channel.send(["error", "OverflowError", said, 0, "OverflowError", errno.EFBIG])

    def _arguments(self, args: Any, kwargs: Any) -> list[Any]:
        return [
            [self._peer.encode(value) for value in args],
            [[name, self._peer.encode(value)] for name, value in kwargs.items()],
        ]

    def _do(self, frame: Any) -> list[Any]:
        operation, number, args, pairs = frame
        try:
            target = self._table[number]
            kwargs = dict(pairs)
            mutable = [(place, value) for place, value in enumerate(args) if type(value) in MUTABLE]
            mutable += [(name, value) for name, value in pairs if type(value) in MUTABLE]
            before = [_text(self._peer.encode(value)) for _, value in mutable]
            answer = OPERATIONS[operation](target, *args, **kwargs)
            changes = []
            for (place, value), text in zip(mutable, before, strict=True):
                after = self._peer.encode(value)
                if _text(after) != text:
                    changes.append([place, after])
            return ["ok", self._peer.encode(answer), changes]
        except (Gone, Broken, TooLong):
            raise
        except BaseException as error:
            return ["error", *described(error)]

    def _handle(self, value: Any) -> Any:
        if isinstance(value, _Stub):
            return {"yours": value._number}
        handle = [self._table.number(value), str(type(value).__name__)[:100], abilities(value)]
        return {"h": [*handle, *home_of(value)]}

    def _theirs(self, tag: str, payload: Any) -> Any:
        if tag == "yours":
            return self._table[payload]
        if tag == "lib":
            module, name = payload
            __import__(module)
            return getattr(sys.modules[module], name) if name else sys.modules[module]
        number, able = payload
        if number not in self._stubs:
            self._stubs[number] = (_Iterator if able == "n" else _Stub)(self, number)
        return self._stubs[number]


_text = json.JSONEncoder(check_circular=False).encode


def load(source: str) -> tuple[types.ModuleType, list[Any] | None]:
    """Execute a solution as a module; return that, and what is wrong with it: a kind and what to say of it."""
    # A module of its own, known to sys.modules: dataclasses, pickle and typing look a class's module up there.
    module = types.ModuleType("solution")
    random.seed(0)  # what leans on chance is to fall out alike in each run; a fork had it seeded anew
    sys.modules["solution"] = module
    try:
        code = compile(source.lstrip("\ufeff"), NAME, "exec", dont_inherit=True)
    except MemoryError:
        return module, ["syntax_error", "too deeply nested to be compiled"]
    except BaseException as error:
        return module, ["syntax_error", _syntax(error)]
    try:
        exec(code, module.__dict__)
    except BaseException as error:
        return module, ["raised", *described(error)]
    return module, None


def described(error: BaseException) -> list[Any]:
    """Return name and message of an exception, its line in the solution, its nearest builtin base, and its errno."""
    trace, line = error.__traceback__, 0
    for _ in range(20000):
        if trace is None:
            break
        if trace.tb_frame.f_code.co_filename == NAME:
            line = trace.tb_lineno
        trace = trace.tb_next
    kinds = [kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins"]
    name = str(type(error).__name__)[:100]
    return [name, said(error), line, next((kind for kind in kinds if kind != "object"), "BaseException"), _errno(error)]


def _errno(error: BaseException) -> int:
    number = getattr(error, "errno", None)
    return number if type(number) is int else 0


def said(error: BaseException) -> str:
    """Return the message of an exception, whatever its `__str__` does."""
    try:
        return str.__str__(str(error))[:_LONGEST_MESSAGE]
    except BaseException:
        return "(its message could not be read)"


def _syntax(error: BaseException) -> str:
    line, text = getattr(error, "lineno", None), getattr(error, "msg", None) or said(error)
    return f"{text} (line {line})" if line else f"{text}"


def _exception(name: str, message: str) -> BaseException:
    import builtins

    kind = getattr(builtins, name, None)
    if isinstance(kind, type) and issubclass(kind, Exception):
        return kind(message)
    return RuntimeError(f"{name}: {message}")
