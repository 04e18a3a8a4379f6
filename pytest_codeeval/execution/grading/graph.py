"""Graph: values with what they have in common: which list stands in several places, and which is an argument's own.

A graph travels as a list of nodes, one for each container, and refers to them by number; so it may nest as deep as it
likes, hold itself, and name the containers that both sides know from the same call. Leaves are the codec's.
"""

from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from collections.abc import Callable
from typing import Any

from pytest_codeeval.execution.grading.arrays import decode_array, decode_numpy, form_of_array
from pytest_codeeval.execution.grading.containers import (
    FILLED,
    MAPPINGS,
    MUTABLE,
    base_of,
    differ,
    fields_of,
    held_by,
    kind_of,
    pairs_of,
)
from pytest_codeeval.execution.grading.decoding import ordered_set

_EMPTY: dict[str, Callable[[], Any]] = {
    "l": list,
    "s": set,
    "ba": bytearray,
    "dd": defaultdict,
    "C": Counter,
    "O": OrderedDict,
    "d": dict,
}
_LONGEST_NAME = 100

Leaf = Callable[[Any], Any]


class Ref:
    """A reference to a node, as it comes out of the decoder: to one of this graph, or to one that both sides know."""

    __slots__ = ("known", "number")

    def __init__(self, number: int, *, known: bool = False) -> None:
        self.number = number
        self.known = known


class Encoder:
    """Encodes one graph; `leaf` encodes what is no container, `known` are the containers that both sides know."""

    def __init__(self, leaf: Leaf, known: list[Any]) -> None:
        self._leaf = leaf
        self._known = {id(value): number for number, value in enumerate(known)}
        self._numbers: dict[int, int] = {}
        self.objects: list[Any] = []
        """The containers of the graph, by the number of their node: what both sides know from now on."""

    def encode_call(self, args: Any, kwargs: dict[str, Any]) -> list[Any]:
        """Return the arguments of a call, those with a keyword, and the nodes of the graph that they share."""
        tops = [self._child(value) for value in args]
        named = [[name, self._child(value)] for name, value in kwargs.items()]
        return [tops, named, self._nodes()]

    def encode_with_changes(self, root: Any, known: list[Any], before: list[Any]) -> list[Any]:
        """Return top and nodes of a graph, and which of the known containers hold other things than `before`."""
        top, changes = self._child(root), []
        for number, value in enumerate(known):
            kind = kind_of(value)
            if kind in MUTABLE and differ(kind, held_by(value), before[number]):
                changes.append([number, self._node(value, kind)])
        return [top, self._nodes(), changes]

    def _nodes(self) -> list[Any]:
        nodes: list[Any] = []
        while len(nodes) < len(self.objects):  # each node may bring more of them
            value = self.objects[len(nodes)]
            nodes.append(self._node(value, kind_of(value)))
        return nodes

    def _child(self, value: Any) -> Any:
        if not kind_of(value):
            return self._leaf(value)
        known = self._known.get(id(value))
        if known is not None:
            return {"@": known}
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self.objects)
            self.objects.append(value)
        return {"&": number}

    def _node(self, value: Any, kind: str) -> list[Any]:
        if kind == "np":
            return ["np", self._leaf(value)["np"]]
        if kind == "ar":
            return ["ar", form_of_array(value)]
        if kind == "ba":
            return ["ba", bytearray.hex(value)]
        if kind in MAPPINGS:
            pairs = [[self._child(key), self._child(item)] for key, item in pairs_of(value, kind)]
            return [kind, pairs, self._child(value.default_factory)] if kind == "dd" else [kind, pairs]
        items = [self._child(item) for item in base_of(value).__iter__(value)]
        if kind == "dq":
            return [kind, items, value.maxlen]
        fields = fields_of(value) if kind == "t" else None
        return ["nt", items, type(value).__name__[:_LONGEST_NAME], fields] if fields else [kind, items]


