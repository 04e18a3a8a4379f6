"""CRUXEval's own files: answers by the ids of its rows; their names say whether calls or values are predicted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from pytest_codeeval.core.errors import DatasetError

_KEY = re.compile(r"(?:sample_)?\d{1,9}")
_HEAD = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"(?:(?:sample_)?\d{1,9}|raw_generations)"')
_ROW_ID = re.compile(r"sample_\d{1,9}")
_MODE = re.compile(r"(?<![a-z])(input|output)(?![a-z])")
_OF_SCORES = "raw_generations"
_LISTS = ("generations", "completions", "generation", "completion", "response")

Answers = Iterator[tuple[str, list[str]]]


def mode_of(name: str) -> str:
    """Return the mode that a file's name speaks of, else that of its folder; "" if neither says one."""
    for part in PurePath(name.casefold()).parts[-1:-3:-1]:
        if len(said := set(_MODE.findall(part))) == 1:
            return str(said.pop())
    return ""


def recorded_id(task_id: str, name: str, said: object = "") -> str:
    """Return the id of a sample in a file: both modes have the same rows; `said` is what a row says of its mode."""
    mode = (isinstance(said, str) and mode_of(said)) or mode_of(name)
    return f"cruxeval-{mode}:{task_id}" if mode else task_id


def is_row_id(task_id: object) -> bool:
    """Whether it is the id of a row of CRUXEval."""
    return isinstance(task_id, str) and _ROW_ID.fullmatch(task_id) is not None


def generations_of(raw: bytes, name: str) -> Answers | None:
    """Return the answers by recorded id of `generations.json`, `generations_raw.json` or a file with their scores.

    None for another file.

    Raises DatasetError if one of them is no text.
    """
    if not _HEAD.match(raw):
        return None
    try:
        whole = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    lists = whole.get(_OF_SCORES, whole)
    if not isinstance(lists, dict) or not lists or not all(map(_KEY.fullmatch, lists)):
        return None
    return (
        (recorded_id(f"sample_{key.rpartition('_')[2]}", name), texts_of(lists[key], f"{name}, {key}")) for key in lists
    )


def lists_in(row: Mapping[str, Any], where: str) -> list[str] | None:
    """Return the answers of a row that has a list of them, None for a row of another kind.

    Raises DatasetError naming the row if one of them is no text.
    """
    found = next((row[name] for name in _LISTS if isinstance(row.get(name), list)), None)
    return None if found is None else texts_of(found, where)


def texts_of(said: object, where: str) -> list[str]:
    """Return answers as texts, be it one or a list; raises DatasetError naming their place if they are none."""
    texts = [said] if isinstance(said, str) else said
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise DatasetError(f"{where}: expected a list of generations, each a text")
    return texts
