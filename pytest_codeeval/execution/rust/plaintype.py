"""Types whose values can be written as bytes, read from Rust source, and written out so that they mean the same."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

from pytest_codeeval.execution.rust.lexer import Kind, Token

_SCALARS = frozenset(
    {"i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize", "f32", "f64", "bool"}
    | {"char", "str"}
)
_KNOWN = {
    "String": ("::std::string::String", 0),
    "Vec": ("::std::vec::Vec", 1),
    "Option": ("::std::option::Option", 1),
    "Result": ("::std::result::Result", 2),
    "Box": ("::std::boxed::Box", 1),
    "Cow": ("::std::borrow::Cow", 1),
    "HashMap": ("::std::collections::HashMap", 2),
    "HashSet": ("::std::collections::HashSet", 1),
    "BTreeMap": ("::std::collections::BTreeMap", 2),
    "BTreeSet": ("::std::collections::BTreeSet", 1),
    "VecDeque": ("::std::collections::VecDeque", 1),
    "Ordering": ("::std::cmp::Ordering", 0),
    "Duration": ("::std::time::Duration", 0),
    "Range": ("::std::ops::Range", 1),
    "RangeInclusive": ("::std::ops::RangeInclusive", 1),
}
"""Types of the standard library by their names: the whole path, and how many types each is given."""

EVERYWHERE = frozenset({*_SCALARS, "String", "Vec", "Option", "Result", "Box"})
"""The names among them that need no import."""

_ARRAY = re.compile(r"\[.*; \d+\]")
_ANY, _STATIC = "{life}", "'static "
_MOST_IN_A_TUPLE = 8
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Plain:
    """A type: `text` has `{life}` for each lifetime but `'static`, as in `&{life}str`.

    `form` is `&`, `&mut` or empty, for what the type is at its outermost; `inner` what it borrows, else itself.
    """

    text: str
    form: str = ""
    inner: str = ""

    def written(self, life: str) -> str:
        """Return the type in Rust, with one lifetime (`'static`, or nothing) for all."""
        return _written(self.text, life)

    @property
    def is_slice(self) -> bool:
        """Whether it borrows a slice."""
        return self.form != "" and self.inner.startswith("[") and not _ARRAY.fullmatch(self.inner)

    @property
    def lasts(self) -> bool:
        """Whether it borrows what is never freed."""
        return self.text.startswith(f"&{_STATIC}")

    @property
    def owned(self) -> str:
        """The type of a variable that can be lent as this one: a text or a list where it borrows a part of such."""
        if self.is_slice:
            return _written(f"::std::vec::Vec<{self.inner[1:-1]}>", "'static")
        return _written("::std::string::String" if self.form and self.inner == "str" else self.inner, "'static")


def plain_type(found: Sequence[Token], imported: Set[str]) -> Plain | None:
    """Return the type that `found` spells out, None where it is not one of these.

    `imported` are the names that the source has from the standard library.
    """
    reader = _Reader(found, imported)
    try:
        plain = reader.outermost()
    except _NotPlainError:
        return None
    return plain if reader.place == len(found) else None


def _written(text: str, life: str) -> str:
    return text.replace("{life}", life and f"{life} ").replace("{only}", life or "'_")


class _NotPlainError(Exception):
    pass


class _Reader:
    def __init__(self, found: Sequence[Token], imported: Set[str]) -> None:
        self._found = found
        self._imported = imported
        self._depth = 0
        self.place = 0

    def outermost(self) -> Plain:
        if not self._takes("&"):
            text = self._type()
            return Plain(text, "", text)
        life = self._lifetime() or _ANY
        form = "&mut" if self._takes("mut") else "&"
        inner = self._type()
        if form == "&mut" and inner == "str":
            raise _NotPlainError
        return Plain(f"&{life}{'mut ' if form == '&mut' else ''}{inner}", form, inner)

    def _type(self) -> str:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _NotPlainError
        try:
            if self._takes("&&"):
                return f"&{_ANY}&{self._lifetime() or _ANY}{self._type()}"
            if self._takes("&"):
                return f"&{self._lifetime() or _ANY}{self._type()}"
            if self._takes("["):
                return self._slice()
            return self._tuple() if self._takes("(") else self._path()
        finally:
            self._depth -= 1

    def _slice(self) -> str:
        inner = self._type()
        if self._takes("]"):
            return f"[{inner}]"
        self._needs(";")
        count = self._next()
        if count.kind is not Kind.NUMBER or not count.text.isdigit():
            raise _NotPlainError
        self._needs("]")
        return f"[{inner}; {count.text}]"

    def _tuple(self) -> str:
        parts: list[str] = []
        comma = True
        while not self._takes(")"):
            if not comma:
                raise _NotPlainError
            parts.append(self._type())
            comma = self._takes(",")
        if len(parts) == 1 and not comma:
            return parts[0]
        if len(parts) > _MOST_IN_A_TUPLE:
            raise _NotPlainError
        return f"({''.join(f'{part}, ' for part in parts).rstrip()})"

    def _path(self) -> str:
        self._takes("::")
        segments = [self._word()]
        while self._takes("::"):
            segments.append(self._word())
        name = segments[-1]
        if segments[0] not in ("std", "core", "alloc") if len(segments) > 1 else name not in self._imported:
            raise _NotPlainError
        if name in _SCALARS and len(segments) == 1:
            return name
        path, count = _KNOWN.get(name, ("", 0))
        if not path or (len(segments) > 1 and segments[-1] != path.rpartition("::")[2]):
            raise _NotPlainError
        lives, given = self._given()
        if len(given) != count:
            raise _NotPlainError
        if name == "Cow":
            given = [_STATIC.strip() if _STATIC in lives else "{only}", *given]
        return f"{path}<{', '.join(given)}>" if given else path

    def _given(self) -> tuple[list[str], list[str]]:
        lives: list[str] = []
        given: list[str] = []
        if not self._takes("<"):
            return lives, given
        while not self._takes(">"):
            if life := self._lifetime():
                lives.append(life)
            else:
                given.append(self._type())
            if not self._takes(","):
                self._needs(">")
                break
        return lives, given

    def _lifetime(self) -> str:
        """Return how the lifetime here is written, an empty string where there is none."""
        if self.place < len(self._found) and self._found[self.place].kind is Kind.LIFETIME:
            self.place += 1
            return _STATIC if self._found[self.place - 1].text == _STATIC.strip() else _ANY
        return ""

    def _word(self) -> str:
        token = self._next()
        if token.kind is not Kind.NAME:
            raise _NotPlainError
        return token.text

    def _takes(self, text: str) -> bool:
        if self.place < len(self._found) and self._found[self.place].text == text:
            self.place += 1
            return True
        return False

    def _needs(self, text: str) -> None:
        if not self._takes(text):
            raise _NotPlainError

    def _next(self) -> Token:
        if self.place >= len(self._found):
            raise _NotPlainError
        self.place += 1
        return self._found[self.place - 1]
