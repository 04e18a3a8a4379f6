"""Decoys: the tests once more, with what they expect changed, so that a value equal to everything is found out."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_letters

from pytest_codeeval.execution.rust.lexer import Kind, Token, closing, tokens
from pytest_codeeval.execution.rust.literals import changed, other_literal, plain

_COMPARISONS = {"==": "==", "!=": "==", "<": ">=", ">": "<=", "<=": ">", ">=": "<"}
_QUESTIONS = frozenset({"contains", "starts_with", "ends_with"})
_JOINING = frozenset({"&&", "||", "!", "==", "!=", "=>", "|"})
_SMALL = re.compile(r"0?\.[0-9]+|[0-9.]+[eE]-[0-9]+|[0-9.]+e-[0-9]+_?f(?:32|64)")
_CHANGES = 4
"""Changes of one expected value, so that none who knows half of all values is equal to none of them."""
_UNEQUAL, _UNTRUE = "codeeval_unequal!", "codeeval_untrue!"
_ASSERTS = frozenset({"assert_eq", "assert_ne", "assert", "debug_assert_eq", "debug_assert_ne", "debug_assert"})


@dataclass(frozen=True, slots=True)
class Decoys:
    """The text of a test file with `changed` of its assertions turned into decoys.

    An honest solution that passes the tests fools none of them. `bare` counts the comparisons that are not made by
    `assert_eq!` or `assert_ne!`, which report themselves of which types they are, and `left` those of them that could
    not be turned.
    """

    text: str
    changed: int
    left: int
    bare: int


def decoys_of(text: str, seed: int) -> Decoys:
    """Turn the assertions of a test file into decoys: `seed` chooses which literal of each is changed.

    `assert_eq!(f(2), 4)` becomes `codeeval_unequal!(value f(2); 5, 31)`, `assert!(a < b)` `codeeval_untrue!(a >= b)`.
    """
    found = tokens(text)
    chance = random.Random(seed)  # noqa: S311  # chance, not secrecy
    pieces: list[str] = []
    last = done = left = bare = index = 0
    while index < len(found):
        end = _assertion_end(found, index)
        if end == 0:
            compares = found[index].text in ("==", "!=") and found[index].kind is Kind.SIGN
            left, bare = left + compares, bare + compares
            index += 1
            continue
        new = _turned(text, found, index, end, chance)
        if new is not None:
            pieces += [text[last : found[index].start], new]
            last = found[end].end
            done += 1
            bare += found[index].text.endswith("assert")
        elif not found[index].text.endswith("_ne"):
            signs = sum(token.text in _COMPARISONS for token in found[index + 3 : end])
            if signs and not found[index].text.endswith("_eq"):
                left, bare = left + 1, bare + 1
        index = end + 1
    return Decoys("".join([*pieces, text[last:]]), done, left, bare)


def _assertion_end(found: Sequence[Token], index: int) -> int:
    """Return the index of the bracket that closes the assertion which begins at `index`, 0 where none does."""
    if found[index].kind is not Kind.NAME or found[index].text not in _ASSERTS or index + 2 >= len(found):
        return 0
    if found[index + 1].text != "!" or found[index + 2].text not in ("(", "[", "{"):
        return 0
    end = closing(found, index + 2)
    return end if end < len(found) else 0


def _turned(text: str, found: Sequence[Token], index: int, end: int, chance: random.Random) -> str | None:
    """Return the decoy that stands for the assertion from `index` to `end`, None where there is none."""
    arguments = _split(found[index + 3 : end])
    name = found[index].text
    if name.endswith("_eq") and len(arguments) > 1:
        return _unequal(text, found, index, arguments[0], arguments[1], chance)
    if name.endswith("assert") and arguments:
        condition = arguments[0]
        told = _told_by_a_method(text, condition, chance) or _told_by_a_difference(text, condition, chance)
        if told:
            return f"{_UNTRUE}({told})"
        place = _comparison(condition)
        if place < 0:
            return None
        sides = condition[:place], condition[place + 1 :]
        sign = condition[place].text
        if sign != "==":
            return f"{_UNTRUE}({_source(text, sides[0])} {_COMPARISONS[sign]} {_source(text, sides[1])})"
        return _unequal(text, found, index, *sides, chance)
    return None


def _told_by_a_method(text: str, condition: Sequence[Token], chance: random.Random) -> str | None:
    """Return `f(2).contains("…")` with a text by chance, where a condition ends in such a question, else None."""
    if len(condition) < 6 or condition[-2].kind is not Kind.TEXT or not condition[-2].text.startswith('"'):
        return None
    dot, method, opening = (token.text for token in condition[-5:-2])
    signs = {token.text for token in condition if token.kind is Kind.SIGN}
    if dot != "." or method not in _QUESTIONS or opening != "(" or not signs.isdisjoint(_JOINING):
        return None
    other = "".join(chance.choices(ascii_letters, k=16))
    return f'{text[condition[0].start : condition[-2].start]}"{other}")'


def _told_by_a_difference(text: str, condition: Sequence[Token], chance: random.Random) -> str | None:
    """Return `(f(2) - 7.9).abs() < 0.1` for `(f(2) - 1.5).abs() < 0.1`: no number is that near to both."""
    words = [token.text for token in condition]
    if "abs" not in words or not {"-", "+"} & set(words) or words.count("<") + words.count("<=") != 1:
        return None
    sign = next(index for index, word in enumerate(words) if word in ("<", "<="))
    near, bound = condition[:sign], condition[sign + 1 :]
    places = [index for index in range(1, sign) if words[index - 1] in ("-", "+") and near[index].kind is Kind.NUMBER]
    small = len(bound) == 1 and _SMALL.fullmatch(bound[0].text)
    if len(places) != 1 or not small or near[places[0] + 1].text != ")" or not _JOINING.isdisjoint(words):
        return None
    literal = near[places[0]]
    other = other_literal(literal, {literal.text}, chance)
    return other and f"{text[condition[0].start : literal.start]}{other}{text[literal.end : condition[-1].end]}"


def _unequal(
    text: str,
    found: Sequence[Token],
    index: int,
    left: Sequence[Token],
    right: Sequence[Token],
    chance: random.Random,
) -> str | None:
    """Return a comparison of what is expected with several changes of it, None where nothing expected is plain."""
    for expected, other, first in ((right, left, False), (left, right, True)):
        value = _value(found, index, expected)
        changes = [changed(text, found, value, chance) for _ in range(_CHANGES)] if plain(value) else []
        borrowed = "&" if value is not expected and expected[0].text == "&" else ""
        wrong = ", ".join(f"{borrowed}{new}" for new in dict.fromkeys(filter(None, changes)))
        if wrong:
            same = _source(text, other)
            return f"{_UNEQUAL}(wrong {wrong}; {same})" if first else f"{_UNEQUAL}(value {same}; {wrong})"
    return None


def _value(found: Sequence[Token], index: int, expected: Sequence[Token]) -> Sequence[Token]:
    """Return what a variable was bound to by the one `let` of the function around `index`, else `expected` itself."""
    names = [token for token in expected if token.text != "&"]
    if len(names) != 1 or names[0].kind is not Kind.NAME:
        return expected
    start = next((place for place in range(index, -1, -1) if found[place].text == "fn"), 0)
    bound = None
    for place in range(start, index):
        if found[place].text != names[0].text:
            continue
        if found[place - 1].text == "let" and bound is None:
            bound = place
        elif found[place - 1].text in ("let", "mut"):
            return expected
    if bound is None:
        return expected
    end = next((place for place in range(bound, index) if found[place].text == ";"), bound)
    equals = next((place for place in range(bound, end) if found[place].text == "="), end)
    return found[equals + 1 : end] or expected


def _comparison(condition: Sequence[Token]) -> int:
    """Return the index of the one comparison that a condition is, -1 where it is anything else."""
    signs = []
    depth = 0
    for index, token in enumerate(condition):
        if token.kind is not Kind.SIGN:
            continue
        depth += (token.text in "([{") - (token.text in ")]}")
        if depth == 0 and token.text in ("&&", "||", "=>", "::", "|"):
            # Of `<` behind a path nobody knows without a parser what it is.
            if token.text != "::" or (index + 1 < len(condition) and condition[index + 1].text == "<"):
                return -1
        elif depth == 0 and token.text in _COMPARISONS:
            signs.append(index)
    return signs[0] if len(signs) == 1 else -1


def _split(found: Sequence[Token]) -> list[Sequence[Token]]:
    """Return the arguments that commas part at the outermost level; type arguments of a call are no level."""
    parts, start, depth, angle = [], 0, 0, 0
    for index, token in enumerate(found):
        if token.kind is not Kind.SIGN:
            continue
        depth += (token.text in "([{") - (token.text in ")]}")
        if token.text == "<" and index and (angle or found[index - 1].text == "::"):
            angle += 1
        elif token.text == ">" and angle:
            angle -= 1
        elif token.text == "," and depth == 0 and angle == 0:
            parts.append(found[start:index])
            start = index + 1
    return [part for part in [*parts, found[start:]] if part]


def _source(text: str, part: Sequence[Token]) -> str:
    return text[part[0].start : part[-1].end] if part else ""
