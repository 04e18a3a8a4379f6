"""Tester: the program of the process that holds a problem's tests, and decides whether a solution passes them.

One process serves the samples of one problem. The solution is in another; here it is a `Remote`.
"""

import ast
import builtins
import io
import json
import operator
import os
import random
import socket
import threading
from collections import deque
from collections.abc import Iterator
from typing import Any

from pytest_codeeval.execution.grading.channel import Broken, Channel, Gone, TooLong
from pytest_codeeval.execution.grading.failure import TEST, explain
from pytest_codeeval.execution.grading.peer import OPERATIONS, Peer, Table, abilities, home_of
from pytest_codeeval.execution.grading.remote import (
    Remote,
    abilities_of,
    from_library,
    make_remote,
    module_of,
    number_of,
)

_LONGEST_PROBLEM = 16 << 20
_LONGEST_KEY = 1000
_FUNCTIONS = ("function", "builtin_function_or_method", "method", "partial", "_lru_cache_wrapper")


class Lost(BaseException):
    """The solution cannot be asked any more; no `except Exception` in a test may hide that."""

    def __init__(self, cause: str, detail: str) -> None:
        super().__init__(cause, detail)
        self.cause = cause
        self.detail = detail


class Unrepresentable(BaseException):
    """The tests pass something to the solution that cannot leave this process."""


def main(control: socket.socket) -> None:
    """Serve one problem: first its tests come, then a pair of descriptors for each sample; does not return."""
    job = json.loads(_whole(control))
    tests, own = _Tests(job), os.getpid()
    while True:
        _, descriptors, _, _ = socket.recv_fds(control, 1, 2)
        if len(descriptors) != 2:
            os._exit(0)
        verdict = tests.check(*descriptors)
        if os.getpid() != own:
            os._exit(0)  # tests that forked say one thing only
        for descriptor in descriptors:
            os.close(descriptor)
        control.sendall(json.dumps(verdict).encode("ascii") + b"\n")


def _whole(control: socket.socket) -> bytes:
    length = int.from_bytes(_exactly(control, 4), "big")
    if length > _LONGEST_PROBLEM:
        raise ValueError("a problem of that size")
    return _exactly(control, length)


