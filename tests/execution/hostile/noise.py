"""Makes programs that write noise where answers belong: from a seed, so that each can be made again."""

from __future__ import annotations

import json
import random
from typing import Any

TAGS = [*"icbtsdCOrDFxhf", "ba", "fs", "dq", "sl", "dt", "date", "tm", "td", "ty", "dk", "dv", "di", "np", "no"]
TAGS += ["yours", "lib", "zz", "g", "&", "@", "ec", "sub", "mv", "uu", "pp", "nb"]
NODES = ["l", "t", "s", "fs", "ba", "dq", "dd", "C", "O", "d", "np", "nt", "zz"]
WORDS = [
    "ok",
    "error",
    "call",
    "next",
    "get",
    "set",
    "iter",
    "names",
    "fault",
    "item",
    "put",
    "repr",
    "passed",
    "frac",
    "tell",
]
WORDS += ["read"]
TEST = """
assert abs(frac(3.5) - 0.5) < 1e-6
assert list(map(frac, [1.25, 2.5])) == [0.25, 0.5]
assert frac("x") is not None
"""
ATOMS: list[Any] = [None, True, False, 0, 1, -1, 7, 10**30, 42.5, float("nan"), float("inf"), "", "x", "0x1f", "ff"]
ATOMS += ["1/3", "1e9", "int", "\ud800", "\0", "os", "_exit", "math", "abs", "cinlg"]
# The tests ask for three things at least, of which no noise is the answer.
PROGRAM = """
import os
def frac(number):
    for fd in range(3, 9):
        try:
            for part in {parts!r}: os.write(fd, part)
        except OSError: pass
    {end}
"""
ENDS = (
    "return 42.0",
    "return None",
    "os._exit(0)",
    "os.close(4); os.close(5)",
    "raise ValueError",
    "return frac",
    "return [frac, {}, ()]",
)


def program(seed: int) -> str:
    """Return the solution of that number."""
    chance = random.Random(seed)
    parts = [_part(chance) for _ in range(chance.randint(1, 3))]
    return PROGRAM.format(parts=parts, end=chance.choice(ENDS))


def _part(chance: random.Random) -> bytes:
    kind = chance.randrange(8)
    if kind == 0:
        return chance.randbytes(chance.randint(1, 200))
    if kind == 1:  # more announced than comes
        return chance.randint(0, 1 << 32).to_bytes(5, "big")[1:] + chance.randbytes(chance.randint(0, 50))
    body = _text(chance, kind).encode("utf-8", "surrogatepass")
    length = len(body) if chance.random() < 0.9 else chance.randint(0, 2 * len(body) + 2)
    return length.to_bytes(4, "big") + body


def _text(chance: random.Random, kind: int) -> str:
    if kind == 2:
        return "".join(chance.choice('[]{}",:0123456789.eE-nulltruefalse \\u') for _ in range(chance.randint(0, 120)))
    if kind == 3:
        return chance.choice("[{") * chance.randint(1, 20_000)
    frame = [chance.choice([*WORDS, noise(chance, 1)]), *(noise(chance, 3) for _ in range(chance.randint(0, 5)))]
    if kind == 4:
        frame = ["ok", _graph(chance) if chance.random() < 0.8 else noise(chance, 4)]
    return json.dumps(frame, ensure_ascii=chance.random() < 0.9)


def _graph(chance: random.Random) -> Any:
    """Return something like a graph: references to nodes that may not be there, of kinds that do not fit."""

    def item() -> Any:
        return {chance.choice("&@"): chance.randint(0, 3)} if chance.random() < 0.4 else noise(chance, 1)

    def node() -> list[Any]:
        kind = chance.choice(NODES)
        pairs = kind in ("d", "dd", "C", "O")
        items = [[item(), item()] if pairs else item() for _ in range(chance.randint(0, 3))]
        return [kind, items, *(noise(chance, 1) for _ in range(chance.randint(0, 2)))]

    nodes = [node() for _ in range(chance.randint(0, 4))]
    changes = [[chance.randint(-1, 3), node()] for _ in range(chance.randint(0, 2))]
    return {"g": [item(), nodes, changes]}


def noise(chance: random.Random, depth: int) -> Any:
    """Return something that JSON can say, as often as not in the shape of an encoded value."""
    kind = chance.randrange(9 if depth else 6)
    if kind < 6:
        return chance.choice(ATOMS)
    items = [noise(chance, depth - 1) for _ in range(chance.randint(0, 4))]
    if kind == 6:
        return items
    tag = chance.choice(TAGS)
    return {tag: items if chance.random() < 0.8 else noise(chance, depth - 1)}
