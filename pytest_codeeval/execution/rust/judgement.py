"""What a solution decides by code of its own that tests take for granted: equality, order, negation, methods of std."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from pytest_codeeval.execution.rust.lexer import Kind, Token, closing, names, tokens

_EQUALITY = frozenset({"PartialEq", "PartialOrd"})
_CONVERSIONS = frozenset({"From", "Into", "TryFrom", "TryInto", "FromStr", "FromIterator", "Sum"})
_CONVERTED = frozenset({"into", "try_into", "parse", "collect", "sum"})
_OPERATORS = frozenset({"Add", "Sub", "Mul", "Div", "Rem", "Neg", "Index", "Deref"})
_TOLD = frozenset({"abs", "contains", "starts_with", "ends_with"})
_ANSWERS = frozenset({"is_ok", "is_err", "is_some", "is_none"})


def judges_equality(source: str, tests: str) -> bool:
    """Return whether values of the solution's types may be equal by its own word.

    That is by hand, or where what the tests know as variants (`Plant::Clover`) are none of an enum.
    """
    found = tokens(source)
    if _written_words(found) & _EQUALITY:
        return True
    variants = _variants(found)
    mentioned = {token.text for token in found if token.kind is Kind.NAME}
    return any(second not in variants.get(first, ()) for first, second in _named_variants(tests) if first in mentioned)


def tells_for_itself(source: str, tests: str) -> bool:
    """Return whether differences or questions in the tests may be answered by code of the solution's.

    That is by its operators, or by methods of its own that are called as a number's or a text's are.
    """
    found = tokens(source)
    declared = {after.text for token, after in pairwise(found) if token.text == "fn"}
    operators = bool(_written_words(found) & _OPERATORS and "abs" in names(tests))
    return operators or bool(declared & _TOLD & names(tests))


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
    if operators := sorted(_outside_of_imports(found) & _OPERATORS):
        return f"the operators of {operators[0]}"
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


def _outside_of_imports(found: tuple[Token, ...]) -> frozenset[str]:
    """Return the words that stand in no `use ...;`."""
    words, importing = set(), False
    for token in found:
        importing = (importing or token.text == "use") and token.text != ";"
        if token.kind is Kind.NAME and not importing:
            words.add(token.text)
    return frozenset(words)


def _bound(found: tuple[Token, ...], index: int) -> bool:
    """Return whether the trait at `index` is one that a parameter has to have."""
    before = found[index - 1].text if index else ""
    after = found[index + 1].text if index + 1 < len(found) else ""
    return before in (":", "+") and after in (",", ">", "+", "{", "=", ")")


def _named_variants(tests: str) -> frozenset[tuple[str, str]]:
    """Return what the tests name as variants are, `Plant` and `Clover` of `Plant::Clover`."""
    found = tokens(tests)
    return frozenset(
        (first.text, second.text)
        for first, colons, second in zip(found, found[1:], found[2:], strict=False)
        if colons.text == "::" and _capital(first) and _capital(second)
    )


def _variants(found: tuple[Token, ...]) -> dict[str, set[str]]:
    """Return the variants of the enums in a source by the enum's name."""
    variants: dict[str, set[str]] = {}
    name, index, until = "", 0, -1
    while index < len(found):
        text = found[index].text
        if text == "enum" and index + 1 < len(found):
            name = found[index + 1].text
        elif name and text == "{":
            until = closing(found, index)
            variants.setdefault(name, set()).update(_at_the_start(found, index, until))
            name, index = "", until
        index += 1
    return variants


def _at_the_start(found: tuple[Token, ...], opening: int, end: int) -> Iterator[str]:
    """Yield the names that stand behind the opening of an enum and behind its commas, attributes passed over."""
    index, awaited = opening + 1, True
    while index < end:
        text = found[index].text
        if text in ("(", "[", "{"):
            index = closing(found, index)
        elif awaited and found[index].kind is Kind.NAME:
            yield text
            awaited = False
        elif text == ",":
            awaited = True
        index += 1


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
