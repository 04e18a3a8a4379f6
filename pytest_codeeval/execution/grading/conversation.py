"""Conversation: what the tests have with one solution: calls out, callbacks in."""

import ast
import builtins
import io
import operator
import threading
from collections import deque
from typing import Any

from pytest_codeeval.execution.grading.channel import Broken, Channel, Gone, TooLong
from pytest_codeeval.execution.grading.failure import explain
from pytest_codeeval.execution.grading.peer import OPERATIONS, Peer, Table, abilities, home_of
from pytest_codeeval.execution.grading.remote import (
    Remote,
    abilities_of,
    from_library,
    make_remote,
    number_of,
)

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
