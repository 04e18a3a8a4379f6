"""`codeeval complete`, against a server that fails on demand."""

from __future__ import annotations

import datetime
import decimal
import importlib.util
import json
import resource
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.cli import main
from pytest_codeeval.cli.complete.questions import directive
from pytest_codeeval.generation.backends.replay.recorded import samples_in
from pytest_codeeval.reports.folderlock import FolderLock
from tests.servers.process import FaultyServer

if importlib.util.find_spec("aiohttp") is None:
    pytest.skip("needs pytest-codeeval[openai]", allow_module_level=True)

HOSTILE = "a\x00b \ud800 \u2028 \x1b[31m \u202e " + "x" * 200_000 + "\n```python\ndef f():\n    return '\udfff'\n```\n"
SAID = [
    {"prompt": "Write f", "response": HOSTILE},
    {"prompt": "def g(x):", "response": "```python\ndef g(x):\n    return x\n```"},
]
ROWS = [
    {"prompt": "Write f.", "entry_point": "f", "né": ["\ud800", None, 1.5]},
    {"prompt": "def g(x):\n", "entry_point": "g", "test": 3, "canonical_solution": None},
    {"prompt": "Write f again."},
]

Complete = Callable[..., int]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FaultyServer]:
    with FaultyServer(tmp_path, SAID) as server:
        yield server


