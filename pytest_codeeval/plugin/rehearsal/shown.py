"""Shown: what would be sent for a request, in lines that a terminal shows as they are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.generation.backend import ModelBackend, plainly
from pytest_codeeval.plugin.case import Case

_EDGE = "  │ "
_TAB = str.maketrans({"\t": "\\t"})


def by_model_and_suite(cases: Sequence[Case]) -> dict[tuple[str, str], list[Case]]:
    """Return the cases of each model and suite, in their order."""
    found: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        found.setdefault((case.spec.label, case.suite_name), []).append(case)
    return found


def first_of_each(cases: Sequence[Case], count: int) -> list[Case]:
    """Return the cases of the first problems of each model and suite."""
    return [case for some in by_model_and_suite(cases).values() for case in some[:count]]


def lines_of(case: Case, backend: ModelBackend | None) -> Iterator[str]:
    """Yield the request of the first sample of a case; what is known of later turns and other samples follows."""
    request = case.requests[0]
    yield visible(f"--- {case.spec.label} on {case.suite_name}: {case.problem.task_id}")
    if case.spec.scripted:
        yield "nothing is sent, as the answers stand on this machine; a model would be asked this:"
    elif backend is None:
        yield "its backend could not be made; this is asked, in whatever form that would send it:"
    preview = plainly(request) if backend is None or case.spec.scripted else backend.preview(request)
    for name, value in preview.items():
        yield from _shown(name, value)
    for number, (words, _) in enumerate(request.later, 2):
        yield f"turn {number}, behind what was answered before:"
        yield from _block(words)
    if len(case.requests) > 1:
        others = counted(len(case.requests) - 1, "further sample is", "further samples are")
        yield f"{others} asked for in the same words"


def _shown(name: str, value: Any) -> Iterator[str]:
    if name == "messages" and isinstance(value, list):
        for message in value:
            yield from _message(message)
    elif isinstance(value, str) and (name in ("prompt", "text") or "\n" in value):
        yield visible(f"{name}:")
        yield from _block(value)
    elif name in ("tools", "continuations") and isinstance(value, list):
        yield visible(f"{name}:")
        for one in value:
            yield _EDGE + visible(_json(one))
    else:
        yield visible(f"{name}: {value if isinstance(value, str) else _json(value)}")


def _message(message: Mapping[str, Any]) -> Iterator[str]:
    yield visible(f"[{message.get('role')}]")
    for name, value in message.items():
        if name == "content" and isinstance(value, str):
            yield from _block(value)
        elif name != "role":
            yield _EDGE + visible(f"{name}: {_json(value)}")


def _block(text: str) -> Iterator[str]:
    """Yield a text line by line; one that ends in a line break has an empty line at its end."""
    for line in text.split("\n"):
        yield (_EDGE + visible(line)).rstrip(" ") if not line else _EDGE + visible(line)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def visible(text: str) -> str:
    """Return text as one line, in which each control character is seen."""
    return printable(text, limit=len(text)).replace("\n", "\\n").translate(_TAB)
