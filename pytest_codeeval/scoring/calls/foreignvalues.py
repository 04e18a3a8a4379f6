"""Foreign values: what an argument in Java or JavaScript is worth by its declared type, else its text as it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from pytest_codeeval.scoring.calls.call import UnreadableCallError
from pytest_codeeval.scoring.calls.foreignforms import is_quoted, pieces, without_quotes

_LONGEST = 4_096  # characters of a list or a map; a longer one stays the text that it is
_INTEGER = r"-?[0-9]{1,300}"
_DECIMAL = rf"{_INTEGER}(?:\.[0-9]{{1,300}})?"
_POWER = r"(?:[eE][+-]?[0-9]{1,5})?"
_Reader = Callable[[str], Any]


def _number(pattern: str, kind: type, drop: str = "") -> _Reader:
    whole = re.compile(pattern)

    def read(text: str) -> Any:
        return kind(text.rstrip(drop) if drop else text) if whole.fullmatch(text) else text

    return read


def _boolean(text: str) -> Any:
    return {"true": True, "false": False}.get(text, text)


def _same(text: str) -> str:
    return text


_WHOLE = _number(_INTEGER, int)
_JAVA: dict[str, _Reader] = {
    **dict.fromkeys(("byte", "short", "integer"), _WHOLE),
    "long": _number(f"{_INTEGER}[lL]", int, "lL"),
    "float": _number(f"{_DECIMAL}{_POWER}[fF]", float, "fF"),
    "double": _number(f"{_DECIMAL}{_POWER}", float),
    "boolean": _boolean,
}
_JAVASCRIPT: dict[str, _Reader] = {
    "integer": _WHOLE,
    "float": _number(_DECIMAL, float),
    "Bigint": _number(f"{_INTEGER}n", int, "n"),
    "Boolean": _boolean,
    "String": without_quotes,
}
_LITERALS = (
    _WHOLE,
    _number(f"{_DECIMAL}{_POWER}", float),
    _JAVA["long"],
    _JAVA["float"],
    _boolean,
)
_AS_LIST = re.compile(r"new\s+ArrayList\s*(?:<[\w\s.,<>?\[\]]{0,200}>)?\s*\(\s*Arrays\.asList\(")
_LIST_OF = re.compile(r"(?:Arrays\.asList|List\.of)\(")
_NEW_LIST = re.compile(r"new\s+ArrayList\s*(?:<[\w\s.,<>?\[\]]{0,200}>)?\s*\(\s*\)\s*")
_NEW_MAP = re.compile(r"new\s+HashMap\s*(?:<[\w\s.,<>?\[\]]{0,200}>)?\s*\(\s*\)\s*")
_NEW_ARRAY = re.compile(r"new\s+[\w.]+\s*\[\s*\]\s*\{")
_FILLED = re.compile(r"(?:this\.)?(add|put)\s*\(")
_JS_ARRAY = re.compile(r"new\s+Array\s*\(")
_KEY = re.compile(r"""\s*(?:"([^"\\]*)"|'([^'\\]*)'|([A-Za-z_$][\w$-]*))\s*:\s*""")


def java_value(text: str, kind: str, inner: str = "") -> Any:
    """Return what an argument in Java is worth; `inner` is the declared type of the elements of a list."""
    if len(text) > _LONGEST:
        return text
    if kind not in ("Array", "ArrayList", "HashMap"):
        return _JAVA.get(kind, _same)(text)
    text = text.strip().rstrip(";").rstrip()
    if text[:1] in ("'", '"') and text[:1] == text[-1:]:
        text = text[1:-1].strip()
    try:
        if kind == "ArrayList":
            return _java_list(text, inner)
        if kind == "Array":
            opening = _NEW_ARRAY.match(text)
            return _elements(text[opening.end() : -1], inner, _JAVA) if opening and text[-1] == "}" else text
        return _java_map(text)
    except UnreadableCallError:
        return text


