"""Conversation: what the tests have with one solution: calls out, callbacks in."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from pytest_codeeval.execution.grading.channel import Broken, Channel, Gone, TooLong
from pytest_codeeval.execution.grading.depth import Deeper
from pytest_codeeval.execution.grading.failure import Raised, explain
from pytest_codeeval.execution.grading.lost import Lost
from pytest_codeeval.execution.grading.mirrors import Mirrors, Unrepresentable
from pytest_codeeval.execution.grading.peer import OPERATIONS, Peer
from pytest_codeeval.execution.grading.proxy import OF_FUNCTIONS, Proxy
from pytest_codeeval.execution.grading.raised import as_told, said
from pytest_codeeval.execution.grading.surroundings import TestsSurroundings
from pytest_codeeval.execution.grading.testfacts import TestFacts

# Modules, functions and types of the library, classes of exceptions: of these a solution learns nothing.
_KNOWN_ANYWAY = frozenset(("lib", "ty", "ec"))
_NAMES = frozenset((name,) for name in OF_FUNCTIONS)
# What a value's own type would do in the tests' process. The others say something of the solution's objects.
_PLAIN_OPERATIONS = frozenset(("call", "name", "iter", "next", "await", "anext", "aiter"))


class Conversation:
    """What the tests have with one solution: calls out, callbacks in.

    `calls` counts what the solution was asked for, `last` holds the latest answer, `raised` the exceptions that came
    from over there, `lost` is why there are to be no more. `uses` are the ways in which the tests believed an object of
    the solution's, beyond values and functions: what such an object says of itself is the solution's to choose. What
    they took by a name is among them as `name=text`, what they gave as `lent=name`; `unlike` is for answers of a type
    of its own. `helpers` are the numbers of what the tests call by name, the entry point aside. `certain` says that the
    solution failed by itself, wherever its tests may run.
    """

    def __init__(self, channel: Channel, facts: TestFacts) -> None:
        self.calls = 0
        self.uses: set[str] = set()
        self.last: list[Any] = []
        self.raised: Raised = {}
        self.lost: Lost | None = None
        self.helpers: set[int] = set()
        self.certain = False
        self._facts = facts
        self._objects = Mirrors(self.ask)
        self._peer = Peer(channel, self._objects.own, self._objects.theirs)
        self._unfinished: set[int] = set()
        self._lacking: list[str] = []
        self._met = 0
        self._names: dict[str, Any] = {}
        self._surroundings: TestsSurroundings | None = None
        self._turn = threading.RLock()  # some tests ask in several threads
        self._deeper = Deeper()

    def begin(self, wanted: list[str]) -> tuple[dict[str, Any], list[str]]:
        """Return the solution's values of the wanted names, as far as it has them, and the names it defines.

        Raises Lost if the solution could not be loaded.
        """
        self._send(["names", wanted, not self._facts.sees_values_only, self._facts.binds])
        if not self._facts.sees_values_only:
            self._peer.keep_identity(self._objects.odd)
            self._surroundings = TestsSurroundings(seeds=self._facts.seeds)
        try:
            while (frame := self._heard())[0] == "read":  # what it reads while it is loaded
                self._send(self._serve(*frame))
            kind, *rest = frame
            if kind == "fault":
                self._faulty(*rest)
            found, defined, lacking = rest
            self._lacking = [name for name in self._facts.binds if name in lacking]
            if kind == "names":
                self._met = self._objects.count
                return {name: value for name, value in found if name in wanted}, [str(name) for name in defined]
        except (ValueError, TypeError, LookupError):
            pass
        raise self._lose("tampering", "wrote something else where its names were asked for")

    def share(self, names: dict[str, Any]) -> None:
        """Let the solution see what the tests bind, name by name, if it lacks a name that they do."""
        self._names = names

    def look_up(self, name: str) -> Any:
        """Return what a name of the solution's stands for now."""
        return self.ask("name", 0, (name,), {})

    def end(self) -> None:
        """Take stock: to go on until something fits is to believe an object, not to compare a value."""
        self.last.clear()
        if self._objects.count > self._met:
            self.uses.add("unlike")
        if self._unfinished:
            self.uses.add("some" if self._facts.takes_some else "next")

    def ask(self, operation: str, number: int, args: Any, kwargs: Any) -> Any:
        """Have the solution do something with an object of its own; meanwhile it may call back.

        Raises what it raised, or Lost.
        """
        with self._turn, self._deeper:
            return self._ask(operation, number, args, kwargs)

    def _ask(self, operation: str, number: int, args: Any, kwargs: Any) -> Any:
        self._prepare(operation, args)
        packed, context = self._peer.passing.pack(args, kwargs)
        self._send([operation, number, packed])
        while True:
            frame = self._heard()
            try:
                if frame[0] == "ok":
                    value = self._peer.passing.unpack_answer(frame[1], context)
                    self.uses |= {"unlike"} if frame[2] else set()
                    self.last = [value]
                    if operation == "next":
                        self._unfinished.add(number)
                    elif operation == "call" and number in self.helpers:
                        self.uses.add("make" if isinstance(value, Proxy) else "helper")
                    return value
                if frame[0] == "error":
                    if frame[7] is not None:
                        self._peer.passing.unpack_answer(frame[7], context)
                    raised = self._raised(frame[1:7], operation, number)
                    break
                kind, theirs, packed = frame
            except MemoryError:
                raise self._lose("output", "answered with more than the tests can take") from None
            except Exception:
                raise self._lose("tampering", "answered a call with something that is no answer") from None
            self._send(self._serve(kind, theirs, packed))
        raise raised

    def _prepare(self, operation: str, args: Any) -> None:
        if self.lost is not None:
            raise self.lost
        self.calls += 1
        if operation not in _PLAIN_OPERATIONS and args[:1] not in _NAMES:
            self.uses.add(operation)
        if self._surroundings is not None or self._lacking:
            self._tell()

    def _tell(self) -> None:
        for change in self._surroundings.changes() if self._surroundings else ():
            self._send(["tell", *change])
        for name in [name for name in self._lacking if name in self._names]:
            self._lacking.remove(name)
            with suppress(Unrepresentable):  # it goes without, as it did
                lent = self._peer.encode(self._names[name])
                self._send(["tell", "name", [name, lent]])
                # What is of the tests' own making may be what they expect.
                self.uses |= set() if isinstance(lent, dict) and _KNOWN_ANYWAY & lent.keys() else {f"lent={name}"}

    def _heard(self) -> list[Any]:
        """Return the next frame that wants something, having taken in what the solution tells before it."""
        while True:
            frame = self._receive()
            if not isinstance(frame, list) or not frame:
                raise self._lose("tampering", "wrote something else where a call is answered")
            if frame[0] != "tell" or self._surroundings is None:
                return frame
            try:
                self.uses |= set(filter(None, [self._surroundings.hear(*frame[1:])]))
            except Exception:
                raise self._lose("tampering", "told something that is not its to tell") from None

    def _serve(self, operation: Any, number: Any, packed: Any) -> list[Any]:
        """Do what the solution asks of a callback that it was given; only calls and steps, and of those only."""
        if operation == "read" and (surroundings := self._surroundings) is not None:
            return self._done(lambda: surroundings.read(number, packed), None)
        if operation not in ("call", "next"):
            raise self._lose("tampering", f"asked the tests for something that is not its to ask ({operation!r:.40})")
        try:
            target = self._objects.table[number]
            args, kwargs, context = self._peer.passing.unpack(packed)
        except Exception:
            raise self._lose("tampering", "asked for an object that it was never given") from None
        return self._done(lambda: OPERATIONS[operation](target, *args, **kwargs), context)

    def _done(self, work: Callable[[], Any], context: Any) -> list[Any]:
        try:
            answer = work()
            if context is None:
                return ["ok", self._peer.encode(answer)]
            packed = self._peer.passing.pack_answer(answer, context)
            self._tell()
            return ["ok", packed]
        except Exception as error:
            return ["error", type(error).__name__, said(error), self._described(error)]

    def _described(self, error: BaseException) -> Any:
        """Return all that there is to an exception of the tests', if they look at more than values."""
        if self._surroundings is None:
            return None
        try:
            return self._peer.passing.pack_answer(self._objects.exceptions.described(error, said(error)), ([], []))
        except (Unrepresentable, TypeError, ValueError, AttributeError):
            return None

    def _faulty(self, kind: Any, *rest: Any) -> None:
        if kind == "syntax_error":
            raise self._lose("syntax_error", str(rest[0]))
        error = RuntimeError()
        raise self._lose(*explain(error, "", [], {id(error): (error, as_told(rest))}))

    def _raised(self, what: list[Any], operation: str, number: int) -> BaseException:
        """Return the exception to raise here for one that was raised over there."""
        five, whole = as_told(what), what[5]
        name, message, line, base, _ = five
        kind = self._objects.classes.class_of(base)
        if operation in ("next", "anext") and issubclass(kind, StopIteration | StopAsyncIteration):
            self._unfinished.discard(number)
            value = () if whole is None else self._peer.passing.unpack_answer(whole, [])["args"]
            return kind(*value[:1])  # what a generator returns
        if not issubclass(kind, Exception) and not self._facts.catches(kind):
            where = f" (line {line} of the solution)" if line else ""
            return self._lose("exception", f"{name}: {message}{where}" if message else f"{name}{where}")
        self.certain = self.certain or (issubclass(kind, Exception) and not self._facts.catches(kind))
        error: BaseException = RuntimeError(f"{name}: {message}")  # for tests that will not look at it
        if whole is not None:
            error = self._objects.exceptions.made(self._peer.passing.unpack_answer(whole, []), self._facts.catches)
        self.raised[id(error)] = (error, five)
        return error

    def _send(self, frame: list[Any]) -> None:
        try:
            self._peer.channel.send(frame)
        except Gone:
            raise self._lose("died", "") from None
        except TooLong:
            # It may have come from the solution, so it is no reason to grade in another way.
            raise self._lose("output", "the tests had more to pass to it than can be sent") from None

    def _receive(self) -> Any:
        try:
            return self._peer.receive()
        except Gone:
            raise self._lose("died", "") from None
        except Broken as error:
            raise self._lose("tampering", f"wrote {error} where a call is answered") from None
        except (TooLong, MemoryError):
            raise self._lose("output", "answered with more than the tests can take") from None

    def _lose(self, cause: str, detail: str) -> Lost:
        self.certain, self.lost = True, self.lost or Lost(cause, detail)
        return self.lost
