"""Words: what the sentences of a problem say that its inputs are, as relations that hold for all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.scoring.fuzz.bounded import bounds_in
from pytest_codeeval.scoring.fuzz.place import Place
from pytest_codeeval.scoring.fuzz.prose import sentences_of
from pytest_codeeval.scoring.fuzz.relations import Relation, equally_long
from pytest_codeeval.scoring.fuzz.statements import statements_in
from pytest_codeeval.scoring.fuzz.values import Arguments

_ALIKE = re.compile(
    r"(?:arrays|lists|tuples|strings|sequences)(?: of \w+(?: and \w+)?)? "
    r"(?:of|with|having|that have) (?:the )?(?:same|equal|identical) (?:length|size)s?",
    re.IGNORECASE,
)
_CELLS = re.compile(r"\[1, ?\w+(?: ?\* ?\w+)?\](?: inclusive)? (?:appears?|occurs?) exactly once", re.IGNORECASE)
_KINDS = {"int": "number", "float": "number", "str": "text", "list": "list", "tuple": "list"}
_RANKS = ("number", "text", "list")


def said_of(problem: Problem, names: Sequence[str], types: Sequence[str], seen: Sequence[Arguments]) -> list[Relation]:
    """Return what a problem's words say of its inputs; `names` and `types` are those of the parameters.

    Some examples are careless, and the words stand. What most of them contradict is not what the words mean, but of a
    bound that is stated with its parameter or number that takes all of them.
    """
    kinds = [_KINDS.get(one, "") for one in types]
    sentences = sentences_of(problem)
    loose = [
        *_of_parts(sentences, len(kinds), seen),
        *_of_cells(sentences, kinds),
        *_of_lengths(sentences, kinds),
    ]
    found = [one for one in loose if 2 * _agreeing(one, seen) > len(seen) or not seen]
    found += [one for one in bounds_in(sentences, names, kinds) if _agreeing(one, seen) or not seen]
    return list({relation.name: relation for relation in found}.values())


def _of_parts(sentences: Sequence[str], width: int, seen: Sequence[Arguments]) -> Iterator[Relation]:
    """Yield what is said of numbers first, and of lists last: what is in order stays so."""
    for statement in sorted(statements_in(sentences), key=lambda one: _RANKS.index(one.kind)):
        for place in (Place(at, statement.kind) for at in range(width)):
            if not seen or any(True for one in seen for _ in place.parts(one)):
                yield place.relation(statement.words, statement.holds, statement.mend)


def _of_lengths(sentences: Sequence[str], kinds: Sequence[str]) -> Iterator[Relation]:
    """Yield that arguments of one kind are equally long."""
    for sentence in sentences:
        if match := _ALIKE.search(sentence):
            for kind in ("list", "text"):
                at = [place for place, one in enumerate(kinds) if one == kind]
                for one, other in pairwise(at):
                    yield Relation(f"arguments {one} and {other}: {match.group()}", *equally_long(one, other))


def _of_cells(sentences: Sequence[str], kinds: Sequence[str]) -> Iterator[Relation]:
    """Yield that the numbers in a list and its rows are those from one on, each of them once."""
    for match in filter(None, map(_CELLS.search, sentences)):
        for place in (Place(at, "number") for at, kind in enumerate(kinds) if kind == "list"):
            yield Relation(f"argument {place.at}: {match.group()}", partial(_is_ranks, place), partial(_ranked, place))


def _is_ranks(place: Place, arguments: Arguments) -> bool:
    numbers = sorted(place.parts(arguments))
    return numbers == [*range(1, len(numbers) + 1)]


def _ranked(place: Place, arguments: Arguments) -> Arguments:
    numbers = list(place.parts(arguments))
    ranks = iter(sorted(range(len(numbers)), key=numbers.__getitem__))
    return place.changed(arguments, lambda _: next(ranks) + 1)


def _agreeing(relation: Relation, seen: Sequence[Arguments]) -> int:
    """Return how many examples keep a relation."""
    try:
        return sum(map(relation.holds, seen))
    except (TypeError, ValueError, IndexError, AttributeError):
        return 0
