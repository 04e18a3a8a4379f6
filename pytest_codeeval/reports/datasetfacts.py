"""What `run.json` says of datasets, as far as it is of the form that it should be: anybody may have edited it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_FORMS = {
    **dict.fromkeys(("suite", "language", "sha256", "scored_name", "note"), str),
    **dict.fromkeys(("languages", "parts", "faults", "skipped", "tools", "planned"), dict),
    **dict.fromkeys(("scored_ids", "metrics"), list),
    "problems": int,
}
_OF_LISTS = ("languages", "parts")
_MOST = 1 << 63


def datasets_of(run: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what is known of each suite's dataset, by suite, without fields of another form."""
    datasets = run.get("datasets")
    known = datasets.items() if isinstance(datasets, dict) else ()
    return {str(name): {**_readable(about), "suite": str(name)} for name, about in known if isinstance(about, dict)}


def _readable(about: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in about.items() if _is_right(name, value)}


def _is_right(name: str, value: object) -> bool:
    if name == "problems":
        return type(value) is int and 0 <= value < _MOST
    if not isinstance(value, _FORMS.get(name, object)):
        return False
    if name in _OF_LISTS and isinstance(value, dict):
        return all(map(_are_ids, value.values()))
    if name == "metrics" and isinstance(value, list):
        return all(isinstance(one, dict) and _are_ids(one.get("parts", [])) for one in value)
    return name != "scored_ids" or _are_ids(value)


def _are_ids(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
