"""Writing: values of arguments as the source code of a language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_JAVA_NAMES = {"integer": "int", "long": "long", "float": "float", "double": "double", "boolean": "boolean"}
_ENDINGS = {("java", "long"): "L", ("java", "float"): "f", ("javascript", "Bigint"): "n"}


def as_argument(value: Any, declared: Mapping[str, Any], language: str) -> Any:
    """Return a value as it stands in JSON: in other languages than Python a text of their source code."""
    return value if language == "python" or isinstance(value, str) else as_source(value, declared, language)


def as_source(value: Any, declared: Mapping[str, Any], language: str) -> str:
    """Return a value as it stands in source code."""
    kind, inner = str(declared.get("type", "any")), str(declared.get("items", {}).get("type", ""))
    if language == "python":
        return repr(value)
    if isinstance(value, str) and kind not in ("String", "any", "char", ""):
        return value  # the name of a variable
    return _java(value, kind, inner) if language == "java" else _javascript(value, kind, inner)


def _java(value: Any, kind: str, inner: str) -> str:
    if isinstance(value, list):
        said = ", ".join(_java(one, inner, "") for one in value)
        if kind == "ArrayList":
            return f"new ArrayList<>(Arrays.asList({said}))"
        return f"new {_JAVA_NAMES.get(inner, 'String' if inner == 'String' else 'Object')}[]{{{said}}}"
    if isinstance(value, dict):
        puts = " ".join(f'put("{name}", {_java(inner_value, "", "")});' for name, inner_value in value.items())
        return f"new HashMap<String, Object>() {{{{ {puts} }}}}"
    return _scalar(value, ("java", kind))


def _javascript(value: Any, kind: str, inner: str) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_javascript(one, inner, '') for one in value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{name}": {_javascript(one, "", "")}' for name, one in value.items()) + "}"
    return _scalar(value, ("javascript", kind))


def _scalar(value: Any, kind: tuple[str, str]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value}{_ENDINGS.get(kind, '')}"
    text = str(value)
    quote = '"' if '"' not in text else "'" if "'" not in text else "`"
    return f"{quote}{text}{quote}"
