"""What `run.json` says of datasets, as far as it is of the form that it should be: anybody may have edited it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_FORMS = {
    **dict.fromkeys(("suite", "language", "sha256", "scored_name"), str),
    **dict.fromkeys(("languages", "parts", "faults", "skipped", "tools", "planned"), dict),
    **dict.fromkeys(("scored_ids", "metrics"), list),
    "problems": int,
}
_OF_LISTS = ("languages", "parts")
_OF_OBJECTS = ("metrics",)


def datasets_of(run: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what is known of each suite's dataset, by suite, without fields of another form."""
    datasets = run.get("datasets")
    known = datasets.items() if isinstance(datasets, dict) else ()
    return {str(name): {**_readable(about), "suite": str(name)} for name, about in known if isinstance(about, dict)}


def _readable(about: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in about.items() if _is_right(name, value)}


def _is_right(name: str, value: object) -> bool:
    if not isinstance(value, _FORMS.get(name, object)):
        return False
    if name in _OF_LISTS and isinstance(value, dict):
        return all(isinstance(ids, list) and all(isinstance(one, str) for one in ids) for ids in value.values())
    if name in _OF_OBJECTS and isinstance(value, list):
        return all(isinstance(one, dict) for one in value)
    return True
