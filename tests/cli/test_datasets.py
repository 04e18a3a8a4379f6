"""`codeeval data`: what is brought from a server of this machine, and what is not."""

from __future__ import annotations

import errno
import gzip
import hashlib
import io
import json
import re
import tarfile
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pytest_codeeval.benchmarks import catalogue, fetching
from pytest_codeeval.benchmarks.catalogue import DataFile
from pytest_codeeval.benchmarks.exercism_archive import rows_of_archive
from pytest_codeeval.cli import main
from pytest_codeeval.core.errors import DatasetError

ROWS = b'{"task_id": "T/0"}\n' * 9000  # several reads
EXERCISE = {
    "src/lib.rs": "stub",
    "src/more.rs": "more",
    ".meta/example.rs": "example",
    ".docs/instructions.md": "Do.\n",
    ".docs/instructions.append.md": "Do more.\n",
    "tests/two.rs": "tests",
    "Cargo.toml": "[package]",
}

Command = Callable[..., tuple[int, str, str]]


def archive(*texts: tuple[str, str]) -> bytes:
    """Return a gzipped tar archive as a repository's host gives it."""
    track = {"exercises": {"practice": [{"slug": "two", "difficulty": 4}]}}
    files = {"config.json": json.dumps(track), **{f"exercises/practice/two/{path}": t for path, t in EXERCISE.items()}}
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as tar:
        for path, text in (*files.items(), *texts):
            member = tarfile.TarInfo(f"rust-abc/{path}")
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text.encode()))
    return raw.getvalue()


ARCHIVE_ROWS = rows_of_archive(archive(), "archive")


