"""JSON Lines: malformed ones named, torn ones survived."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.core.errors import DatasetError, StorageError
from pytest_codeeval.core.jsonl import append_rows, read_bytes, read_whole_lines, replace_file, rows_of
from tests.core.strategies import NUMBERS, TEXTS

ROWS = st.lists(st.dictionaries(TEXTS, TEXTS | st.integers() | NUMBERS | st.none(), max_size=3), max_size=5)


def lines(rows: list[dict[str, Any]]) -> bytes:
    """Return rows as the bytes of a JSONL file."""
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


@given(ROWS)
def test_jsonl_and_array_hold_the_same_rows(rows: list[dict[str, Any]]) -> None:
    assert [row for _, row in rows_of(lines(rows), "f")] == rows
    assert [row for _, row in rows_of(json.dumps(rows).encode(), "f")] == rows


def test_rows_are_numbered_as_an_editor_does() -> None:
    assert list(rows_of(b'{"a": 1}\n\n  \n{"a": 2}\r\n', "f")) == [("f, line 1", {"a": 1}), ("f, line 4", {"a": 2})]


def test_a_line_separator_inside_a_string_ends_no_line() -> None:
    assert list(rows_of('{"a": "x\u2028y\x85"}'.encode(), "f")) == [("f, line 1", {"a": "x\u2028y\x85"})]


def test_a_byte_order_mark_is_passed_over() -> None:
    assert list(rows_of(b'\xef\xbb\xbf{"a": 1}', "f")) == [("f, line 1", {"a": 1})]


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.jsonl.gz", "gzipped-though-the-name-does-not-say.jsonl"])
def test_a_file_may_be_gzipped(tmp_path: Path, name: str) -> None:
    raw = lines([{"a": 1}])
    (tmp_path / name).write_bytes(gzip.compress(raw, mtime=0) if "gz" in name else raw)
    assert read_bytes(tmp_path / name) == raw


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b'{"a": 1}\n{"a":', "f, line 2: not valid JSON"),
        (b'{"a": 1}\n[1]', "f, line 2: expected a JSON object, found list"),
        (b"3", "f, line 1: expected a JSON object, found int"),
        (b"[{}, 3]", "f, entry 2: expected a JSON object, found int"),
        (b"[{}", "f is not valid JSON"),
        (b'{"a": "\xff"}', "f is not UTF-8 text .byte 7."),
        (b'{"a":' + b"[" * 100_000, "f, line 1: not valid JSON"),
        (b"[" * 100_000, "f is not valid JSON"),
    ],
    ids=["torn", "list", "number", "entry", "torn array", "latin-1", "deep", "deep array"],
)
def test_what_is_malformed_is_named_by_file_and_line(raw: bytes, said: str) -> None:
    with pytest.raises(DatasetError, match=f"^{said}"):
        list(rows_of(raw, "f"))


@pytest.mark.parametrize(
    "raw",
    [gzip.compress(b"x" * 1000)[:-9], gzip.compress(b"x" * 1000)[:20] + b"\xff" * 9, b"\x1f\x8b", None],
    ids=["cut off", "damaged", "empty", "missing"],
)
def test_an_unreadable_file_is_named(tmp_path: Path, raw: bytes | None) -> None:
    path = tmp_path / "rows.jsonl.gz"
    if raw is not None:
        path.write_bytes(raw)
    with pytest.raises(DatasetError, match=r"rows\.jsonl\.gz cannot be read: "):
        read_bytes(path)


@given(st.lists(ROWS, max_size=4))
def test_what_is_appended_is_read_back(tmp_path_factory: pytest.TempPathFactory, batches: list[Any]) -> None:
    path = tmp_path_factory.mktemp("append") / "rows.jsonl"
    for rows in batches:
        append_rows(path, rows)
    assert list(read_whole_lines(path)) == [row for rows in batches for row in rows]


@given(st.data())
def test_a_tear_anywhere_costs_the_last_row_at_most(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("torn") / "rows.jsonl"
    rows = [{"number": number, "text": "é\ud800\n"} for number in range(3)]
    append_rows(path, rows)
    whole = path.read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(len(lines(rows[:2])), len(whole)))])
    append_rows(path, [{"number": 3}])
    numbers = [row["number"] for row in read_whole_lines(path)]
    assert numbers in ([0, 1, 3], [0, 1, 2, 3])


def test_a_row_whose_line_break_alone_was_torn_off_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"a": 1}')
    append_rows(path, [{"a": 2}])
    assert path.read_bytes() == b'{"a": 1}\n{"a": 2}\n'


def test_lines_that_are_no_objects_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"a": 1}\n\xff\xfe\n[]\n\n{"a"\n{"a": 2}\n')
    assert list(read_whole_lines(path)) == [{"a": 1}, {"a": 2}]


def test_a_file_that_is_not_there_has_no_lines(tmp_path: Path) -> None:
    assert list(read_whole_lines(tmp_path / "none.jsonl")) == []


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be read"):
        list(read_whole_lines(tmp_path))


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_is_a_storage_error() -> None:
    with pytest.raises(StorageError, match="/dev/full cannot be written: No space left"):
        append_rows(Path("/dev/full"), [{"a": 1}])


def test_several_processes_may_append_to_one_file(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    program = (
        "import sys; from pathlib import Path; from pytest_codeeval.core.jsonl import append_rows\n"
        "for i in range(200): append_rows(Path(sys.argv[1]), [{'who': sys.argv[2], 'i': i, 'fill': 'x' * 3000}])"
    )
    writers = [subprocess.Popen([sys.executable, "-c", program, str(path), str(who)]) for who in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    seen = [(row["who"], row["i"]) for row in read_whole_lines(path)]
    assert sorted(seen) == [(str(who), i) for who in range(3) for i in range(200)]


def test_a_replaced_file_is_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    replace_file(path, b"old")
    replace_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_replacement_that_fails_leaves_the_old_file_unharmed(tmp_path: Path) -> None:
    folder = tmp_path / "run.json"
    folder.mkdir()
    (folder / "kept").touch()
    with pytest.raises(StorageError, match="cannot be written"):
        replace_file(folder, b"new")
    assert list(tmp_path.rglob("*")) == [folder, folder / "kept"]