class Decoder:
    """Makes values of graphs; named tuples of the same fields are of the same type."""

    def __init__(self) -> None:
        self._types: dict[tuple[str, tuple[str, ...]], Any] = {}

    def decode_call(self, graph: Any) -> tuple[list[Any], dict[str, Any], list[Any]]:
        """Return arguments, keyword arguments, and the containers of their graph by number.

        Raises ValueError, TypeError or the like for what is no graph.
        """
        tops, named, nodes = graph
        made = self._filled(nodes, [])
        args = [_resolved(top, made, []) for top in tops]
        return args, {str(name): _resolved(top, made, []) for name, top in named}, made

    def decode(self, graph: Any, known: list[Any]) -> Any:
        """Return the value of a graph, and change the containers that both sides know.

        Raises ValueError, TypeError or the like for what is no graph.
        """
        top, nodes, changes = graph
        made = self._filled(nodes, known)
        for number, node in changes:
            value = known[_place(number, known)]
            if kind_of(value) != node[0]:
                raise ValueError("changed into another kind")
            _fill(value, node, made, known)
        return _resolved(top, made, known)

    def _filled(self, nodes: list[Any], known: list[Any]) -> list[Any]:
        made = self._made(nodes, known)
        for value, node in zip(made, nodes, strict=True):
            if node[0] in FILLED and not value:
                _fill(value, node, made, known)
        return made

    def _made(self, nodes: list[Any], known: list[Any]) -> list[Any]:
        """Make all containers: those that change empty, the others with what they hold, from the inside out."""
        made = [_empty(node) if node[0] in MUTABLE else None for node in nodes]
        done = [node[0] in MUTABLE for node in nodes]
        entered: set[int] = set()
        for start in range(len(nodes)):
            waiting = [start]
            while waiting:
                number = waiting[-1]
                if done[number]:
                    waiting.pop()
                    continue
                inner = [_place(item.number, made) for item in nodes[number][1] if type(item) is Ref and not item.known]
                waiting += (unready := [inside for inside in inner if not done[inside]])
                if not unready:
                    made[number], done[number] = self._constant(nodes[number], made, known), True
                elif number in entered:
                    raise ValueError("holds itself, and cannot")
                entered.add(number)
        return made

    def _constant(self, node: Any, made: list[Any], known: list[Any]) -> Any:
        kind, items, *named = node
        values = [_resolved(item, made, known) for item in items]
        if kind == "t":
            return tuple(values)
        if kind == "fs":
            return frozenset(values)
        if kind != "nt":
            raise ValueError("no such node")
        name, fields = named
        key = (str(name), tuple(str(field) for field in fields))
        if key not in self._types:
            self._types[key] = namedtuple(*key, module="solution")
        return self._types[key](*values)


def _empty(node: Any) -> Any:
    kind, items, *rest = node
    if kind == "np":
        return decode_numpy(items)
    if kind == "ar":
        return decode_array(items)
    if kind == "dq":
        return deque(maxlen=rest[0])
    if kind == "s" and not any(type(item) is Ref for item in items):
        return ordered_set(items)
    return _EMPTY[kind]()


def _fill(value: Any, node: Any, made: list[Any], known: list[Any]) -> None:
    kind, items, *rest = node
    if kind == "np":
        value[...] = decode_numpy(items)
        return
    if kind == "ar":
        value[:] = decode_array(items)
        return
    if kind == "ba":
        value[:] = bytes.fromhex(items)
        return
    value.clear()
    if kind in MAPPINGS:
        if kind == "dd":
            value.default_factory = _resolved(rest[0], made, known)
        write = OrderedDict.__setitem__ if kind == "O" else dict.__setitem__
        for key, item in items:
            write(value, _resolved(key, made, known), _resolved(item, made, known))
        return
    values = [_resolved(item, made, known) for item in items]
    value.update(values) if kind == "s" else value.extend(values)


def _place(number: Any, among: list[Any]) -> int:
    if type(number) is not int or not 0 <= number < len(among):
        raise ValueError("no such node")
    return number


def _resolved(item: Any, made: list[Any], known: list[Any]) -> Any:
    if type(item) is not Ref:
        return item
    among = known if item.known else made
    return among[_place(item.number, among)]
