"""Workers reach the service over a socket, whatever anybody sends there."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError, CodeEvalError, StorageError, UsageError
from pytest_codeeval.generation.calls import CallLog
from pytest_codeeval.generation.dispatcher import ModelDispatcher
from pytest_codeeval.generation.service import CompletionService
from pytest_codeeval.generation.store import CompletionStore
from pytest_codeeval.generation.wire import WireServer
from pytest_codeeval.generation.wireclient import WireClient
from pytest_codeeval.generation.wireformat import request_batches, requests_in
from tests.generation.scripted import FAST, IDENTITY, Scripted, ask, echo

Serve = Callable[..., WireServer]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    with ExitStack() as open_parts:
        store = open_parts.enter_context(closing(CompletionStore(tmp_path)))

        def start(backend: Scripted | None = None, on_announce: Any = lambda _: None) -> WireServer:
            dispatcher = ModelDispatcher(backend or Scripted(), store, CallLog({IDENTITY: tmp_path}), policy=FAST)
            service = open_parts.enter_context(closing(CompletionService({IDENTITY: dispatcher}, on_announce)))
            return open_parts.enter_context(closing(WireServer(service)))

        yield start


@pytest.fixture
def client(serve: Serve) -> Iterator[WireClient]:
    with closing(WireClient(serve().address)) as client:
        yield client


def raw(server: WireServer, *lines: bytes, token: str | None = None) -> bytes:
    """Send lines and return all that comes back until the server hangs up or has answered each."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        connection.connect(server.address["path"])
        try:
            connection.sendall((token or server.address["token"]).encode() + b"\n" + b"".join(lines))
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))
        except (BrokenPipeError, ConnectionResetError):
            return b""


def message(**fields: Any) -> bytes:
    """Return a message as a worker would send it."""
    return json.dumps(fields).encode() + b"\n"


def test_requests_are_answered_in_order(client: WireClient) -> None:
    assert [found.text for found in client.complete([ask(2), ask(1, 3)])] == ["m T/2 #0", "m T/1 #3"]


def test_one_connection_serves_many_questions(client: WireClient) -> None:
    assert [client.complete([ask(task)])[0].text for task in range(20)] == [f"m T/{task} #0" for task in range(20)]


def test_a_question_that_is_broken_off_leaves_the_next_its_own_answer(serve: Serve) -> None:
    def answer(request: CompletionRequest, attempt: int) -> Completion:
        time.sleep(0.3)
        return echo(request, attempt)

    def interrupt(*_: object) -> None:
        pytest.fail("too late")  # as pytest-timeout does

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with closing(WireClient(serve(Scripted(answer)).address)) as client:
            signal.setitimer(signal.ITIMER_REAL, 0.1)
            with pytest.raises(pytest.fail.Exception, match="too late"):
                client.complete([ask(1)])
            assert [client.complete([ask(task)])[0].text for task in (2, 1)] == ["m T/2 #0", "m T/1 #0"]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_workers_share_one_request(serve: Serve) -> None:
    backend = Scripted()
    server = serve(backend)

    def worker(_: int) -> str:
        with closing(WireClient(server.address)) as client:
            return client.complete([ask(1)])[0].text

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(worker, range(16))) == {"m T/1 #0"}
    assert len(backend.asked) == 1


def test_an_announcement_reaches_the_service(serve: Serve) -> None:
    heard: list[Any] = []
    backend = Scripted()
    with closing(WireClient(serve(backend, heard.append).address)) as client:
        client.announce([{"suite": "a", "faults": {"T/1": "é"}}], [ask(1)])
        client.complete([ask(1)])
    assert heard == [[{"suite": "a", "faults": {"T/1": "é"}}]]
    assert backend.asked == ["T/1#0"]


@pytest.mark.parametrize(
    "text", ["x" * 5_000_000, "\ud800 alone", "line\nbreaks\r\n\u2028 and \0"], ids=["5 MB", "surrogate", "breaks"]
)
def test_any_text_survives(serve: Serve, text: str) -> None:
    server = serve(Scripted(lambda request, _: Completion(request.messages[0]["content"] + text)))
    with closing(WireClient(server.address)) as client:
        assert client.complete([ask(text)])[0].text == f"solve {text}{text}"


@pytest.mark.parametrize(
    "error", [BackendError("down"), StorageError("full"), UsageError("no such"), CodeEvalError("other")]
)
def test_an_error_keeps_its_class_and_message(serve: Serve, error: CodeEvalError) -> None:
    def fail(*_: Any) -> Completion:
        raise error

    with closing(WireClient(serve(Scripted(fail)).address)) as client:
        expected = type(error) if type(error) is not CodeEvalError else BackendError
        with pytest.raises(expected, match=f"^{error}$"):
            client.complete([ask(1)])


