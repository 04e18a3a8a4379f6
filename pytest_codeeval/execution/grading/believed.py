"""Believed: what the tests take from a solution by a name, and go by without a look at what it is."""

import json
import os
import types
from contextlib import suppress
from typing import Any

from pytest_codeeval.execution.grading.codec import encode
from pytest_codeeval.execution.grading.proxy import Proxy

_LONGEST = 1000
_OWN = "solution"  # the module of the exceptions that it defines


def believed_thing(name: str, value: Any) -> str:
    """Return a use, as `Conversation.uses` has them, if a function or class is another one than its name says.

    One that is called by the tests is a Proxy, and counted there. A class that AssertionError derives from would catch
    what the tests themselves raise.
    """
    kinds = value if isinstance(value, tuple) else (value,)
    if any(isinstance(kind, type) and issubclass(AssertionError, kind) for kind in kinds):
        return f"{name}={value!r}"
    if isinstance(value, Proxy) or not isinstance(value, type | types.FunctionType | types.BuiltinFunctionType):
        return ""
    return "" if value.__name__ == name or value.__module__ == _OWN else f"{name}={value.__module__}.{value.__name__}"


def believed_data(name: str, value: Any) -> str:
    """Return a use of data that the tests go by: a limit that is held against an answer, for one.

    The same data of a right solution are the same text. What is too long for that is like nobody's.
    """
    text = ""
    with suppress(RecursionError):  # nests too deep, or holds itself
        text = json.dumps(encode(value, lambda found: {"?": type(found).__name__}), sort_keys=True)
    return f"{name}={text if 0 < len(text) <= _LONGEST else os.urandom(8).hex()}"
