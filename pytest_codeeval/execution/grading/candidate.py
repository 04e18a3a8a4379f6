"""Candidate: the program of the process that holds a solution: executes it, then serves calls of its functions.

It knows neither tests nor expected values. Nothing that it says is believed but as the value of an answer.
"""

import builtins
import errno
import os
import re
import sys
import threading
import types
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from pytest_codeeval.execution.grading.channel import Broken, Channel, Gone, TooLong
from pytest_codeeval.execution.grading.containers import OBJECTS, does_more
from pytest_codeeval.execution.grading.depth import Deeper
from pytest_codeeval.execution.grading.lacking import lacking
from pytest_codeeval.execution.grading.loading import described, load, resolved, text_of
from pytest_codeeval.execution.grading.peer import OPERATIONS, Peer, Table, abilities, home_of
from pytest_codeeval.execution.grading.raised import ExceptionClasses, Exceptions, said
from pytest_codeeval.execution.grading.stubs import Token, make_stub, number_of
from pytest_codeeval.execution.grading.surroundings import SolutionSurroundings
from pytest_codeeval.execution.grading.unlike import UNLIKE
from pytest_codeeval.execution.grading.wrapped import is_wrapped, unwrapped


def main(source: bytes, reader: int, writer: int) -> None:
    """Serve the solution in `source` until the tests are done with it; does not return."""
    pid, leave = os.getpid(), os._exit
    try:
        Candidate(Channel(reader, writer)).serve(source.decode("utf-8", "surrogatepass"))
    except (Gone, Broken, TooLong):
        pass
    finally:
        # Not by sys.exit: handlers that a solution has registered are not to run.
        leave(0 if os.getpid() == pid else 1)


class _Released:
    """Lets other threads ask the tests while something is done for these, and at no other time."""

    def __init__(self, turn: Any) -> None:
        self._turn = turn

    def __enter__(self) -> None:
        self._turn.release()

    def __exit__(self, *_: object) -> None:
        self._turn.acquire()


_NOTHING: AbstractContextManager[None] = nullcontext()


