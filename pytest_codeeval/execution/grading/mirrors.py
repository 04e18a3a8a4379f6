"""Mirrors: what each side holds in place of the other's objects, in the tests' process."""

import io
import re
from collections.abc import Callable
from typing import Any

from pytest_codeeval.execution.grading.codec import encode
from pytest_codeeval.execution.grading.peer import TEXTS, Table, abilities, home_of
from pytest_codeeval.execution.grading.proxy import (
    Proxy,
    abilities_of,
    from_library,
    make_remote,
    make_value,
    number_of,
    remote_of,
)
from pytest_codeeval.execution.grading.raised import ExceptionClasses, Exceptions, said

_LONGEST_TEXT = 1000


class Unrepresentable(BaseException):
    """The tests pass something to the solution that cannot leave this process."""


class Mirrors:
    """Objects of the tests that the solution knows by number, and what the tests hold in place of the solution's."""

    def __init__(self, ask: Callable[[str, int, Any, Any], Any]) -> None:
        self.table = Table()
        self.classes = ExceptionClasses()
        self.exceptions = Exceptions(self.classes, answers=False)
        self._ask = ask
        self._remotes: dict[int, Proxy] = {}
        self._values: dict[int, Any] = {}

    @property
    def count(self) -> int:
        """How many objects of the solution's the tests have met."""
        return len(self._remotes)

    def own(self, value: Any) -> Any:
        """Encode an object that is no value. Raises Unrepresentable if it cannot leave this process."""
        if isinstance(value, Proxy):
            return {"yours": number_of(value)}
        if isinstance(value, type) and issubclass(value, BaseException):
            return {"ec": self.classes.spec_of(value)}
        if isinstance(value, re.Pattern):
            return {"re": [encode(value.pattern, self.own), value.flags]}
        if isinstance(value, Exception):
            return {"ex": encode(self.exceptions.described(value, said(value)), self.own)}
        home = home_of(value)
        if home:
            return {"lib": home}
        able = "" if isinstance(value, io.IOBase) else abilities(value)
        if "n" in able or "c" in able or type(value) is object:
            texts = [getattr(value, name, None) for name in TEXTS]
            texts = [text[:_LONGEST_TEXT] if type(text) is str else None for text in texts]
            return {"f": [self.table.number(value), next((one for one in "nc" if one in able), ""), texts]}
        raise Unrepresentable(f"a {type(value).__name__} is passed to the solution")

    def odd(self, value: Any) -> Any:
        """Encode a value that stands for one of the solution's own types; None for any other."""
        remote = remote_of(value)
        return None if remote is None else {"yours": number_of(remote)}

    def theirs(self, tag: str, payload: Any) -> Any:
        """Return what to hold in place of the other side's. Raises ValueError and the like for what is none."""
        if tag == "yours":
            return self.table[payload]
        if tag == "ec":
            return self.classes.class_of(payload)
        if tag == "sub":
            handle, kind, base = payload
            return self._value(handle, kind, base)
        if tag != "h":
            raise ValueError("no such tag")
        return self._object(payload)

    def _value(self, remote: Proxy, kind: Any, base: Any) -> Any:
        """Return the same value each time that the same object stands behind it, as for a member of an enumeration."""
        value = self._values.get(number_of(remote))
        if value is None or type(value).__base__ is not type(base) or value != base:
            value = self._values[number_of(remote)] = make_value(remote, kind, base)
        return value

    def _object(self, payload: Any) -> Any:
        number, kind, able, *home = payload
        found = from_library(*home) if home else None
        if found is not None:
            return found
        remote = self._remotes.get(number)
        if remote is None or abilities_of(remote) != able:
            remote = self._remotes[number] = make_remote(self._ask, number, kind, able)
        return remote