def javascript_value(text: str, kind: str, inner: str = "") -> Any:
    """Return what an argument in JavaScript is worth; `inner` is the declared type of the elements of a list."""
    if kind not in ("array", "dict"):
        return _JAVASCRIPT.get(kind, _same)(text)
    if len(text) > _LONGEST:
        return text
    text = text.strip().rstrip(";").rstrip()
    try:
        found = _js_array(text, inner) if kind == "array" else _js_object(text)
    except (UnreadableCallError, RecursionError):
        return text
    return text if found is None else found


def _elements(text: str, inner: str, readers: dict[str, _Reader]) -> list[Any]:
    return [_element(one.strip(), inner, readers) for one in pieces(text) if one.strip()]


def _element(text: str, inner: str, readers: dict[str, _Reader]) -> Any:
    if is_quoted(text):
        return text[1:-1]
    if inner in readers:
        return readers[inner](text)
    return _literal(text) if inner in ("", "any") else text


def _literal(text: str) -> Any:
    """Return the value of an element whose type nobody has declared."""
    if is_quoted(text):
        return text[1:-1]
    return next((value for read in _LITERALS if (value := read(text)) is not text), text)


def _java_list(text: str, inner: str) -> Any:
    filled = _AS_LIST.match(text)
    if filled and text.endswith("))"):
        return _elements(text[filled.end() : -2], inner, _JAVA)
    listed = _LIST_OF.match(text)
    if listed and text.endswith(")"):
        return _elements(text[listed.end() : -1], inner, _JAVA)
    made = _NEW_LIST.match(text)
    if not made:
        return text
    added = [_elements(said, inner, _JAVA) for said in _filled(text[made.end() :], "add")]
    return [value for values in added for value in values]


def _java_map(text: str) -> Any:
    made = _NEW_MAP.match(text)
    if not made:
        return text
    found = {}
    for said in _filled(text[made.end() :], "put"):
        key, *rest = pieces(said)
        if len(rest) != 1:
            return text
        found[without_quotes(key.strip())] = _literal(rest[0].strip())
    return found


def _filled(body: str, by: str) -> Sequence[str]:
    """Return what stands in the brackets of each `add` or `put` of an initializer.

    Raises UnreadableCallError for a body that holds anything else.
    """
    body = body.strip().removesuffix(";").rstrip()
    if body and not _in_braces(body):
        raise UnreadableCallError("no initializer")
    body = body[1:-1].strip()
    said: list[str] = []
    for statement in _statements(body[1:-1] if _in_braces(body) else body):
        call = _FILLED.fullmatch(statement[: statement.find("(") + 1]) if "(" in statement else None
        if not call or call[1] != by or not statement.endswith(")"):
            raise UnreadableCallError("no initializer")
        said.append(statement[call.end() : -1])
    return said


def _in_braces(text: str) -> bool:
    return text[:1] == "{" and text[-1:] == "}" and len(text) > 1


def _statements(text: str) -> Sequence[str]:
    """Return what stands between the semicolons of a text, but for those within quotes."""
    shown = re.sub(r'"[^"\\]*+(?>(?:\\.[^"\\]*+)*)"', lambda quoted: "x" * len(quoted[0]), text)
    found, start = [], 0
    for at in [*(sign.start() for sign in re.finditer(";", shown)), len(text)]:
        found.append(text[start:at].strip())
        start = at + 1
    return [statement for statement in found if statement]


def _js_array(text: str, inner: str) -> list[Any] | None:
    made = _JS_ARRAY.match(text)
    if made and text.endswith(")"):
        text = text[made.end() : -1]
    elif text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    else:
        return None
    return [_js_element(one.strip(), inner) for one in pieces(text) if one.strip()]


def _js_element(text: str, inner: str) -> Any:
    if text.startswith("["):
        found: Any = _js_array(text, "")
    elif text.startswith("{"):
        found = _js_object(text)
    else:
        return _element(text, inner, _JAVASCRIPT)
    return text if found is None else found


def _js_object(text: str) -> dict[str, Any] | None:
    if not (text.startswith("{") and text.endswith("}")):
        return None
    found: dict[str, Any] = {}
    for piece in pieces(text[1:-1]):
        if not piece.strip():
            continue
        key = _KEY.match(piece)
        if not key:
            return None
        found[key[1] or key[2] or key[3] or ""] = _js_element(piece[key.end() :].strip(), "")
    return found
