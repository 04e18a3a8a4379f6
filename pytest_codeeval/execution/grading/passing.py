"""Passing: how the arguments and answers of a call cross: as copies, or as graphs that keep what is the same object.

Tests that look at values only are served copies, which cost less. For others a list that is passed twice, an answer
that is an argument, and what the solution does to its arguments come out as they would within one process.
"""

from typing import Any, Protocol

from pytest_codeeval.execution.grading.containers import held, kind_of
from pytest_codeeval.execution.grading.graph import Decoder, Encoder, Leaf

Call = tuple[list[Any], dict[str, Any], Any]
"""Arguments, keyword arguments, and what the answer of this call has to be packed or unpacked with."""


class Graph:
    """A graph as it came, to be decoded once it is known what it belongs to."""

    __slots__ = ("payload",)

    def __init__(self, payload: Any) -> None:
        self.payload = payload


class Passing(Protocol):
    """One way; both sides of a conversation take the same one."""

    def pack(self, args: Any, kwargs: dict[str, Any]) -> tuple[Any, Any]:
        """Return the arguments of a call in JSON's terms, and what its answer will have to be unpacked with."""

    def unpack(self, packed: Any) -> Call:
        """Return the arguments of a call of the other side's."""

    def pack_answer(self, value: Any, context: Any) -> Any:
        """Return an answer, with what became of the arguments, in JSON's terms."""

    def unpack_answer(self, packed: Any, context: Any) -> Any:
        """Return an answer, having done to the arguments what the other side did to them."""


class Copies:
    """Values by themselves: nobody will look at an argument again, or at two answers together."""

    def __init__(self, leaf: Leaf) -> None:
        self._leaf = leaf
        self._graphs = Graphs(leaf)

    def pack(self, args: Any, kwargs: dict[str, Any]) -> tuple[Any, Any]:
        """See Passing."""
        return [[self._leaf(value) for value in args], [[key, self._leaf(value)] for key, value in kwargs.items()]], []

    def unpack(self, packed: Any) -> Call:
        """See Passing."""
        args, pairs = packed
        return args, {str(name): value for name, value in pairs}, []

    def pack_answer(self, value: Any, context: Any) -> Any:  # noqa: ARG002 - nothing to name in an answer
        """See Passing."""
        try:
            return self._leaf(value)
        except RecursionError:  # nests too deep, or holds itself
            return self._graphs.pack_answer(value, ([], []))

    def unpack_answer(self, packed: Any, context: Any) -> Any:  # noqa: ARG002
        """See Passing."""
        return self._graphs.unpack_answer(packed, []) if type(packed) is Graph else packed


class Graphs:
    """Graphs: identity is kept within each call, the answer of which may name what was passed to it.

    What holds no container passes by itself, which is quicker: it has no identity that anybody leans on.
    """

    def __init__(self, leaf: Leaf) -> None:
        self._leaf = leaf
        self._decoder = Decoder()

    def pack(self, args: Any, kwargs: dict[str, Any]) -> tuple[Any, Any]:
        """See Passing."""
        if not kwargs and not any(map(kind_of, args)):
            return [self._leaf(value) for value in args], []
        encoder = Encoder(self._leaf, [])
        return {"g": encoder.encode_call(args, kwargs)}, encoder.objects

    def unpack(self, packed: Any) -> Call:
        """See Passing."""
        if type(packed) is list:
            return packed, {}, ([], [])
        args, kwargs, known = self._decoder.decode_call(packed.payload)
        return args, kwargs, (known, held(known))

    def pack_answer(self, value: Any, context: Any) -> Any:
        """See Passing."""
        known, before = context
        if not known and not kind_of(value):
            return self._leaf(value)
        return {"g": Encoder(self._leaf, known).encode_with_changes(value, known, before)}

    def unpack_answer(self, packed: Any, context: Any) -> Any:
        """See Passing."""
        return self._decoder.decode(packed.payload, context) if type(packed) is Graph else packed
