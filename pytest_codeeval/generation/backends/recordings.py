"""Recordings: samples that a model gave earlier, read from a file and found by task id."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.errors import DatasetError, UsageError
from pytest_codeeval.core.jsonl import read_bytes, rows_of

# The field that holds the sample, in order of preference, and how to read its text.
_FIELDS = (
    ("response", Form.CHAT),
    ("generation", Form.CHAT),
    ("solution", Form.PROGRAM),
    ("completion", Form.CONTINUATION),
)


def normal(task_id: str) -> str:
    """Return a task id as it is compared: without case, white space or leading zeros ("mbpp/011" is "MBPP/11")."""
    return re.sub(r"\b0+(?=\d)", "", task_id.strip().casefold())


def recorded_ids(task_id: str, suites: Iterable[str], aliases: Iterable[str]) -> list[str]:
    """Return the ids under which a recording may know a task, the surest first.

    Our own results say the suite as well (`mbpp:mbpp/11`), others only the task, with their own prefix (`aliases`).
    """
    _, slash, number = task_id.rpartition("/")
    plain = [normal(task_id), *(normal(f"{alias}{slash}{number}" if alias else number) for alias in aliases)]
    return [*(f"{suite}:{normal(task_id)}" for suite in suites), *dict.fromkeys(plain)]


class Recordings:
    """The samples of a file by recorded id, in the order of the file or of their `sample_index`.

    `sha256` is of the file's unpacked bytes.
    """

    def __init__(self, samples: Mapping[str, list[Completion]], sha256: str = "") -> None:
        self.sha256 = sha256
        self._samples = samples

    @classmethod
    def read(cls, path: Path) -> Recordings:
        """Read a recording: JSONL or a JSON array, gzipped or not, or EvalPlus' eval_results.

        Raises UsageError where there is no such file or no sample in it, DatasetError for a malformed row.
        """
        if not path.is_file():
            raise UsageError(f"--model=replay:{path} names no file; give the path of a recording.")
        raw = read_bytes(path)
        gathered: dict[str, list[tuple[int, Completion]]] = {}
        for where, row in _rows(raw, str(path)):
            task_id, index, completion = _sample(row, where)
            found = gathered.setdefault(task_id, [])
            found.append((len(found) if index is None else index, completion))
        if not gathered:
            raise UsageError(f"--model=replay:{path} has no sample in it; give a recording with at least one row.")
        samples = {task_id: _in_order(found) for task_id, found in gathered.items()}
        return cls(samples, hashlib.sha256(raw).hexdigest())

    @property
    def counts(self) -> dict[str, int]:
        """How many samples there are under each recorded id."""
        return {task_id: len(found) for task_id, found in self._samples.items()}

    def get(self, recorded_id: str, index: int) -> Completion | None:
        """Return sample `index` under a recorded id, or None where there is no such sample."""
        found = self._samples.get(recorded_id, [])
        return found[index] if index < len(found) else None


def _in_order(found: list[tuple[int, Completion]]) -> list[Completion]:
    by_index = dict(found)  # a later row for the same sample replaces the earlier one
    return [by_index[index] for index in sorted(by_index)]


def _rows(raw: bytes, name: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    if raw.lstrip()[:1] == b"{" and b'"eval"' in raw[:4096]:
        try:
            whole = json.loads(raw)
        except (ValueError, RecursionError):
            whole = {}
        if isinstance(whole.get("eval"), dict):
            for task_id, samples in whole["eval"].items():
                if not isinstance(samples, list) or not all(isinstance(sample, dict) for sample in samples):
                    raise DatasetError(f"{name}, task {task_id}: expected a list of samples, each a JSON object")
                for number, sample in enumerate(samples, 1):
                    yield f"{name}, task {task_id}, sample {number}", {"task_id": task_id, **sample}
            return
    yield from rows_of(raw, name)


def _sample(row: Mapping[str, Any], where: str) -> tuple[str, int | None, Completion]:
    task_id, suite, index = row.get("task_id"), row.get("suite"), row.get("sample_index")
    if not isinstance(task_id, str | int) or isinstance(task_id, bool):
        raise DatasetError(f"{where}: a recording needs a 'task_id'")
    ours = isinstance(row.get("form"), str) and isinstance(row.get("completion"), str)
    try:
        completion = _own_result(row) if ours else _foreign_result(row)
    except (StopIteration, ValueError):
        fields = ", ".join(repr(field) for field, _ in _FIELDS)
        raise DatasetError(f"{where}: a recording needs the sample as text in one of {fields}") from None
    recorded_id = f"{suite}:{normal(str(task_id))}" if ours and isinstance(suite, str) else normal(str(task_id))
    return recorded_id, index if isinstance(index, int) else None, completion


def _own_result(row: Mapping[str, Any]) -> Completion:
    return Completion(
        text=row["completion"],
        finish_reason=str(row.get("finish_reason") or ""),
        form=Form(row["form"]),
        reasoning=str(row.get("reasoning") or ""),
        prompt_tokens=_count(row.get("prompt_tokens")),
        completion_tokens=_count(row.get("completion_tokens")),
        cost=_amount(row.get("cost")),
        seconds=_amount(row.get("seconds")) or 0.0,
    )


def _amount(value: object) -> float | None:
    """Return a number as it was recorded, None for what is none: somebody may have written the file by hand."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value) else None


def _count(value: object) -> int | None:
    amount = _amount(value)
    return None if amount is None else int(amount)


def _foreign_result(row: Mapping[str, Any]) -> Completion:
    field, form = next((field, form) for field, form in _FIELDS if isinstance(row.get(field), str))
    return Completion(text=row[field], form=form, finish_reason=str(row.get("finish_reason") or ""))
