"""Every completion is on disk from the moment that it arrives."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.ending import ending_of
from pytest_codeeval.core.errors import StorageError
from pytest_codeeval.generation.store import CompletionStore
from pytest_codeeval.generation.storefile import FILE_NAME
from tests.core.strategies import COMPLETIONS, REQUESTS
from tests.generation.scripted import ask, keep

WRITER = """
import sys
from pathlib import Path
from pytest_codeeval.core.completion import Completion
from pytest_codeeval.generation.store import CompletionStore
from tests.generation.scripted import ask, keep

store = CompletionStore(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    keep(store, ask(f"{sys.argv[2]}-{number}"), Completion(f"answer {number}"))
    print(number, flush=True)
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CompletionStore]:
    with closing(CompletionStore(tmp_path)) as store:
        yield store


def writer(folder: Path, who: str, count: int) -> subprocess.Popen[str]:
    """Start a process that stores and prints after each completion that it stored."""
    command = [sys.executable, "-c", WRITER, str(folder), who, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


def test_what_was_never_stored_is_not_there(store: CompletionStore) -> None:
    assert store.get(ask()) is None


def test_answers_are_counted_by_their_keys(store: CompletionStore) -> None:
    requests = [ask(number) for number in range(1201)]
    store.put_all((request, Completion("answer"), request.key) for request in requests[:1100])
    assert store.count(request.key for request in requests[50:]) == 1050
    assert store.count([]) == 0


def test_what_was_stored_comes_back_marked_as_cached(store: CompletionStore) -> None:
    keep(store, ask(), Completion("text", cost=0.5))
    assert store.get(ask()) == Completion("text", cost=0.5, cached=True)


def test_samples_do_not_collapse(store: CompletionStore) -> None:
    for sample in range(5):
        keep(store, ask(0, sample), Completion(str(sample)))
    assert [getattr(store.get(ask(0, sample)), "text", None) for sample in range(6)] == [*"01234", None]


def test_a_newer_answer_takes_the_place_of_an_older_one(store: CompletionStore) -> None:
    keep(store, ask(), Completion("old"))
    keep(store, ask(), Completion("new"))
    assert store.get(ask()) == Completion("new", cached=True)


@given(st.lists(st.tuples(REQUESTS, COMPLETIONS), max_size=3, unique_by=lambda pair: pair[0].key))
def test_anything_stored_is_read_back_by_a_later_run(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[CompletionRequest, Completion]]
) -> None:
    folder = tmp_path_factory.mktemp("store")
    with closing(CompletionStore(folder)) as store:
        for request, completion in pairs:
            keep(store, request, completion)
    with closing(CompletionStore(folder)) as store:
        # But for one that a server broke off.
        expected = [replace(found, cached=True) if ending_of(found.finish_reason) else None for _, found in pairs]
        assert [store.get(request) for request, _ in pairs] == expected


@pytest.mark.parametrize("reason", ["error", "abort", "network_error", "insufficient_system_resource", "what", "内容"])
def test_an_answer_that_a_server_broke_off_is_none_and_is_replaced(store: CompletionStore, reason: str) -> None:
    keep(store, ask(), Completion("half", reason))
    assert store.get(ask()) is None
    keep(store, ask(), Completion("whole", "stop"))
    assert store.get(ask()) == Completion("whole", "stop", cached=True)


@pytest.mark.parametrize("reason", ["stop", "", "MAX_TOKENS", "content_filter: SAFETY", "tool_calls"])
def test_an_answer_that_has_ended_is_kept(store: CompletionStore, reason: str) -> None:
    keep(store, ask(), Completion("text", reason))
    assert store.get(ask()) == Completion("text", reason, cached=True)


def test_two_processes_may_write_at_once(tmp_path: Path) -> None:
    writers = [writer(tmp_path, who, 150) for who in ("a", "b")]
    for process in writers:
        process.communicate(timeout=60)
    assert [process.returncode for process in writers] == [0, 0]
    with closing(CompletionStore(tmp_path)) as store:
        assert all(store.get(ask(f"{who}-{number}")) for who in ("a", "b") for number in range(150))


def test_many_processes_may_open_a_new_store_at_once(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from pytest_codeeval.generation.store import CompletionStore\n"
        "print('ready', flush=True); sys.stdin.readline(); CompletionStore(Path(sys.argv[1])).close()"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=60)
    assert [process.returncode for process in processes] == [0] * 6


def test_a_killed_process_loses_nothing_that_it_had_stored(tmp_path: Path) -> None:
    process = writer(tmp_path, "a", 1_000_000)
    assert process.stdout is not None
    printed = [process.stdout.readline() for _ in range(100)]
    process.send_signal(signal.SIGKILL)
    printed += process.stdout.read().splitlines(keepends=True)
    process.stdout.close()
    assert process.wait(10) == -signal.SIGKILL
    numbers = [int(line) for line in printed if line.endswith("\n")]
    with closing(CompletionStore(tmp_path)) as store:
        assert all(store.get(ask(f"a-{number}")) == Completion(f"answer {number}", cached=True) for number in numbers)