@pytest.fixture
def complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Complete:
    """Run the command in a folder of its own, on `rows` that are a file's name or its content."""
    monkeypatch.chdir(tmp_path)

    def complete(server: FaultyServer | None, rows: Any = None, *more: str) -> int:
        if not isinstance(rows, str):
            Path("in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in (ROWS if rows is None else rows)))
        url = server.base_url if server else "http://127.0.0.1:9/v1"
        where = [f"--base-url={url}", f"--benchmark={rows if isinstance(rows, str) else 'in.jsonl'}"]
        return main(["complete", "--model=tiny", "--output=out.jsonl", "--retries=0", *where, *more])

    return complete


def written(name: str = "out.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(name).read_bytes().splitlines()]


def test_each_row_is_kept_whole_beside_its_answer_whatever_that_is(complete: Complete, server: FaultyServer) -> None:
    assert complete(server) == 0
    found = written()
    assert [{name: row[name] for name in before} for row, before in zip(found, ROWS, strict=True)] == ROWS
    assert [row["task_id"] for row in found] == ["0", "1", "2"]
    assert found[0]["response"] == HOSTILE and found[0]["finish_reason"] == "stop"
    assert found[0]["program"].startswith("def f():")
    assert Path("out.jsonl").read_bytes().isascii()
    # What a replay reads of it is what was said, under the ids by which `--dataset` knows the rows.
    samples = list(samples_in(Path("out.jsonl").read_bytes(), "out.jsonl"))
    assert [(s.recorded_id, s.completion.text) for s in samples] == [(r["task_id"], r["response"]) for r in found]
    asked = server.requests()
    assert {(one["temperature"], one["top_p"], one["max_tokens"]) for one in asked} == {(0.2, 0.95, 5000)}
    assert f"def g(x):\n\n{directive('python')}\n" in [one["messages"][0]["content"] for one in asked]
    assert sorted(file.name for file in Path().glob("out*")) == ["out.jsonl"]


def test_the_same_words_twice_are_two_samples(complete: Complete, server: FaultyServer) -> None:
    rows = [{"question": "Write f.", "task_id": "T/1", "lang": "x"}] * 3
    assert complete(server, rows, "--lang=Rust", "--temperature=none", "--max-tokens=none") == 0
    assert [row["task_id"] for row in written()] == ["T/1"] * 3
    assert sum(request["n"] or 1 for request in server.requests()) == 3
    assert server.requests()[0]["temperature"] is None and server.requests()[0]["max_tokens"] is None
    assert "Rust" in server.requests()[0]["messages"][0]["content"]


def test_rows_without_an_answer_are_named_and_asked_for_again(
    complete: Complete, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with FaultyServer(tmp_path, SAID, faults="500@1") as server:
        assert complete(server, None, "--batch-size=1") == 1
        told = capsys.readouterr()
        assert "in.jsonl, line 2 (task 1): " in told.err and "1 row without an answer" in told.err
        assert [row["task_id"] for row in written()] == ["0", "2"]
        # Another question is not mixed in, and says what differs.
        assert complete(server, None, "--batch-size=1", "--top-p=0.5") == 4
        assert "top-p was 0.95 and is 0.5" in capsys.readouterr().err
        assert complete(server, ROWS[:2], "--batch-size=1") == 4
        assert "the rows (sha256) was" in capsys.readouterr().err
        mine = Path("out.jsonl").read_bytes()
        Path("out.jsonl").write_text("somebody else's")
        assert complete(server) == 4
        assert "is not as this command left it" in capsys.readouterr().err
        Path("out.jsonl").write_bytes(mine)
        assert complete(server, None, "--batch-size=7") == 0
        assert [row["task_id"] for row in written()] == ["0", "1", "2"]
        assert len(server.requests()) == 4
        assert complete(server) == 4
        assert "nothing is overwritten" in capsys.readouterr().err


def test_a_model_that_is_refused_leaves_no_output(
    complete: Complete, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with FaultyServer(tmp_path, SAID, require_key="k") as server:
        assert complete(server) == 1
    told = capsys.readouterr().err
    assert "line 1 (task 0), in.jsonl, line 2 (task 1), in.jsonl, line 3 (task 2): " in told
    assert "3 rows without an answer" in told and not Path("out.jsonl").exists()


def test_parquet_is_read_with_its_dates(complete: Complete, server: FaultyServer) -> None:
    pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    day, price = datetime.date(2026, 1, 2), decimal.Decimal("1.50")
    nowhere = [float("nan"), 0.5, float("inf")]  # for which JSON has no number
    table = pyarrow.table({"problem": ["Write f."], "day": [day], "price": [price], "n": [1], "m": [nowhere]})
    parquet.write_table(table, "in.parquet")
    assert complete(server, "in.parquet") == 0
    assert [written()[0][name] for name in ("day", "price", "n", "m")] == ["2026-01-02", "1.50", 1, [None, 0.5, None]]
    parquet.write_table(pyarrow.table({"prompt": ["p"], "image": [b"\x89"]}), "bytes.parquet")
    assert complete(server, "bytes.parquet", "--output=other.jsonl") == 4


@pytest.mark.parametrize(
    ("rows", "more", "said"),
    [
        ([], [], "in.jsonl has no row in it"),
        ([{"words": "x"}], [], "no prompt, which was looked for in 'prompt', 'question'"),
        ([{"prompt": "p"}, {"prompt": " "}], [], "in.jsonl, line 2: field 'prompt' is not a text"),
        ([{"prompt": "p"}], ["--prompt-field=words"], "field 'words' is missing"),
        ([{"prompt": "p", "response": "r"}], [], "line 1: there is a field 'response' already"),
        ([{"prompt": "p", "task_id": None}], [], "'task_id' is not a text or a whole number"),
        ([{"prompt": "p"}], ["--split=test"], "--split and --config are of a dataset on the hub"),
        ([{"prompt": "p"}], ["--output=in.jsonl"], "is the benchmark itself"),
        ([{"prompt": "p"}], ["--output=no/out.jsonl"], "there is no folder 'no'"),
        ([{"prompt": "p"}], ["--output=."], "is a folder"),
        ([{"prompt": "p"}], ["--output=out.parquet"], "what is written is JSONL"),
        ([{"prompt": "p"}], ["--temperature=hot"], "--temperature=hot has to be a number from 0 to 2"),
        ([{"prompt": "p"}], ["--batch-size=0"], "--batch-size=0 has to be a whole number from 1"),
        ([{"prompt": "p"}], ["--lang="], "--lang= names no language"),
        ([{"prompt": "p"}], ["--model=demo"], "has its answers already"),
        ([{"prompt": "p"}], ["--base-url=u"], "is no URL"),
        ([{"prompt": "p"}], ["--model-args=nothing=1"], "no such setting"),
        ("absent.jsonl", [], "names no file"),
        ("also/absent.parquet", [], "names no file"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_asked_or_made(
    complete: Complete, rows: Any, more: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert complete(None, rows, *more) == 4
    assert said in capsys.readouterr().err
    assert {file.name for file in Path().iterdir()} <= {"in.jsonl"}


def test_a_folder_of_somebody_else_and_one_in_use_are_left_alone(
    complete: Complete, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("out.jsonl.part").mkdir()
    Path("out.jsonl.part/mine").write_text("")
    assert complete(None) == 4
    assert "is not of this command" in capsys.readouterr().err
    Path("out.jsonl.part/mine").unlink()
    lock = FolderLock(Path("out.jsonl.part"))
    assert complete(None) == 4
    assert "another run is writing" in capsys.readouterr().err
    lock.close()


def test_a_disk_that_is_full_costs_nothing_that_was_kept(
    complete: Complete, server: FaultyServer, capsys: pytest.CaptureFixture[str]
) -> None:
    usual, (soft, hard) = signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, hard))
    try:
        assert complete(server) == 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, usual)
    assert "the same command goes on" in capsys.readouterr().err
    assert not Path("out.jsonl").exists()
    assert complete(server) == 0
    assert len(written()) == len(ROWS)
