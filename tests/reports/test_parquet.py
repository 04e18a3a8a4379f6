"""Parquet tables with one row a sample."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.core.columns import sample_rows
from pytest_codeeval.core.errors import StorageError
from pytest_codeeval.reports import parquet
from tests.reports.rows import PASS, UNTIDY, WRONG, result, rust

pq = pytest.importorskip("pyarrow.parquet", reason="needs pyarrow")


def exported(folder: Path, *rows: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Export rows, and read both tables back."""
    parquet.export(folder, rows)
    predictions, results = (pq.read_table(folder / name).to_pylist() for name in (parquet.PREDICTIONS, parquet.RESULTS))
    return predictions, results


def test_what_was_said_and_how_it_ended_share_their_key(tmp_path: Path) -> None:
    predictions, results = exported(tmp_path, *sample_rows(result(1, PASS, WRONG)))
    key = {"model": "m", "suite": "s", "task_id": "T/1"}
    assert [{name: row[name] for name in (*key, "sample_index")} for row in predictions] == [
        {**key, "sample_index": index} for index in (0, 1)
    ]
    assert [row["sample_index"] for row in results] == [0, 1]
    assert (predictions[0]["completion"], predictions[0]["cost"], predictions[0]["prompt_tokens"]) == (
        "text",
        0.5,
        None,
    )
    assert [(row["passed"], row["outcome"], row["result"]) for row in results] == [
        (True, "passed", "passed"),
        (False, "wrong_answer", "failed: wrong answer"),
    ]
    assert (results[0]["cpu_seconds"], results[0]["wall_seconds"], results[0]["max_rss"]) == (0.25, 0.5, 1000)


def test_no_rows_are_two_empty_tables_with_their_columns(tmp_path: Path) -> None:
    assert exported(tmp_path) == ([], [])
    assert "completion" in pq.read_schema(tmp_path / parquet.PREDICTIONS).names
    assert "passed" in pq.read_schema(tmp_path / parquet.RESULTS).names


def test_more_rows_than_a_batch_are_all_written(tmp_path: Path) -> None:
    (row,) = sample_rows(result(1, PASS))
    predictions, results = exported(tmp_path, *({**row, "sample_index": index} for index in range(4500)))
    assert [found["sample_index"] for found in predictions] == list(range(4500))
    assert len(results) == 4500


@pytest.mark.parametrize(
    ("column", "value", "kept"),
    [
        ("prompt_tokens", 12.0, 12),
        ("prompt_tokens", 10**30, None),
        ("prompt_tokens", "12", None),
        ("cost", True, None),
        ("cost", 3, 3.0),
        ("seconds", float("nan"), None),
        ("finish_reason", 5, None),
        ("reasoning", ["a"], None),
    ],
)
def test_what_a_column_does_not_take_is_left_out(tmp_path: Path, column: str, value: object, kept: object) -> None:
    (row,) = sample_rows(result(1, PASS))
    predictions, _ = exported(tmp_path, {**row, column: value})
    assert predictions[0][column] == kept


def test_lone_surrogates_are_replaced(tmp_path: Path) -> None:
    predictions, _ = exported(tmp_path, *sample_rows(result("\ud800", PASS, text="a\udfffb")))
    assert (predictions[0]["completion"], predictions[0]["task_id"]) == ("a\ufffdb", "T/\ufffd")


def test_weak_verdicts_are_marked_and_rows_of_older_versions_are_read(tmp_path: Path) -> None:
    weak, older = (*sample_rows(result(1, PASS, weak=True)), *sample_rows(result(2, WRONG)))
    del older["weak"]
    _, results = exported(tmp_path, weak, {**older, "cause": "exited"})
    assert [(row["weak"], row["cause"]) for row in results] == [(True, "passed"), (False, "exited")]


def test_a_row_that_nothing_was_measured_of_has_zeros(tmp_path: Path) -> None:
    (row,) = sample_rows(result(1, WRONG))
    for name in ("cpu_seconds", "max_rss"):
        del row[name]  # as in rows of before these were noted
    _, (found,) = exported(tmp_path, {**row, "stages": []})
    assert (found["cpu_seconds"], found["max_rss"]) == (0, 0)


def test_stages_and_their_counts_are_kept_as_json(tmp_path: Path) -> None:
    (row,) = sample_rows(rust(1, UNTIDY))
    (older,) = sample_rows(rust(2, UNTIDY))
    del older["cpu_seconds"]
    for stage in older["stages"]:
        del stage["counts"]
    without = {name: value for name, value in older.items() if name != "stages"}
    _, results = exported(tmp_path, row, older, without)
    kept = [json.loads(found["stages"]) for found in results]
    assert kept == [list(row["stages"]), list(older["stages"]), []]
    assert kept[0][1]["counts"] == {"needless_return": 2, "unused": 1}
    assert [found["cpu_seconds"] for found in results] == [0.875, 0.875, 0]


def test_a_second_export_takes_the_place_of_the_first(tmp_path: Path) -> None:
    exported(tmp_path, *sample_rows(result(1, PASS, PASS)))
    predictions, _ = exported(tmp_path, *sample_rows(result(1, PASS)))
    assert len(predictions) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([parquet.PREDICTIONS, parquet.RESULTS])


def test_tables_that_the_disk_does_not_take_are_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / parquet.RESULTS).mkdir()
    (tmp_path / parquet.RESULTS / "kept").touch()
    with pytest.raises(StorageError, match="parquet files in .* cannot be written"):
        parquet.export(tmp_path, sample_rows(result(1, PASS)))
    assert not list(tmp_path.glob("*.part"))


def test_a_folder_that_is_gone_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be written"):
        parquet.export(tmp_path / "none", sample_rows(result(1, PASS)))


def test_rows_that_break_off_leave_the_old_tables_and_no_parts(tmp_path: Path) -> None:
    def rows() -> Any:
        yield from sample_rows(result(1, WRONG))
        raise KeyError("stages")

    exported(tmp_path, *sample_rows(result(1, PASS)))
    with pytest.raises(KeyError):
        parquet.export(tmp_path, rows())
    assert pq.read_table(tmp_path / parquet.RESULTS).to_pylist()[0]["passed"]
    assert not list(tmp_path.glob(".*.part"))


def test_a_folder_may_have_a_name_that_is_no_text(tmp_path: Path) -> None:
    folder = tmp_path / "r\udce9"
    folder.mkdir()
    parquet.export(folder, sample_rows(result(1, PASS)))
    with (folder / parquet.RESULTS).open("rb") as table:
        assert pq.read_table(table).num_rows == 1
    assert len(list(folder.iterdir())) == 2