def test_a_folder_where_the_file_should_be_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(StorageError, match=f"completions cannot be kept in .*{FILE_NAME}"):
        CompletionStore(tmp_path)


def test_a_file_where_the_folder_should_be_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "results").touch()
    with pytest.raises(StorageError, match="cannot be kept"):
        CompletionStore(tmp_path / "results")


@pytest.mark.parametrize("at_once", [True, False])
def test_a_file_that_is_no_database_is_a_storage_error(tmp_path: Path, at_once: bool) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"not a database" * 100)
    with pytest.raises(StorageError, match="not a database"):
        CompletionStore(tmp_path, at_once=at_once)


def test_a_store_may_be_made_at_its_first_use(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    CompletionStore(folder, at_once=False).close()
    assert not folder.exists()
    with closing(CompletionStore(folder, at_once=False)) as store:
        keep(store, ask(), Completion("text"))
        assert store.get(ask()) == Completion("text", cached=True)
    assert (folder / FILE_NAME).exists()


@pytest.mark.parametrize("at_once", [True, False])
def test_a_closed_store_is_a_storage_error(tmp_path: Path, at_once: bool) -> None:
    store = CompletionStore(tmp_path, at_once=at_once)
    store.close()
    with pytest.raises(StorageError):
        keep(store, ask(), Completion("text"))
    with pytest.raises(StorageError):
        store.get(ask())


@pytest.mark.parametrize(
    "entry", ["{", "[]", '{"text": "x"}', '{"text": "x", "form": "song"}', '{"form": "chat", "new": 1}']
)
def test_an_entry_that_this_version_cannot_read_is_a_storage_error(tmp_path: Path, entry: str) -> None:
    with closing(CompletionStore(tmp_path)) as store:
        keep(store, ask(), Completion("text"))
        with closing(sqlite3.connect(tmp_path / FILE_NAME)) as db, db:
            db.execute("UPDATE completions SET completion = ?", (entry,))
        with pytest.raises(StorageError, match="T/0 that cannot be read .*; remove the file"):
            store.get(ask())


@pytest.mark.parametrize(
    "columns", ["key TEXT PRIMARY KEY", "key, model, suite, task_id, sample_index, completion, rating"]
)
def test_a_store_of_another_version_is_refused_by_name_and_left_alone(tmp_path: Path, columns: str) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as database:
        database.execute(f"CREATE TABLE completions ({columns})")
    with pytest.raises(StorageError, match=r"another version of this tool made .*completions\.sqlite3 \(its columns"):
        CompletionStore(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as database:
        assert "rating" not in columns or list(database.execute("SELECT rating FROM completions")) == []


def test_a_store_that_is_removed_is_made_again_with_all_its_answers(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    with closing(CompletionStore(folder)) as store:
        keep(store, ask(0), Completion("before"))
        shutil.rmtree(folder)
        assert store.get(ask(0)) == Completion("before", cached=True)
        store.put_all([(ask(1), Completion("after"), ask(1).key), (ask(2), Completion("too"), ask(2).key)])
        with closing(CompletionStore(folder)) as other:  # beside it, as another run
            assert [getattr(other.get(ask(n)), "text", None) for n in range(4)] == ["before", "after", "too", None]
            keep(other, ask(3), Completion("another's"))
        assert store.get(ask(3)) == Completion("another's", cached=True)
    with closing(CompletionStore(folder)) as store:
        assert [getattr(store.get(ask(n)), "text", None) for n in range(3)] == ["before", "after", "too"]


def test_a_store_that_was_replaced_takes_no_more(tmp_path: Path) -> None:
    with closing(CompletionStore(tmp_path)) as store:
        (tmp_path / FILE_NAME).unlink()
        with closing(CompletionStore(tmp_path)), pytest.raises(StorageError, match="was replaced while this run wrote"):
            keep(store, ask(), Completion("lost"))


def test_what_another_folder_holds_is_taken_in_and_left_there(tmp_path: Path, store: CompletionStore) -> None:
    keep(store, ask("both"), Completion("here"))
    other = CompletionStore(tmp_path / "other")
    for number in ("both", "there"):
        keep(other, ask(number), Completion("there"))
    # As a run that was killed leaves it: the last rows stand in the log alone.
    shutil.copytree(tmp_path / "other", tmp_path / "killed")
    other.close()
    before = {path.name: path.read_bytes() for path in (tmp_path / "killed").iterdir()}
    assert before[f"{FILE_NAME}-wal"]
    assert store.take_in(tmp_path / "killed") == 2
    assert {path.name: path.read_bytes() for path in (tmp_path / "killed").iterdir()} == before
    assert [found and found.text for found in map(store.get, [ask("both"), ask("there")])] == ["there", "there"]
    assert store.take_in(tmp_path / "nothing") == 0
    (tmp_path / "killed" / f"{FILE_NAME}-wal").unlink()
    (tmp_path / "killed" / FILE_NAME).write_bytes(b"no database" * 100)
    with pytest.raises(StorageError):
        store.take_in(tmp_path / "killed")
