"""What a solution decides by code of its own that tests take for granted: equality, order, negation, methods of std."""

from __future__ import annotations

from itertools import pairwise

from pytest_codeeval.execution.rust.lexer import Kind, Token, closing, names, tokens

_EQUALITY = frozenset({"PartialEq", "PartialOrd"})
_CONVERSIONS = frozenset({"From", "Into"})
_CONVERTED = frozenset({"into"})
_ANSWERS = frozenset({"is_ok", "is_err", "is_some", "is_none"})


def judges_equality(source: str, tests: str) -> bool:
    """Return whether values of the solution's types may be equal by its own word.

    That is by hand, or where what the tests know as variants (`Plant::Clover`) are none of an enum.
    """
    found = tokens(source)
    if _written_words(found) & _EQUALITY:
        return True
    enums = {after.text for token, after in pairwise(found) if token.text == "enum"}
    return bool((_with_variants(tests) & {token.text for token in found if token.kind is Kind.NAME}) - enums)


def chooses_types(source: str, tests: str) -> bool:
    """Return whether the tests leave it to the compiler of what type something is, and it may be the solution's own.

    So it is where they expect `"a".into()`, and the solution says what becomes of a text.
    """
    return bool(_written_words(tokens(source)) & _CONVERSIONS and names(tests) & _CONVERTED)


def takes_over(source: str, tests: str) -> str:
    """Return what of the standard library's own the solution redefines for the tests, empty where nothing was seen.

    No second run can tell whether it is honest, so that a verdict on it is weak.
    """
    found = tokens(source)
    if "Not" in _written_words(found):
        return "the operator !"
    declared = {after.text for token, after in pairwise(found) if token.text == "fn"}
    called = _methods_called(tests)
    for name in sorted(declared & called & _ANSWERS):
        return f"the method {name}"
    for name in sorted(_of_traits(found) & called & _STD_METHODS):
        return f"the method {name}"
    return ""


_STD_METHODS = frozenset(
    {
        "as_bytes", "as_ref", "as_str", "borrow", "chars", "clone", "cloned", "cmp", "collect", "concat", "contains",
        "copied", "count", "ends_with", "eq", "err", "expect", "expect_err", "first", "get", "into", "into_iter",
        "is_empty", "iter", "join", "last", "len", "map", "ne", "next", "ok", "partial_cmp", "repeat", "sort",
        "starts_with", "sum", "then", "to_owned", "to_string", "to_vec", "trim", "unwrap", "unwrap_err", "unwrap_or",
    }
)  # fmt: skip


def _written_words(found: tuple[Token, ...]) -> frozenset[str]:
    """Return the words outside of `#[derive(...)]` and of bounds such as `T: PartialEq`.

    A macro of the solution may take such places apart and make something else of them: then every word counts.
    """
    if any(token.text == "macro_rules" for token in found):
        return frozenset(token.text for token in found if token.kind is Kind.NAME)
    words, index = set(), 0
    while index < len(found):
        token = found[index]
        if token.text == "derive" and found[index + 1 : index + 2] and found[index + 1].text == "(":
            index = closing(found, index + 1)
        elif token.kind is Kind.NAME and not _bound(found, index):
            words.add(token.text)
        index += 1
    return frozenset(words)


def _bound(found: tuple[Token, ...], index: int) -> bool:
    """Return whether the trait at `index` is one that a parameter has to have."""
    before = found[index - 1].text if index else ""
    after = found[index + 1].text if index + 1 < len(found) else ""
    return before in (":", "+") and after in (",", ">", "+", "{", "=", ")")


def _with_variants(tests: str) -> frozenset[str]:
    """Return the types of which the tests name variants, `Plant` of `Plant::Clover`."""
    found = tokens(tests)
    return frozenset(
        first.text
        for first, colons, second in zip(found, found[1:], found[2:], strict=False)
        if colons.text == "::" and _capital(first) and _capital(second)
    )


def _capital(token: Token) -> bool:
    return token.kind is Kind.NAME and token.text[:1].isupper() and not token.text.isupper()


def _methods_called(tests: str) -> frozenset[str]:
    found = tokens(tests)
    return frozenset(
        name.text
        for dot, name, after in zip(found, found[1:], found[2:], strict=False)
        if dot.text == "." and after.text in ("(", "::")
    )


def _of_traits(found: tuple[Token, ...]) -> frozenset[str]:
    """Return the functions that are declared within traits, however deep, in one pass over the tokens."""
    methods: set[str] = set()
    begun, until = False, -1
    for index, token in enumerate(found):
        if begun and token.text == "{":
            begun, until = False, max(until, closing(found, index))
        elif token.kind is Kind.NAME and token.text == "trait":
            begun = True
        elif token.text == "fn" and index < until and index + 1 < len(found):
            methods.add(found[index + 1].text)
    return frozenset(methods)


def has_words(source: str, words: frozenset[str]) -> bool:
    """Return whether the source has one of `words` outside of comments and strings."""
    return not names(source).isdisjoint(words)
