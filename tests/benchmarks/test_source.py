"""Where rows come from, and how what is wrong with them is said."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.benchmarks.source import Row, local_file, rows_from_bytes, rows_from_file, rows_from_hub, unique
from pytest_codeeval.core.errors import DatasetError


@pytest.mark.parametrize("packed", [False, True])
def test_the_digest_is_of_the_unpacked_bytes(tmp_path: Path, packed: bool) -> None:
    raw = b'{"a": 1}\n{"a": 2}\n'
    path = tmp_path / "rows.jsonl"
    path.write_bytes(gzip.compress(raw) if packed else raw)
    rows = rows_from_file(path)
    assert rows.sha256 == hashlib.sha256(raw).hexdigest()
    assert rows.source == str(path)
    assert [(row.where, row.fields["a"]) for row in rows.rows] == [(f"{path}, line 1", 1), (f"{path}, line 2", 2)]


@pytest.mark.parametrize("raw", [b"", b"\n", b"[]"])
def test_a_file_without_rows_is_refused(raw: bytes) -> None:
    with pytest.raises(DatasetError, match="^f has no row in it$"):
        rows_from_bytes(raw, "f")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "f, line 1: field 'a' is missing"),
        ({"a": None}, "f, line 1: field 'a' is missing"),
        ({"a": ""}, "f, line 1: field 'a' is empty"),
        ({"a": " \n"}, "f, line 1: field 'a'"),
        ({"a": 3}, "f, line 1: field 'a' is not a text"),
        ({"a": ["x"]}, "f, line 1: field 'a' is not a text"),
    ],
)
def test_a_text_that_is_none_is_named(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(DatasetError, match=f"^{said}"):
        Row("f, line 1", fields).text("a")


def test_a_text_that_is_not_required_may_be_missing_but_not_be_something_else() -> None:
    assert [Row("f", fields).text("a", required=False) for fields in ({}, {"a": None}, {"a": ""}, {"a": "x"})] == [
        "",
        "",
        "",
        "x",
    ]
    with pytest.raises(DatasetError, match="is not a text"):
        Row("f", {"a": 3}).text("a", required=False)


@pytest.mark.parametrize(
    ("value", "said"), [(None, "is missing"), ("x", "is not a list of texts"), (["x", 3], "is not a list")]
)
def test_a_list_that_is_none_is_named(value: Any, said: str) -> None:
    with pytest.raises(DatasetError, match=f"f, line 1: field 'a' {said}"):
        Row("f, line 1", {"a": value}).texts("a")


def test_a_list_that_is_not_required_may_be_missing() -> None:
    assert Row("f", {}).texts("a", required=False) == []


def test_the_first_file_that_is_there_is_taken(tmp_path: Path) -> None:
    (tmp_path / "b").touch()
    (tmp_path / "c").touch()
    assert local_file(str(tmp_path), "a", "b", "c") == tmp_path / "b"
    assert local_file(str(tmp_path), "a") is None
    assert local_file(None, "b") is None
    assert local_file(str(tmp_path / "none"), "b") is None


def test_an_id_that_comes_twice_is_named_with_both_places() -> None:
    rows = [(task_id, Row(f"f, line {number}", {})) for number, task_id in enumerate("aba", 1)]
    with pytest.raises(DatasetError, match="^f, line 3: task_id 'a' stands at f, line 1 already$"):
        unique(iter(rows))


def test_rows_come_from_the_hubs_library_split_by_split(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # It reads a folder of parquet files by the same call as a dataset on the hub.
    pytest.importorskip("datasets", reason="needs pytest-codeeval[datasets]")
    from pyarrow import Table, parquet

    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "owner" / "name"
    folder.mkdir(parents=True)
    for split, prompts in {"test": ["a", "b"], "train": ["c"]}.items():
        rows = Table.from_pylist([{"prompt": prompt, "split": "?"} for prompt in prompts])
        parquet.write_table(rows, folder / f"{split}-00000-of-00001.parquet")
    found = rows_from_hub("owner/name", None, ("test", "train"), "nothing here")
    assert [(row.fields["prompt"], row.fields["split"]) for row in found.rows] == [
        ("a", "test"),
        ("b", "test"),
        ("c", "train"),
    ]
    assert found.rows[1].where == "owner/name, split test, row 1"
    assert (len(found.sha256), found.source) == (64, "hub:owner/name")
