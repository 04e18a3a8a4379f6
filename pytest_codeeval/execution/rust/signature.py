"""Signatures of functions over plain values, as a source declares them at its root."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from pytest_codeeval.execution.rust.lexer import Kind, Token, closing, tokens
from pytest_codeeval.execution.rust.plaintype import EVERYWHERE, Plain, plain_type
from pytest_codeeval.execution.rust.publishing import items

_OPENING, _CLOSING = frozenset({"(", "[", "{", "<"}), frozenset({")", "]", "}", ">"})
_UNIT = Plain("()", "", "()")


@dataclass(frozen=True, slots=True)
class Signature:
    """A function's name, the types of its parameters, and of what it returns."""

    name: str
    parameters: tuple[Plain, ...]
    result: Plain

    @property
    def changes(self) -> bool:
        """Whether something is lent to it that it may change."""
        return any(parameter.form == "&mut" for parameter in self.parameters)


def signatures(source: str) -> dict[str, Signature | None]:
    """Return what stands at the root of `source` by name: a signature, None for all that is no such function."""
    found = tokens(source)
    places = {token.start: index for index, token in enumerate(found)}
    declared = list(items(source))
    imported = (EVERYWHERE | _imported(found)) - {item.name for item in declared}
    signatures: dict[str, Signature | None] = {}
    for item in declared:
        read = _signature(found, places[item.end], imported) if item.keyword == "fn" else None
        signatures[item.name] = None if item.name in signatures else read
    return signatures


def _signature(found: Sequence[Token], place: int, imported: Set[str]) -> Signature | None:
    """Return the signature of the function whose words begin at `place`."""
    place += found[place].text == "const"
    if place + 2 >= len(found) or found[place].text != "fn":
        return None
    name = found[place + 1].text
    opening = _after_lifetimes(found, place + 2)
    if opening >= len(found) or found[opening].text != "(":
        return None
    end = closing(found, opening)
    if end == len(found):
        return None
    parameters = [_parameter(part, imported) for part in _parts(found[opening + 1 : end])]
    brace = _body(found, end + 1)
    result = _UNIT if brace <= end + 1 else _result(found[end + 1 : brace], imported)
    if result is None or result.form == "&mut" or any(parameter is None for parameter in parameters):
        return None
    return Signature(name, tuple(filter(None, parameters)), result)


def _body(found: Sequence[Token], place: int) -> int:
    """Return where the body begins, or the semicolon that stands for one; behind all types, and their semicolons."""
    while place < len(found) and found[place].text not in ("{", ";"):
        place = closing(found, place) + 1 if found[place].text in ("(", "[") else place + 1
    return place


def _after_lifetimes(found: Sequence[Token], place: int) -> int:
    """Return where the parameters begin, behind `<'a, 'b: 'a>`; the place itself where types are parameters too."""
    if found[place].text != "<":
        return place
    end = place + 1
    while end < len(found) and (found[end].kind is Kind.LIFETIME or found[end].text in (",", ":", "+")):
        end += 1
    return end + 1 if end < len(found) and found[end].text == ">" else place


def _parameter(part: Sequence[Token], imported: Set[str]) -> Plain | None:
    colon = next((index for index, token in enumerate(part) if token.text == ":"), len(part))
    attributed = bool(part) and part[0].text == "#"
    return None if attributed else plain_type(part[colon + 1 :], imported)


def _result(part: Sequence[Token], imported: Set[str]) -> Plain | None:
    return plain_type(part[1:], imported) if part[0].text == "->" else None


def _parts(found: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yield what commas part, outside of all brackets."""
    start = depth = 0
    for index, token in enumerate(found):
        if token.kind is not Kind.SIGN:
            continue
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if token.text == "," and depth == 0:
            yield found[start:index]
            start = index + 1
    if start < len(found):
        yield found[start:]


def _imported(found: Sequence[Token]) -> set[str]:
    """Return the names that imports from the standard library bring by themselves, under no other name."""
    names: set[str] = set()
    index = 0
    while index < len(found):
        if found[index].kind is Kind.NAME and found[index].text == "use":
            end = next((place for place in range(index, len(found)) if found[place].text == ";"), len(found))
            path = [token.text for token in found[index + 1 : end] if token.text != "::"]
            if path and path[0] in ("std", "core", "alloc"):
                renamed = {place for place, word in enumerate(path) if word == "as"}
                names |= {word for place, word in enumerate(path) if renamed.isdisjoint({place - 1, place, place + 1})}
            index = end
        index += 1
    return names
