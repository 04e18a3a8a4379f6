"""The log of calls: one line each, as they end."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.errors import BackendError, StorageError
from pytest_codeeval.generation.calls import FILE_NAME, CallLog
from tests.generation.scripted import IDENTITY, ask


def test_an_answered_call_is_logged_with_question_and_answer(tmp_path: Path) -> None:
    completion = Completion("text", "stop", reasoning="hm", prompt_tokens=3, completion_tokens=4, cost=0.5)
    log = CallLog({IDENTITY: tmp_path})
    log.append([log.answer(ask(1, 2), completion, 0.250004, 2)])
    (line,) = (tmp_path / FILE_NAME).read_text().splitlines()
    row = json.loads(line)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", row.pop("time"))
    assert row == {
        "suite": "s",
        "task_id": "T/1",
        "sample_index": 2,
        "model": "m",
        "endpoint": "",
        "request": {
            "messages": [{"role": "user", "content": "solve 1"}],
            "params": {"temperature": 0.0, "top_p": None, "max_tokens": 1024, "seed": None, "stop": []},
        },
        "attempt": 2,
        "seconds": 0.25,
        "status": "ok",
        "response": {"text": "text", "finish_reason": "stop", "reasoning": "hm"},
        "prompt_tokens": 3,
        "completion_tokens": 4,
        "cost": 0.5,
    }


@pytest.mark.parametrize(("status", "logged"), [(429, 429), (None, "error")])
def test_a_failed_call_is_logged_with_its_status(tmp_path: Path, status: int | None, logged: int | str) -> None:
    log = CallLog({IDENTITY: tmp_path})
    log.append([log.error(ask(task), BackendError("busy", status=status), 0.1, 1) for task in (1, 2)])
    rows = [json.loads(line) for line in (tmp_path / FILE_NAME).read_text().splitlines()]
    assert [(row["task_id"], row["status"], row["error"]) for row in rows] == [
        ("T/1", logged, "busy"),
        ("T/2", logged, "busy"),
    ]


def test_each_model_has_a_log_of_its_own(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    log = CallLog({("fake", name, "", ()): tmp_path / name for name in ("one", "two")})
    log.append([log.answer(ask(1, model="two"), Completion("text"), 0.1, 1)])
    assert [path.parent.name for path in tmp_path.rglob(FILE_NAME)] == ["two"]


def test_a_lone_surrogate_is_logged(tmp_path: Path) -> None:
    log = CallLog({IDENTITY: tmp_path})
    log.append([log.answer(ask("\ud800"), Completion("\udfff"), 0.1, 1)])
    row = json.loads((tmp_path / FILE_NAME).read_text())
    assert (row["task_id"], row["response"]["text"]) == ("T/\ud800", "\udfff")


def test_a_log_that_cannot_be_written_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    log = CallLog({IDENTITY: tmp_path})
    with pytest.raises(StorageError, match=FILE_NAME):
        log.append([log.error(ask(), BackendError("busy"), 0.1, 1)])


def test_a_folder_that_is_removed_before_the_first_call_ends_is_made_again(tmp_path: Path) -> None:
    log = CallLog({IDENTITY: tmp_path / "results" / "m"})
    log.append([log.error(ask(1), BackendError("busy"), 0.1, 1)])
    assert (tmp_path / "results" / "m" / FILE_NAME).read_text().count("\n") == 1
