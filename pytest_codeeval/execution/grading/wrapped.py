"""Wrapped: objects of the library that hold a value, and compare as it does without deriving from its type."""

from collections import ChainMap, UserDict, UserList, UserString
from typing import Any


def is_wrapped(value: Any) -> bool:
    """Tell whether a value is of one of these classes."""
    return isinstance(value, ChainMap | UserDict | UserList | UserString)


def unwrapped(value: Any) -> Any:
    """Return what such an object compares as."""
    return dict(value) if isinstance(value, ChainMap | UserDict) else value.data