class Server:
    """A server of files; `faults` are what becomes of the next requests: a status, or "cut"."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.faults: list[int | str] = []
        self.asked = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked += 1
                fault = outer.faults.pop(0) if outer.faults else 200
                body = outer.files.get(self.path)
                self.send_response(404 if body is None else 200 if fault == "cut" else int(fault))
                body = body or b""
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[:-100] if fault == "cut" else body)

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server of this machine, and a catalogue whose files it has."""
    server = Server()
    monkeypatch.setattr(fetching, "_PAUSES", (0.0, 0.0))
    digest = hashlib.sha256(ROWS).hexdigest()
    files = (
        DataFile("one", ("a/one.jsonl.gz", "a/one.jsonl"), "", f"{server.url}/repo/one.jsonl", (digest,), "MIT", 9),
        DataFile("packed", ("a/p.jsonl.gz", "a/p.jsonl"), "", f"{server.url}/repo/p.jsonl.gz", (digest,), "MIT", 9),
        DataFile(
            "two",
            ("a/two.jsonl.gz", "a/two.jsonl"),
            "",
            f"{server.url}/repo/two/abc.tar.gz",
            (hashlib.sha256(ARCHIVE_ROWS).hexdigest(),),
            "MIT",
            9,
            archive=True,
        ),
    )
    monkeypatch.setattr(catalogue, "catalogue", lambda: files)
    server.files = {"/repo/one.jsonl": ROWS, "/repo/p.jsonl.gz": gzip.compress(ROWS), "/repo/two/abc.tar.gz": archive()}
    yield server
    server.close()


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run `codeeval data` with a data folder of its own; return exit code, output and errors."""
    monkeypatch.setenv("CODEEVAL_DATA", str(tmp_path / "data"))

    def command(*arguments: str) -> tuple[int, str, str]:
        code = main(["data", *arguments])
        return (code, *capsys.readouterr())

    return command


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_files_come_whole_and_are_not_fetched_twice(server: Server, command: Command, tmp_path: Path) -> None:
    code, out, _ = command("fetch")
    assert code == 0, out
    there = files_in(tmp_path / "data")
    assert there["a/one.jsonl"] == ROWS
    assert gzip.decompress(there["a/p.jsonl.gz"]) == ROWS
    assert there["a/two.jsonl"] == ARCHIVE_ROWS
    assert sorted(there) == ["a/one.jsonl", "a/p.jsonl.gz", "a/two.jsonl"]
    asked = server.asked
    code, out, _ = command("fetch", "one", "two")
    assert (code, server.asked) == (0, asked)
    assert "one: is here already" in out
    assert command("verify")[0] == 0
    assert "one  here: a/one.jsonl" in command("list")[1]


@pytest.mark.parametrize("faults", [[500, 503], ["cut"], ["cut", 502]])
def test_what_breaks_off_is_tried_again(
    server: Server, command: Command, tmp_path: Path, faults: list[int | str]
) -> None:
    server.faults = list(faults)
    assert command("fetch", "one")[0] == 0
    assert server.asked == len(faults) + 1
    assert files_in(tmp_path / "data") == {"a/one.jsonl": ROWS}


@pytest.mark.parametrize(
    ("faults", "said", "asked"),
    [
        ([404], "status 404", 1),
        ([500] * 3, "status 500", 3),
        (["cut"] * 3, r"it broke off after [\d,]+ of [\d,]+ bytes", 3),
    ],
)
def test_what_cannot_be_had_is_said_in_a_sentence(
    server: Server, command: Command, tmp_path: Path, faults: list[int | str], said: str, asked: int
) -> None:
    server.faults = faults
    code, out, err = command("fetch", "one", "packed")
    assert (code, server.asked) == (1, asked + 1)
    assert re.search(rf"one: not fetched: {server.url}/repo/one.jsonl could not be fetched \({said}\); without a ", out)
    assert "--from FOLDER" in out
    assert "1 of 2 not fetched" in err
    assert list(files_in(tmp_path / "data")) == ["a/p.jsonl.gz"]


def test_no_network_is_said_with_the_way_round_it(server: Server, command: Command, tmp_path: Path) -> None:
    server.close()
    code, out, err = command("fetch")
    assert code == 1
    assert (
        f"{server.url}/repo/one.jsonl could not be fetched (Connection refused); without a network, bring it to" in out
    )
    assert out.count("\n") == 1
    assert "3 of 3 not fetched; `codeeval data list` gives the URL and checksum of each" in err
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("body", [b"", b"<html>log in</html>", ROWS[:-1], gzip.compress(ROWS)[:-9], archive()])
def test_other_contents_are_refused(server: Server, command: Command, tmp_path: Path, body: bytes) -> None:
    server.files = dict.fromkeys(server.files, body)
    code, out, _ = command("fetch", "one", "packed")
    assert (code, out.count("nothing was written")) == (1, 2)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("name", ["a/one.jsonl", "a/one.jsonl.gz"])
def test_another_file_is_not_overwritten(server: Server, command: Command, tmp_path: Path, name: str) -> None:
    path = tmp_path / "data" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"mine")
    code, out, _ = command("fetch", "one")
    assert (code, server.asked) == (1, 0)
    assert f"{path} is there and is not the file of this catalogue; move it away" in out
    assert files_in(tmp_path / "data") == {name: b"mine"}
    code, out, _ = command("verify")
    assert code == 1
    assert "Move it away, then: codeeval data fetch one" in out


def test_a_full_disk_leaves_nothing(
    server: Server, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> int:
        path.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    code, out, _ = command("fetch", "one")
    assert code == 1
    assert "cannot be written: No space left on device" in out
    assert files_in(tmp_path / "data") == {}


def test_an_interrupted_fetch_leaves_whole_files_only(
    server: Server, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: object, come: int, whole: int | None) -> None:
        if come > 100 and server.asked == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr("pytest_codeeval.cli.datasets._Progress.__call__", interrupted)
    code, _, err = command("fetch")
    assert code == 130
    assert "the same command goes on" in err
    assert list(files_in(tmp_path / "data")) == ["a/one.jsonl"]


def test_files_come_from_a_mirror_or_a_folder(server: Server, command: Command, tmp_path: Path) -> None:
    server.files = {"/m/a/one.jsonl": ROWS}
    assert command("fetch", "one", "--from", f"{server.url}/m/")[0] == 0
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    (downloads / "p.jsonl.gz").write_bytes(gzip.compress(ROWS))
    (downloads / "two-abc.tar.gz").write_bytes(archive())
    code, out, _ = command("fetch", "--from", str(downloads))
    assert code == 0, out
    assert sorted(files_in(tmp_path / "data")) == ["a/one.jsonl", "a/p.jsonl.gz", "a/two.jsonl"]
    code, out, _ = command("fetch", "two", "--from", str(downloads / "none"), "--data", str(tmp_path / "other"))
    assert code == 4


def test_a_file_of_either_form_is_written_in_the_form_of_its_name(
    server: Server, command: Command, tmp_path: Path
) -> None:
    server.files = {"/a/one.jsonl": gzip.compress(ROWS), "/a/p.jsonl.gz": ROWS}
    assert command("fetch", "one", "packed", "--from", server.url)[0] == 0
    there = files_in(tmp_path / "data")
    assert there["a/one.jsonl"] == ROWS
    assert gzip.decompress(there["a/p.jsonl.gz"]) == ROWS


@pytest.mark.parametrize("verb", ["list", "fetch", "verify"])
def test_a_mistyped_benchmark_is_named(command: Command, verb: str) -> None:
    code, out, err = command(verb, "humanevl")
    assert (code, out) == (4, "")
    assert "'humanevl' is no benchmark here (did you mean 'humaneval'?); there are multipl-e, humaneval, " in err


def test_absent_files_are_told_and_are_a_fault_where_they_were_named(command: Command, tmp_path: Path) -> None:
    code, out, _ = command("verify")
    assert code == 0
    assert f"humaneval: is not in {tmp_path}/data: codeeval data fetch humaneval" in out
    assert command("verify", "humaneval")[0] == 1
    assert not (tmp_path / "data").exists()


def test_the_list_says_where_each_file_is_to_be_had(command: Command) -> None:
    code, out, _ = command("list", "humaneval", "--json")
    assert code == 0
    (entry,) = json.loads(out)["files"]
    assert entry["file"] is None
    assert entry["licence"] == "MIT"
    shown = command("list", "humaneval")[1]
    assert all(str(entry[name]) in shown for name in ("url", "licence", "sha256"))
    assert len(json.loads(command("list", "multipl-e", "--json")[1])["files"]) == 14
    of_mt_bench = json.loads(command("list", "mt-bench", "--json")[1])["files"]
    assert [file["benchmark"] for file in of_mt_bench] == ["mt-bench", "mt-bench-reference"]
    assert len(json.loads(command("list", "mt-bench-reference", "--json")[1])["files"]) == 1


@pytest.mark.parametrize("file", catalogue.catalogue(), ids=lambda file: file.benchmark)
def test_each_file_is_pinned(file: DataFile) -> None:
    assert re.fullmatch(r"https://[\w.-]+/[\w.-]+/[\w.-]+/(archive/)?[0-9a-f]{40}[\w./-]+", file.url)
    assert file.contents and (file.promised or file.archive)
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in (*file.contents, file.promised) if digest)
    assert file.path in file.names
    assert file.licence


def test_files_that_are_known_to_be_right_are_right(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "verify", "--data", str(data)]) == 0
    assert capsys.readouterr().out.count(": right") == len(catalogue.catalogue())


def test_an_archive_becomes_rows() -> None:
    (row,) = map(json.loads, ARCHIVE_ROWS.splitlines())
    assert row["slug"] == "two"
    assert row["instructions"] == "Do.\n\nDo more.\n"
    assert (row["introduction"], row["status"], row["difficulty"]) == (None, None, 4)
    assert row["other_files"] == {"src/more.rs": "more"}
    assert row["tests"] == {"tests/two.rs": "tests"}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no archive",
        gzip.compress(b"no archive"),
        archive(("exercises/practice/three/src/lib.rs", "unknown")),
        archive(("exercises/practice/two/src/lib.rs", "x" * (1 << 21))),
    ],
    ids=["nothing", "a text", "a packed text", "an unknown exercise", "more than was announced"],
)
def test_what_is_no_archive_is_said_to_be_none(raw: bytes) -> None:
    with pytest.raises(DatasetError, match="^that is no archive of Exercism's Rust track"):
        rows_of_archive(raw, "that")
