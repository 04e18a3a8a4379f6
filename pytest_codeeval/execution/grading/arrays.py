"""Arrays: those of numpy and of the library's `array`, in JSON's terms; numpy is imported only where it is used."""

import sys
from collections.abc import Callable
from typing import Any

Items = Callable[[list[Any]], list[Any]]
"""Encodes the items of a list."""


def form_of_array(value: Any) -> list[Any]:
    """Return an array of the library's in JSON's terms."""
    return [value.typecode, value.tobytes().hex()]


def decode_array(payload: Any) -> Any:
    """Return an array for its form; ValueError and the like for what is none."""
    from array import array

    code, content = payload
    made = array(str(code))
    made.frombytes(bytes.fromhex(content))
    return made


def encode_numpy(value: Any, items: Items, handle: Callable[[Any], Any]) -> Any:
    """Return an array or number of numpy's in JSON's terms; `handle` gives those of one that is no value."""
    kind = value.dtype.kind
    if kind not in "biufc" or value.dtype.char in "gG":
        if kind in "Mmfc":  # times, and numbers that are longer than Python's
            return {"nb": [*_form(value), value.tobytes().hex()]}
        return _encode_objects(value, items) if kind in "OUS" else handle(value)
    flat = value.ravel().tolist() if value.ndim else [value.item()]
    return {"np": [*_form(value), items(flat)]}


def _form(value: Any) -> list[Any]:
    return [value.dtype.str, list(value.shape), isinstance(value, sys.modules["numpy"].ndarray)]


def _encode_objects(value: Any, items: Items) -> Any:
    if value.ndim == 0:
        return items([value.item()])[0]
    return {"no": [value.dtype.kind, list(value.shape), items(value.ravel().tolist())]}


def decode_numpy(payload: Any) -> Any:
    """Return an array or number of numpy's; ValueError and the like for what is none."""
    import numpy as np

    kind, shape, is_array, items = payload
    dtype = np.dtype(str(kind))
    if dtype.kind not in "biufc" or not isinstance(items, list) or not isinstance(shape, list):
        raise ValueError(kind)
    array = np.array(items, dtype=dtype).reshape([int(length) for length in shape])
    return array if is_array else array[()]


def decode_numpy_bytes(payload: Any) -> Any:
    """Return an array of times or of numbers that are longer than Python's."""
    import numpy as np

    kind, shape, is_array, content = payload
    dtype = np.dtype(str(kind))
    if dtype.kind not in "Mmfc":
        raise ValueError(kind)
    array = np.frombuffer(bytes.fromhex(content), dtype=dtype).copy().reshape([int(length) for length in shape])
    return array if is_array else array[()]


def decode_numpy_objects(payload: Any) -> Any:
    """Return an array of any objects, or of texts."""
    import numpy as np

    kind, shape, items = payload
    array: Any = np.empty(len(items), dtype=object)
    for place, item in enumerate(items):  # not at once: numpy would look into items that are lists
        array[place] = item
    if kind != "O":
        array = np.array(items) if items else array
    return array.reshape([int(length) for length in shape])
