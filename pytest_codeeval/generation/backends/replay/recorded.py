"""RecordedSample: one sample as a file has it, read from a row of whatever evaluation harness wrote the file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import PurePath
from typing import Any

from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.continuation import Continuation
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.jsonl import rows_of
from pytest_codeeval.core.toolcall import ToolCall
from pytest_codeeval.generation.backends.replay import cruxeval
from pytest_codeeval.generation.backends.replay.harnesses import (
    Said,
    harness_samples,
    position_id,
    task_named_by,
    task_of_samples,
)

# The field that holds the sample, in order of preference, and how to read its text.
_FIELDS = (
    ("response", Form.CHAT),
    ("generation", Form.CHAT),
    ("solution", Form.PROGRAM),
    ("completion", Form.CONTINUATION),
)


@dataclass(frozen=True, slots=True)
class RecordedSample:
    """A sample under its recorded id; `index` is its place among those of the task, None for the next one.

    `completion` is that of the last turn, `earlier` are those of the turns before it. `model` is who gave it, where a
    file says so.
    """

    recorded_id: str
    index: int | None
    completion: Completion
    model: str = ""
    earlier: tuple[Completion, ...] = ()

    @property
    def turns(self) -> tuple[Completion, ...]:
        """The completions of all turns."""
        return (*self.earlier, self.completion)


def normal(task_id: str) -> str:
    """Return a task id as it is compared: without case, white space or leading zeros ("mbpp/011" is "MBPP/11")."""
    return re.sub(r"\b0+(?=\d)", "", task_id.strip().casefold())


def samples_in(raw: bytes, name: str) -> Iterator[RecordedSample]:
    """Yield the samples of a file's bytes: JSONL or a JSON array of rows, or what a harness makes of them.

    `name` is the file's, for messages, and where generations stand by order for the task that they are of.
    Raises DatasetError for what is no sample, naming its place.
    """
    if (answers := cruxeval.generations_of(raw, name)) is not None:
        yield from (sample for row_id, texts in answers for sample in _of_cruxeval(row_id, texts))
        return
    if (lists := _generations(raw, name)) is not None:
        yield from _by_order(lists, name)
        return
    filters: dict[str, str] = {}
    task = task_of_samples(PurePath(name).name)
    for where, row in _rows(raw, name):
        if "form" not in row and cruxeval.is_row_id(row.get("task_id", row.get("id"))):
            yield from _of_cruxeval_row(row, where, name)
            continue
        samples = None if _is_plain(row) else harness_samples(row, where, task)
        if samples is None:
            yield _sample(row, where)
            continue
        for found in samples:
            # lm-eval writes each answer once for every filter: one of them is the sample.
            if filters.setdefault(found.task_id, found.filter) == found.filter:
                for text in found.texts:
                    yield _of_harness(found, text)


def _of_cruxeval(recorded_id: str, texts: Iterable[str]) -> Iterator[RecordedSample]:
    for text in texts:
        yield RecordedSample(recorded_id, None, Completion(text, form=Form.PROGRAM))


def _of_cruxeval_row(row: Mapping[str, Any], where: str, name: str) -> Iterator[RecordedSample]:
    recorded_id = cruxeval.recorded_id(str(row.get("task_id", row.get("id"))), name, row.get("mode", row.get("suite")))
    texts = cruxeval.lists_in(row, where)
    return (
        iter([_sample({**row, "task_id": recorded_id}, where)]) if texts is None else _of_cruxeval(recorded_id, texts)
    )


def _of_harness(found: Said, text: str) -> RecordedSample:
    completion = Completion(text, found.finish_reason, found.form, found.reasoning, seconds=found.seconds)
    earlier = tuple(map(Completion, found.earlier))
    return RecordedSample(normal(found.task_id), found.index, completion, found.model, earlier)


def _generations(raw: bytes, name: str) -> dict[str, list[Any]] | None:
    """Return lists of generations by the name of their task, if that is what a file holds."""
    if not re.match(rb"(?:\xef\xbb\xbf)?\s*(?:\[\s*(?:\[|null\b)|\{)", raw) or b'"eval"' in raw[:4096]:
        return None
    try:
        whole = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    if isinstance(whole, list):
        return {task_named_by(PurePath(name).name): whole}
    if isinstance(whole, dict) and whole and all(map(_is_lists, whole.values())):
        return {task_named_by(task): lists for task, lists in whole.items()}
    return None


def _is_lists(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(item is None or isinstance(item, list) for item in value)


def _by_order(tasks: Mapping[str, list[Any]], name: str) -> Iterator[RecordedSample]:
    for task, lists in tasks.items():
        for number, texts in enumerate(lists):
            if texts is not None and not (isinstance(texts, list) and all(isinstance(one, str) for one in texts)):
                raise DatasetError(f"{name}, entry {number + 1}: expected a list of generations, each a text")
            form = Form.CONTINUATION if task.startswith(("humaneval-", "mbpp-")) else Form.PROGRAM
            for text in texts or ():
                yield RecordedSample(position_id(task, number, len(lists)), None, Completion(text, form=form))


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


def _is_plain(row: Mapping[str, Any]) -> bool:
    return "task_id" in row and any(isinstance(row.get(field), str) for field, _ in _FIELDS)


def _sample(row: Mapping[str, Any], where: str) -> RecordedSample:
    task_id, suite, index = row.get("task_id"), row.get("suite"), row.get("sample_index")
    if not isinstance(task_id, str | int) or isinstance(task_id, bool):
        raise DatasetError(f"{where}: a recording needs a 'task_id'")
    ours = isinstance(row.get("form"), str) and isinstance(row.get("completion"), str)
    try:
        completion = _own_result(row) if ours else _foreign_result(row)
        earlier = tuple(_turn(turn, where) for turn in row.get("turns") or ()) if ours else ()
    except (StopIteration, ValueError):
        fields = ", ".join(repr(field) for field, _ in _FIELDS)
        raise DatasetError(f"{where}: a recording needs the sample as text in one of {fields}") from None
    recorded_id = f"{suite}:{normal(str(task_id))}" if ours and isinstance(suite, str) else normal(str(task_id))
    author = str(row.get("model") or "") if ours else ""
    return RecordedSample(recorded_id, index if isinstance(index, int) else None, completion, author, earlier)


def _turn(turn: object, where: str) -> Completion:
    if isinstance(turn, dict) and isinstance(turn.get("text"), str):
        return Completion(turn["text"], str(turn.get("finish_reason") or ""), tool_calls=_calls(turn))
    raise DatasetError(f"{where}: 'turns' holds something that is no answer of a turn ('text' and 'finish_reason')")


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
        tool_calls=_calls(row),
        scores=_scores(row.get("scores")),
    )


def _calls(row: Mapping[str, Any]) -> tuple[ToolCall, ...]:
    """Return the calls of tools; raises ValueError for what is none."""
    try:
        return tuple(map(ToolCall.from_json, row.get("tool_calls") or ()))
    except (TypeError, KeyError, AttributeError):
        raise ValueError("no calls of tools") from None


def _scores(found: object) -> tuple[Continuation, ...]:
    """Read the log-likelihoods of a row of ours; raises ValueError for what is none."""
    try:
        return tuple(map(Continuation.from_json, found)) if isinstance(found, list) else ()
    except (TypeError, KeyError):
        raise ValueError(found) from None


def _amount(value: object) -> float | None:
    """Return a number as it was recorded, None for what is none: somebody may have written the file by hand."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value) else None


def _count(value: object) -> int | None:
    amount = _amount(value)
    return None if amount is None else int(amount)


def _foreign_result(row: Mapping[str, Any]) -> Completion:
    field, form = next((field, form) for field, form in _FIELDS if isinstance(row.get(field), str))
    return Completion(text=row[field], form=form, finish_reason=str(row.get("finish_reason") or ""))
