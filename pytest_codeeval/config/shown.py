"""What a config file comes to: every setting with its value, those that it leaves out with what holds then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pytest_codeeval.config.jobfile import JobFile

if TYPE_CHECKING:
    from pydantic import BaseModel

_USUAL = {
    "temperature": "0, or what a suite asks for",
    "max_tokens": "1024, or what a suite asks for",
    "samples": "1; all, for a recording",
    "mode": "auto",
    "tools": "auto",
    "request_timeout": "600",
    "retries": "5",
    "results": "results",
    "pass_if": "any",
    "sandbox": "auto",
    "self_test": "quick",
    "data": "CODEEVAL_DATA, else where `codeeval data fetch` puts them",
    "stages": "[generate, check, report]",
    "fail_under": "none",
}
"""What holds for the settings that matter to a score where a file says nothing."""
_LISTS = ("models", "suites", "judges")


def shown(file: JobFile) -> Iterator[str]:
    """Yield the lines: a file in YAML of what is given, and comments of what is not."""
    for kind in _LISTS:
        entries = getattr(file.job, kind) or ()
        if entries:
            yield f"{kind}:"
        for entry in entries:
            inherited = list(_inherited(file, entry)) if kind == "models" else []
            first, *others = [*_given(entry), *inherited]
            yield f"  - {first}"
            yield from (f"    {line}" for line in others)
    yield from _given(file.job)
    for name, value in _USUAL.items():
        if name not in file.job.model_fields_set:
            yield f"# {name}: {value}"


def _given(keys: BaseModel) -> Iterator[str]:
    for name in type(keys).model_fields:
        if name in keys.model_fields_set and name not in _LISTS:
            yield f"{name}: {_as_yaml(getattr(keys, name))}"


def _inherited(file: JobFile, model: BaseModel) -> Iterator[str]:
    """Yield what a model takes from the top of the file."""
    for name in type(model).model_fields:
        if name in file.job.model_fields_set and name not in model.model_fields_set:
            yield f"{name}: {_as_yaml(getattr(file.job, name))}  # of all models"


def _as_yaml(value: Any) -> str:
    """Return a value as YAML takes it, on one line."""
    from json import dumps

    if value is None:
        return "none"
    if hasattr(value, "model_dump"):
        value = value.model_dump(exclude_unset=True)
    return dumps(value, ensure_ascii=False)