def _exactly(control: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        chunk = control.recv(length - len(data))
        if not chunk:
            os._exit(0)
        data += chunk
    return data


class _Tests:
    """A problem's tests, compiled once and executed anew for each sample."""

    def __init__(self, job: dict[str, Any]) -> None:
        self._job = job
        self._preamble = compile(job["preamble"], "<prompt>", "exec", dont_inherit=True)
        self._test = compile(job["test"], TEST, "exec", dont_inherit=True)
        entry = job["entry_point"]
        wanted = set(_names(self._test)) - set(vars(builtins))
        self._wanted = sorted(wanted | {entry} if entry else wanted)
        self._modules = [name for name in _used_for_attributes(job["test"]) if module_of(name) is not None]

    def check(self, reader: int, writer: int) -> dict[str, Any]:
        """Run the tests against the solution at the other end; return how that ended."""
        conversation = Conversation(Channel(reader, writer))
        random.seed(0)  # some tests draw their inputs: the same for all samples
        stage = "load"
        try:
            names, entry = self._begin(conversation)
            stage = "test"
            exec(self._test, names)
            if self._job["call"]:
                names["check"](entry)
            cause, detail = "passed", ""
        except Lost as lost:
            cause, detail = lost.cause, lost.detail
        except Unrepresentable as error:
            cause, detail = "unrepresentable", str(error)
        except BaseException as error:
            cause, detail = explain(error, self._job["test"], conversation.last, conversation.raised)
        if conversation.lost is not None:
            # Sticky: a test that catches everything does not catch this.
            cause, detail = conversation.lost.cause, conversation.lost.detail
        elif cause == "passed" and not conversation.calls:
            cause, detail = "wrong_answer", "the tests ended without a call of the solution"
        return {"cause": cause, "detail": detail[:4000], "stage": stage, "handles": conversation.handles}

    def _begin(self, conversation: "Conversation") -> tuple[dict[str, Any], Any]:
        names: dict[str, Any] = {"__name__": "tests", "__builtins__": builtins}
        # The benchmark's own helpers, not the solution's version of them.
        exec(self._preamble, names)
        found, defined = conversation.begin(self._wanted)
        entry = self._job["entry_point"]
        if entry and entry not in found:
            has = ", ".join(defined[:10]) or "no function"
            raise Lost("no_entry_point", f"{entry} is not defined; the solution defines {has}")
        # What a test takes for a module of the standard library is none of the solution's making.
        found |= {name: module_of(name) for name in self._modules if name in found and name != entry}
        names = {**found, **names}
        if entry:
            names[entry] = found[entry]
        # Nobody sees the calls of a function of the library that the solution took as it is, nor are there any of what
        # is no function: the tests look at something of the solution's, whatever it is.
        if not entry or (callable(found[entry]) and not isinstance(found[entry], Remote)):
            conversation.calls += bool(found)
        return names, found.get(entry)


def _used_for_attributes(test: str) -> set[str]:
    """Return the names of which the test uses attributes."""
    parts = (part.value for part in ast.walk(ast.parse(test)) if isinstance(part, ast.Attribute))
    return {part.id for part in parts if isinstance(part, ast.Name)}


def _names(code: Any) -> Iterator[str]:
    """Yield the names that code may look up outside of itself."""
    yield from (name for name in code.co_names if not name.startswith("__"))
    for constant in code.co_consts:
        if hasattr(constant, "co_names"):
            yield from _names(constant)


class Conversation:
    """What the tests have with one solution: calls out, callbacks in.

    `calls` counts the calls, `last` holds the latest answer, `raised` the exceptions that came from over there, `lost`
    is why there are to be no more. `handles` tells whether there was more to it than values and functions.
    """

    def __init__(self, channel: Channel) -> None:
        self.calls = 0
        self.handles = False
        self.last: list[Any] = []
        self.raised: dict[int, tuple[BaseException, list[Any]]] = {}
        self.lost: Lost | None = None
        self._peer = Peer(channel, self._own, self._theirs)
        self._table = Table()
        self._remotes: dict[int, Remote] = {}
        self._turn = threading.RLock()  # some tests ask in several threads

    def begin(self, wanted: list[str]) -> tuple[dict[str, Any], list[str]]:
        """Return the solution's values of the wanted names, as far as it has them, and the names it defines.

        Raises Lost where the solution could not be loaded.
        """
        self._send(["names", wanted])
        frame = self._receive()
        try:
            kind, *rest = frame
            if kind == "fault":
                self._faulty(*rest)
            found, defined = rest
            if kind == "names":
                return {name: value for name, value in found if name in wanted}, [str(name) for name in defined]
        except (ValueError, TypeError):
            pass
        raise self._lose("tampering", "wrote something else where its names were asked for")

    def ask(self, operation: str, number: int, args: Any, kwargs: Any) -> Any:
        """Have the solution do something with an object of its own; meanwhile it may call back.

        Raises what it raised, or Lost.
        """
        with self._turn:
            return self._ask(operation, number, args, kwargs)

    def _ask(self, operation: str, number: int, args: Any, kwargs: Any) -> Any:
        if self.lost is not None:
            raise self.lost
        self.calls += operation == "call"
        self.handles = self.handles or operation != "call"
        self._send([operation, number, *self._arguments(args, kwargs)])
        while True:
            frame = self._receive()
            if not isinstance(frame, list) or not frame:
                raise self._lose("tampering", "wrote something else where a call is answered")
            try:
                if frame[0] == "ok":
                    _, value, changes = frame
                    self._change(args, kwargs, changes)
                    self.last = [value]
                    return value
                if frame[0] == "error":
                    _, name, message, line, base, errno = frame
                    raised = self._raised(str(name), str(message), int(line), str(base), int(errno), operation)
                    break
                kind, theirs, their_args, their_pairs = frame
            except (ValueError, TypeError, IndexError, KeyError):
                raise self._lose("tampering", "answered a call with something that is no answer") from None
            self._send(self._serve(kind, theirs, their_args, their_pairs))
        raise raised

    def _serve(self, operation: Any, number: Any, args: Any, pairs: Any) -> list[Any]:
        """Do what the solution asks of a callback that it was given; only calls and steps, and of those only."""
        if operation not in ("call", "next"):
            raise self._lose("tampering", f"asked the tests for something that is not its to ask ({operation!r:.40})")
        try:
            target = self._table[number]
            kwargs = {str(name): value for name, value in pairs}
        except (ValueError, TypeError):
            raise self._lose("tampering", "asked for an object that it was never given") from None
        try:
            return ["ok", self._peer.encode(OPERATIONS[operation](target, *args, **kwargs)), []]
        except Exception as error:
            return ["error", type(error).__name__, str(error)[:1000]]

    def _arguments(self, args: Any, kwargs: Any) -> list[Any]:
        return [
            [self._peer.encode(value) for value in args],
            [[name, self._peer.encode(value)] for name, value in kwargs.items()],
        ]

    def _change(self, args: Any, kwargs: Any, changes: Any) -> None:
        """Do to the arguments what the solution has done to its copies of them."""
        for place, after in changes:
            before = kwargs[place] if isinstance(place, str) else args[place]
            _become(before, after)

    def _faulty(self, kind: Any, *rest: Any) -> None:
        if kind == "syntax_error":
            raise self._lose("syntax_error", str(rest[0]))
        name, message, line, base, errno = rest
        error = self._raised(str(name), str(message), int(line), str(base), int(errno), "")
        raise self._lose(*explain(error, "", [], self.raised))

    def _raised(self, name: str, message: str, line: int, base: str, errno: int, operation: str) -> BaseException:
        """Return the exception to raise here for one that was raised over there."""
        kind = getattr(builtins, base, None)
        if not isinstance(kind, type) or not issubclass(kind, Exception):
            where = f" (line {line} of the solution)" if line else ""
            return self._lose("exception", f"{name}: {message}{where}" if message else f"{name}{where}")
        if operation != "next" and issubclass(kind, StopIteration):
            kind = RuntimeError  # it would end a loop of the tests instead of failing them
        if name != kind.__name__:
            kind = type(name[:100].replace("\0", "") or "Exception", (kind,), {})
        try:
            error: BaseException = kind(_key(message) if issubclass(kind, KeyError) else message)
        except Exception:  # some want more than a message
            error = RuntimeError(f"{name}: {message}")
        self.raised[id(error)] = (error, [name, message, line, base, errno])
        return error

    def _own(self, value: Any) -> Any:
        if isinstance(value, Remote):
            return {"yours": number_of(value)}
        home = home_of(value)
        if home:
            return {"lib": home}
        able = "" if isinstance(value, io.IOBase) else abilities(value)
        if "n" in able or "c" in able:
            return {"f": [self._table.number(value), "n" if "n" in able else "c"]}
        raise Unrepresentable(f"a {type(value).__name__} is passed to the solution")

    def _theirs(self, tag: str, payload: Any) -> Any:
        if tag == "yours":
            return self._table[payload]
        if tag != "h":
            raise ValueError("no such tag")
        number, kind, able, *home = payload
        found = from_library(*home) if home else None
        if found is not None:
            return found
        self.handles = self.handles or kind not in _FUNCTIONS
        remote = self._remotes.get(number)
        if remote is None or abilities_of(remote) != able:
            remote = self._remotes[number] = make_remote(self, number, kind, able)
        return remote

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
        self.lost = self.lost or Lost(cause, detail)
        return self.lost


def _key(message: str) -> Any:
    """Return the key that a KeyError's message shows, where it is a plain one: what such an error bears is the key."""
    try:
        found = ast.literal_eval(message[:_LONGEST_KEY])
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return message
    return found if isinstance(found, str | int | float | bytes | tuple | None) else message


def _become(before: Any, after: Any) -> Any:
    """Give a mutable object another's contents, and return it; another that it cannot become is returned itself."""
    if not isinstance(before, type(after)):
        return after
    if isinstance(before, list):
        before[:] = [_become(old, new) for old, new in zip(before, after, strict=False)] + after[len(before) :]
    elif isinstance(before, dict):
        merged = {key: _become(before[key], value) if key in before else value for key, value in after.items()}
        before.clear()
        for key, value in merged.items():  # update() means something else to a Counter
            before[key] = value
    elif isinstance(before, set):
        before.clear()
        before |= after
    elif isinstance(before, bytearray):
        before[:] = after
    elif isinstance(before, deque):
        kept = [_become(old, new) for old, new in zip(before, after, strict=False)]
        kept += list(after)[len(kept) :]
        before.clear()
        before.extend(kept)
    elif isinstance(before, tuple) and len(before) == len(after):
        parts = [_become(old, new) for old, new in zip(before, after, strict=True)]
        return before if all(map(operator.is_, parts, before)) else tuple(parts)
    else:
        return after
    return before
