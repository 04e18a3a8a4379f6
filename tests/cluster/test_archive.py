"""An archive from a node is believed only if it holds nothing but what was ordered."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from pytest_codeeval.cluster import archive
from pytest_codeeval.cluster.archive import BadArchive, packed, unpack

STATUS = {"shard": "1/2", "node": "n", "exit": 0, "said": "", "cpu_seconds": 1.5}


def made(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as members:
        for name, text in files.items():
            members.writestr(name, text)
    return target.getvalue()


def test_what_was_packed_is_unpacked(tmp_path: Path) -> None:
    results, target = tmp_path / "results", tmp_path / "target"
    (results / "tiny").mkdir(parents=True)
    target.mkdir()
    for name in ("samples.jsonl", "run.json", "api_calls.jsonl", ".lock"):
        (results / "tiny" / name).write_text(f"{name}\n")
    (results / "completions.sqlite3").write_text("secret")
    assert unpack(packed(results, STATUS), {"tiny"}, target) == STATUS
    there = {str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()}
    assert there == {"status.json", "tiny/samples.jsonl", "tiny/run.json"}


OF_STATUS = {"status.json": json.dumps(STATUS).encode()}


@pytest.mark.parametrize(
    "files",
    [
        {"../evil": b"x"},
        {"/etc/evil": b"x"},
        {"tiny/../../evil": b"x"},
        {"other/samples.jsonl": b"x"},
        {"tiny/evil.py": b"x"},
        {"tiny/": b""},
        {"tiny/samples.jsonl": bytes(4 << 20)},
        {"status.json": b'{"shard": 1}'},
        {"status.json": b"[" * 100_000},
        {"status.json": json.dumps({**STATUS, "cpu_seconds": float("nan")}).encode()},
        {"status.json": json.dumps(STATUS).encode() + b" " * (1 << 19)},
    ],
)
def test_what_else_an_archive_holds_is_refused_and_leaves_nothing_outside(
    tmp_path: Path, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "LARGEST", 1 << 20)
    monkeypatch.setattr(archive, "LONGEST", 1 << 18)
    target = tmp_path / "target"
    target.mkdir()
    with pytest.raises(BadArchive):
        unpack(made({**OF_STATUS, **files}), {"tiny"}, target)
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


@pytest.mark.parametrize("cut", [0, 10, 100, -30])
def test_what_is_no_archive_or_was_cut_short_is_refused(tmp_path: Path, cut: int) -> None:
    with pytest.raises(BadArchive):
        unpack(made({**OF_STATUS, "tiny/run.json": bytes(range(200))})[:cut], {"tiny"}, tmp_path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_python_would_unpack_all_at_once_is_not_unpacked(tmp_path: Path, method: int) -> None:
    bomb = made({**OF_STATUS, "tiny/samples.jsonl": bytes(1 << 22)}, method)
    with pytest.raises(BadArchive, match="in another way"):
        unpack(bomb, {"tiny"}, tmp_path)
    assert not list(tmp_path.iterdir())


def test_an_archive_of_very_many_files_is_refused_before_they_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = made({**OF_STATUS, **{str(number): b"" for number in range(200)}})
    monkeypatch.setattr(zipfile.ZipFile, "infolist", None)
    with pytest.raises(BadArchive, match="too large"):
        unpack(many, {"tiny"}, tmp_path)


def test_what_a_status_says_is_cut_and_made_harmless(tmp_path: Path) -> None:
    said = {**STATUS, "node": "\x1b[2J" * 100, "said": "x" * 100_000}
    status = unpack(made({"status.json": json.dumps(said).encode()}), {"tiny"}, tmp_path)
    assert "\x1b" not in status["node"]
    assert len(status["node"]) < 600
    assert len(status["said"]) < 10_000
