"""Values that are written out in tests, and how one is changed into another of the same type."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from string import ascii_lowercase, ascii_uppercase, digits

from pytest_codeeval.execution.rust.lexer import Kind, Token

_WORDS = frozenset(
    {"vec", "Some", "Ok", "Err", "None", "String", "from", "to_string", "to_owned", "into", "to_vec", "true", "false"}
    | {"iter", "into_iter", "chars", "copied", "cloned", "rev", "sum", "collect", "parse", "try_into", "unwrap"}
)
"""What std makes of literals that is another where a literal is another: a sum is, a product by nothing is not."""

_SIGNS = frozenset("()[],&-.!") | {"::"}
_INTEGER = re.compile(r"(0[xob])?([0-9a-fA-F_]+?)((?:[iu](?:8|16|32|64|128|size))?)")
_FLOAT = re.compile(r"([\d_]+\.?[\d_]*(?:[eE][+-]?[\d_]+)?)(f32|f64)?")
_BODY = re.compile(r"(b?'|[bc]?\"|[bc]?r#*\")(.*?)('|\"#*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u\{[^}]*\}|\r?\n\s*|.)", re.DOTALL)


def plain(value: Sequence[Token]) -> bool:
    """Return whether an expression is nothing but literals, variants without fields, and what std makes of them."""
    for index, token in enumerate(value):
        known = token.kind in (Kind.NUMBER, Kind.TEXT)
        known = known or (token.kind is Kind.SIGN and token.text in _SIGNS)
        known = known or (token.kind is Kind.NAME and (token.text in _WORDS or _in_path(value, index)))
        if not known:
            return False
    return bool(value)


def changed(text: str, found: Sequence[Token], value: Sequence[Token], chance: random.Random) -> str | None:
    """Return the source of a plain value with one thing in it changed, None where there is nothing to change.

    `text` and `found` are the whole test file, which says what other variants a type has.
    """
    others = {token.text for token in value}
    options = [(token, new) for token in value if (new := other_literal(token, others, chance)) is not None]
    if not options:
        options = [
            (token, chance.choice(siblings))
            for index, token in enumerate(value)
            if _in_path(value, index) and (siblings := _siblings(found, value, index))
        ]
    if not options:
        return None
    token, new = chance.choice(options)
    return text[value[0].start : token.start] + new + text[token.end : value[-1].end]


def _in_path(value: Sequence[Token], index: int) -> bool:
    """Return whether a word belongs to a path like `Plant::Clover` that nothing is given to."""
    after = value[index + 1].text if index + 1 < len(value) else ""
    around = after == "::" or (index > 0 and value[index - 1].text == "::")
    return (
        value[index].kind is Kind.NAME and around and after not in ("(", "{", "!") and value[index].text not in _WORDS
    )


def _siblings(found: Sequence[Token], value: Sequence[Token], index: int) -> list[str]:
    if index < 2 or value[index - 1].text != "::" or not value[index].text[:1].isupper() or value[index].text.isupper():
        return []
    owner = value[index - 2].text
    siblings = {
        third.text
        for first, second, third, after in zip(found, found[1:], found[2:], found[3:], strict=False)
        if (first.text, second.text) == (owner, "::") and third.kind is Kind.NAME and after.text not in ("(", "{", "::")
    }
    return sorted(name for name in siblings - {value[index].text} if name[:1].isupper() and not name.isupper())


def other_literal(token: Token, others: set[str], chance: random.Random) -> str | None:
    """Return another literal of the same type, chosen so that nothing tells it from what tests expect.

    It is none of `others`. None where there is no such literal, or the token is none.
    """
    if token.kind is Kind.NUMBER:
        return _other_number(token.text, others, chance)
    if token.kind is Kind.TEXT:
        return _other_text(token.text, others, chance)
    return {"true": "false", "false": "true"}.get(token.text)


def _other_number(text: str, others: set[str], chance: random.Random) -> str | None:
    integer = _INTEGER.fullmatch(text)
    if integer:
        prefix, number_text, suffix = integer[1] or "", integer[2].replace("_", ""), integer[3]
        base = {"0x": 16, "0o": 8, "0b": 2}.get(prefix, 10)
        try:
            number = int(number_text, base)
        except ValueError:
            return None
        # Even and odd, near and far; never so far that a byte comes round to where it was.
        steps = chance.sample(range(1, 60), 59)
        candidates = (f"{prefix}{_digits(number + step, base)}{suffix}" for step in steps)
        return next((new for new in candidates if new not in others), None)
    real = _FLOAT.fullmatch(text)
    if not real or not ("." in text or "e" in text.lower() or real[2]):
        return None
    return f"({text} * {chance.randint(2, 9)}.0 + {chance.randint(1, 90)}.{chance.randint(1, 9)})"


def _digits(number: int, base: int) -> str:
    return format(number, {16: "x", 8: "o", 2: "b"}.get(base, "d"))


def _other_text(text: str, others: set[str], chance: random.Random) -> str | None:
    """Return a text in which one letter or digit is another of its kind; one without any gets a letter."""
    match = _BODY.fullmatch(text)
    if match is None:
        return None
    opening, body, closing = match.groups()
    escapes = [] if "r" in opening else [found.span() for found in _ESCAPE.finditer(body)]
    escaped = {place for start, end in escapes for place in range(start, end)}
    places = [place for place, char in enumerate(body) if char.isascii() and char.isalnum() and place not in escaped]
    for place in chance.sample(places, len(places)):
        for other in chance.sample(_kin(body[place]), len(_kin(body[place]))):
            new = f"{opening}{body[:place]}{other}{body[place + 1 :]}{closing}"
            if other.lower() != body[place].lower() and new not in others:
                return new
    return None if "'" in opening else f"{opening}{body}{chance.choice(ascii_lowercase)}{closing}"


def _kin(char: str) -> str:
    return next(kind for kind in (digits, ascii_lowercase, ascii_uppercase) if char in kind)