def test_after_an_error_the_connection_goes_on(serve: Serve) -> None:
    def fail_once(request: Any, _: int) -> Completion:
        if request.task_id == "T/1":
            raise BackendError("refused")
        return Completion("fine")

    with closing(WireClient(serve(Scripted(fail_once)).address)) as client:
        with pytest.raises(BackendError):
            client.complete([ask(1)])
        assert client.complete([ask(2)])[0].text == "fine"


@pytest.mark.parametrize("token", ["wrong", "", "é", "0" * 32])
def test_without_the_token_nothing_is_answered(serve: Serve, token: str) -> None:
    backend = Scripted()
    server = serve(backend)
    question = message(verb="complete", requests=[ask(1).to_json()])
    assert raw(server, question, token=token or "\n") == b""
    assert backend.asked == []


@pytest.mark.parametrize(
    "line",
    [
        b"garbage\n",
        b"\xff\xfe\n",
        b"[]\n",
        b"3\n",
        b"{}\n",
        b"\n",
        b"[" * 100_000 + b"\n",
        message(verb="complete"),
        message(verb="complete", requests=3),
        message(verb="complete", requests=["x"]),
        message(verb="complete", requests=[{"params": {"stop": []}}]),
        message(verb="complete", requests=[{**ask(1).to_json(), "messages": ["abc"]}]),
        message(verb="complete", requests=[{**ask(1).to_json(), "model": "unknown"}]),
        message(verb="complete", requests=[{**ask(1).to_json(), "model": []}]),
        message(verb="announce", datasets=3, requests=[]),
        message(verb="shutdown"),
    ],
    ids=lambda line: line[:60].decode(errors="replace"),
)
def test_nonsense_harms_nobody_else(serve: Serve, line: bytes, caplog: pytest.LogCaptureFixture) -> None:
    server = serve()
    raw(server, line)
    with closing(WireClient(server.address)) as client:
        assert client.complete([ask(1)])[0].text == "m T/1 #0"
    assert caplog.text == ""


def test_a_worker_that_goes_away_harms_nobody_else(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    server = serve()
    question = message(verb="complete", requests=[ask(0).to_json()])
    for _ in range(3):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(server.address["path"])
            connection.sendall(server.address["token"].encode() + b"\n" + question * 50)
    with closing(WireClient(server.address)) as client:
        assert client.complete([ask(1)])[0].text == "m T/1 #0"
    assert caplog.text == ""


def test_only_this_user_can_enter_the_folder_of_the_socket(serve: Serve) -> None:
    folder = Path(serve().address["path"]).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_closing_removes_the_socket_and_its_folder(serve: Serve) -> None:
    server = serve()
    folder = Path(server.address["path"]).parent
    server.close()
    assert not folder.exists()


def test_a_worker_whose_controller_ended_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    backend = Scripted(gate=asyncio.Event())
    with closing(CompletionStore(tmp_path)) as store:
        dispatcher = ModelDispatcher(backend, store, CallLog({IDENTITY: tmp_path}), policy=FAST)
        service = CompletionService({IDENTITY: dispatcher}, lambda _: None)
        server = WireServer(service)
        with closing(WireClient(server.address)) as client, ThreadPoolExecutor(1) as threads:
            waiting = threads.submit(client.complete, [ask(1)])
            while not backend.calls:
                time.sleep(0.005)
            server.close()
            service.close()
            with pytest.raises(BackendError, match="the controller has ended") as caught:
                waiting.result(timeout=5)
    assert caught.value.fatal
    assert caplog.text == ""


def test_an_idle_worker_learns_it_with_its_next_question(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    service = CompletionService({}, lambda _: None)
    server = WireServer(service)
    with closing(WireClient(server.address)) as client:
        client.announce([], [])
        server.close()
        service.close()
        with pytest.raises(BackendError, match="the controller (has ended|cannot be reached)"):
            client.complete([ask(1)])
    assert caplog.text == ""


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5))))
def test_samples_travel_together_and_arrive_as_they_left(asked: list[tuple[int, int]]) -> None:
    requests = [ask(task, sample) for task, sample in asked]
    rows = request_batches(requests)
    assert requests_in(json.loads(json.dumps(rows))) == requests
    assert len(rows) == sum(task != before for before, task in pairwise([-1, *(task for task, _ in asked)]))


def test_the_folder_for_temporary_files_may_have_a_long_name(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ("long" * 40)
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    server = serve()
    with closing(WireClient(server.address)) as client:
        assert [answer.text for answer in client.complete([ask(1)])]
    server.close()
    assert list(folder.iterdir()) == []


def test_a_folder_that_takes_no_socket_is_named(serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(StorageError, match="set TMPDIR to a folder that can be written, or run with -n 0"):
        serve()


def test_a_worker_that_finds_no_controller_is_told_when_it_asks(tmp_path: Path) -> None:
    for path in (tmp_path / "gone", tmp_path / ("long" * 40) / "gone"):
        client = WireClient({"path": str(path), "token": "x"})
        with closing(client), pytest.raises(BackendError, match="the controller cannot be reached") as caught:
            client.complete([ask(1)])
        assert caught.value.fatal