class Candidate:
    """Serves one solution over a channel."""

    def __init__(self, channel: Channel) -> None:
        self._peer = Peer(channel, self._handle, self._theirs)
        self._table = Table()
        self._stubs: dict[int, Token] = {}
        self._classes = ExceptionClasses()
        self._exceptions = Exceptions(self._classes, answers=True)
        self._surroundings: SolutionSurroundings | None = None
        self._names: dict[str, Any] = {}
        self._getpid, self._pid = os.getpid, os.getpid()
        self._deeper = Deeper()
        self._turn = threading.RLock()  # threads of the solution's ask the tests too, while these wait for an answer

    def serve(self, source: str) -> None:
        """Load the solution, answer for the names that the tests want of it, then do what they ask."""
        _, wanted, watchful, bound = self._peer.receive()
        if watchful:
            self._peer.keep_identity(self._odd)
            self._surroundings = SolutionSurroundings(self._read)
        lacked: list[str] = []

        def note(code: types.CodeType) -> None:
            lacked.extend(sorted(lacking(text_of(source), code, tuple(bound))))

        module, fault = load(source, note)
        if self._getpid() != self._pid:
            raise Gone  # a fork of the solution's, which is not to speak in its place
        if fault:
            self._peer.channel.send(["fault", *fault])
            return
        for _ in self._surroundings.changes() if self._surroundings else ():
            pass  # what is written while it is loaded was there before the tests began
        names = self._names = vars(module)
        try:
            values = [(name, value) for name in wanted for value in resolved(names, name)]
        except BaseException as error:  # of a class that is to be made an object of
            self._peer.channel.send(["fault", "raised", *described(error)])
            return
        if self._getpid() != self._pid:
            raise Gone
        found = [[name, self._peer.encode(value)] for name, value in values]
        defined = [name for name, value in names.items() if getattr(value, "__module__", "") == module.__name__]
        lacked = [name for name in lacked if name not in names and name not in vars(builtins)]
        self._peer.channel.send(["names", found, [str(name) for name in defined[:20]], lacked])
        # Tests that see values only pass no function that a thread could call.
        doing: AbstractContextManager[None] = _NOTHING if self._surroundings is None else _Released(self._turn)
        with self._turn:
            while True:
                self._answer(self._next(), doing)

    def ask(self, operation: str, number: int, args: Any, kwargs: Any) -> Any:
        """Have the tests do something with an object of theirs; meanwhile they may ask in turn."""
        with self._turn, self._deeper:
            packed, context = self._peer.passing.pack(args, kwargs)
            frame = self._asked([operation, number, packed])
            if frame[0] == "ok":
                return self._peer.passing.unpack_answer(frame[1], context)
            raise self._exception(*frame[1:])

    def _read(self, what: str, arguments: Any) -> Any:
        """Have the tests read from their standard input."""
        with self._turn:
            frame = self._asked(["read", what, arguments])
            if frame[0] == "ok":
                return frame[1]
            raise self._exception(*frame[1:])

    def _asked(self, frame: list[Any]) -> Any:
        """Ask the tests for something, and serve them until they answer."""
        self._tell()
        self._peer.channel.send(frame)
        while True:
            frame = self._next()
            if frame[0] in ("ok", "error"):
                return frame
            self._answer(frame)

    def _next(self) -> Any:
        """Return the next frame that wants something."""
        while True:
            frame = self._peer.receive()
            if frame[0] != "tell":
                return frame
            _, what, said = frame
            if what == "name":
                self._names.setdefault(*said)
            elif self._surroundings is not None:
                self._surroundings.hear(what, said)

    def _tell(self) -> None:
        for change in self._surroundings.changes() if self._surroundings else ():
            self._peer.channel.send(["tell", *change])

    def _answer(self, frame: Any, doing: AbstractContextManager[None] = _NOTHING) -> None:
        answer = self._do(frame, doing)
        if self._getpid() != self._pid:
            raise Gone  # a fork of the solution's, which is not to speak in its place
        if self._surroundings is not None:
            self._tell()
        try:
            self._peer.channel.send(answer)
        except TooLong:
            said = "the answer is longer than 64 MiB"
            self._peer.channel.send(["error", "OverflowError", said, 0, "OverflowError", errno.EFBIG, None, None])

    def _do(self, frame: Any, doing: AbstractContextManager[None]) -> list[Any]:
        operation, number, packed = frame
        context: Any = None
        try:
            args, kwargs, context = self._peer.passing.unpack(packed)
            if operation == "name":
                answer = self._names[args[0]]
            else:
                target = self._table[number]
                if isinstance(target, type) and target.__module__ == "solution" and does_more(target):
                    OBJECTS.add(target)
                with doing:
                    answer = OPERATIONS[operation](target, *args, **kwargs)
            packed = self._peer.passing.pack_answer(answer, context)
            return ["ok", packed, bool(UNLIKE)]
        except (Gone, Broken, TooLong):
            raise
        except BaseException as error:
            return ["error", *described(error), self._whole(error), self._changes(context)]

    def _changes(self, context: Any) -> Any:
        """Return what became of the arguments of a call that did not return, if there are any to be told of."""
        try:
            return self._peer.passing.pack_answer(None, context) if context and context[0] else None
        except BaseException:  # something in it that cannot be told
            return None

    def _whole(self, error: BaseException) -> Any:
        """Return all that there is to an exception, if the tests look at more than values."""
        if self._surroundings is None:
            return None
        try:
            return self._peer.passing.pack_answer(self._exceptions.described(error, said(error)), ([], []))
        except BaseException:  # something in it that cannot be told
            return None

    def _exception(self, name: str, message: str, whole: Any) -> BaseException:
        if whole is not None:
            return self._exceptions.made(self._peer.passing.unpack_answer(whole, []), lambda _: True)
        kind = getattr(builtins, name, None)
        if isinstance(kind, type) and issubclass(kind, Exception):
            return kind(message)
        return RuntimeError(f"{name}: {message}")

    def _handle(self, value: Any) -> Any:
        if isinstance(value, Token):
            return {"yours": number_of(value)}
        if self._surroundings is None and is_wrapped(value):
            # For tests that see values only it is what it compares as.
            UNLIKE.add(type(value))
            return self._peer.encode(unwrapped(value))
        if isinstance(value, type) and issubclass(value, BaseException) and self._surroundings is not None:
            return {"ec": self._classes.spec_of(value)}
        handle = [self._table.number(value), str(type(value).__name__)[:100], abilities(value)]
        return {"h": [*handle, *home_of(value)]}

    def _odd(self, value: Any) -> Any:
        return {"sub": [self._handle(value), str(type(value).__name__), self._peer.encode(value)]}

    def _theirs(self, tag: str, payload: Any) -> Any:
        if tag == "yours":
            return self._table[payload]
        if tag == "ec":
            return self._classes.class_of(payload)
        if tag == "re":
            return re.compile(*payload)
        if tag == "ex":
            return self._exceptions.made(payload, lambda _: True)
        if tag == "lib":
            module, name = payload
            __import__(module)
            return getattr(sys.modules[module], name) if name else sys.modules[module]
        number, able, texts = payload
        if number not in self._stubs:
            self._stubs[number] = make_stub(able, self.ask, number, texts)
        return self._stubs[number]
