"""Tests that the scripted server answers, fails, logs and ends as it says."""

from __future__ import annotations

import http.client
import json
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.servers.faulty import NO_ANSWER, Faults
from tests.servers.process import FaultyServer

ANSWERS = [
    {"prompt": "add two", "response": "def add(a, b):\n    return a + b\n"},
    {"prompt": "add two numbers and round", "response": "def add(a, b):\n    return round(a + b)\n"},
]


def raw_chat(server: FaultyServer, text: str, timeout: float = 10.0, **more: Any) -> tuple[int, dict[str, str], bytes]:
    key = more.pop("key", None)
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": text}], **more}).encode()
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    request = urllib.request.Request(f"{server.base_url}/chat/completions", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as reply:
            return reply.status, dict(reply.headers), reply.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


def contents(body: bytes) -> list[str | None]:
    return [choice["message"]["content"] for choice in json.loads(body)["choices"]]


def test_longest_matching_prompt_wins(tmp_path: Path) -> None:
    with FaultyServer(tmp_path, ANSWERS) as server:
        assert contents(raw_chat(server, "please add two")[2]) == [ANSWERS[0]["response"]]
        assert contents(raw_chat(server, "please add two numbers and round!")[2]) == [ANSWERS[1]["response"]]
        assert contents(raw_chat(server, "subtract")[2]) == [NO_ANSWER]


def test_n_usage_and_log(tmp_path: Path) -> None:
    with FaultyServer(tmp_path, ANSWERS) as server:
        _, _, body = raw_chat(server, "add two", n=3, temperature=0.5, seed=7, key="secret-of-the-test")
        (record,) = server.requests()
        assert "secret-of-the-test" not in server.log_path.read_text()
    answer = json.loads(body)
    assert [choice["index"] for choice in answer["choices"]] == [0, 1, 2]
    assert answer["usage"]["total_tokens"] == answer["usage"]["prompt_tokens"] + answer["usage"]["completion_tokens"]
    assert (record["number"], record["n"], record["temperature"], record["seed"]) == (0, 3, 0.5, 7)
    assert record["messages"] == [{"role": "user", "content": "add two"}]
    assert record["authorization_present"] is True
    assert record["fault"] is None
    assert record["time"] <= time.monotonic()


def test_repeated_prompts_fill_the_choices_in_turn(tmp_path: Path) -> None:
    rows = [{"prompt": "p", "response": "one"}, {"prompt": "p", "response": "two"}]
    with FaultyServer(tmp_path, rows) as server:
        assert contents(raw_chat(server, "p", n=3)[2]) == ["one", "two", "one"]


@pytest.mark.parametrize(("kind", "status"), [("429", 429), ("500", 500), ("503", 503), ("refuse401", 401)])
def test_error_statuses(tmp_path: Path, kind: str, status: int) -> None:
    with FaultyServer(tmp_path, ANSWERS, f"{kind}@0") as server:
        got, headers, body = raw_chat(server, "add two")
        assert got == status
        assert set(json.loads(body)["error"]) == {"message", "type", "param", "code"}
        assert headers.get("Retry-After") == ("0.2" if status == 429 else None)
        assert raw_chat(server, "add two")[0] == 200
        assert [record["fault"] for record in server.requests()] == [kind, None]


def test_broken_bodies(tmp_path: Path) -> None:
    with FaultyServer(tmp_path, ANSWERS, "garbage@0,empty@1,nochoices@2,null@3,length@4") as server:
        replies = [raw_chat(server, "add two") for _ in range(5)]
    assert {status for status, _, _ in replies} == {200}
    garbage, empty, nochoices, null, length = (body for _, _, body in replies)
    with pytest.raises(ValueError):
        json.loads(garbage)
    assert empty == b""
    assert json.loads(nochoices)["choices"] == []
    assert contents(null) == [None]
    assert json.loads(length)["choices"][0]["finish_reason"] == "length"
    (short,) = contents(length)
    assert short and ANSWERS[0]["response"].startswith(short) and short != ANSWERS[0]["response"]


def test_slow_answers_right_after_its_delay(tmp_path: Path) -> None:
    with FaultyServer(tmp_path, ANSWERS, "slow@0", slow_seconds=0.3) as server:
        began = time.monotonic()
        assert contents(raw_chat(server, "add two")[2]) == [ANSWERS[0]["response"]]
        assert time.monotonic() - began >= 0.3


def test_hang_gives_no_answer_and_does_not_block_others_or_the_end(tmp_path: Path) -> None:
    with FaultyServer(tmp_path, ANSWERS, "hang@0") as server:
        with pytest.raises(TimeoutError):
            raw_chat(server, "add two", timeout=0.3)
        assert raw_chat(server, "add two")[0] == 200
        assert server.exit_code(timeout=0) is None
    assert server.exit_code() == 0


def test_cut_ends_inside_the_body(tmp_path: Path) -> None:
    with FaultyServer(tmp_path, ANSWERS, "cut@0") as server, pytest.raises(http.client.IncompleteRead) as caught:
        raw_chat(server, "add two")
    assert caught.value.partial
    assert caught.value.expected


def test_die_ends_the_process_and_leaves_the_log(tmp_path: Path) -> None:
    with FaultyServer(tmp_path, ANSWERS, "die@1") as server:
        assert raw_chat(server, "add two")[0] == 200
        with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
            raw_chat(server, "add two")
        assert server.exit_code() == 1
        assert [record["fault"] for record in server.requests()] == [None, "die"]


def test_required_key(tmp_path: Path) -> None:
    with FaultyServer(tmp_path, ANSWERS, require_key="right") as server:
        statuses = [raw_chat(server, "add two", key=key)[0] for key in (None, "wrong", "right")]
        assert [record["authorization_present"] for record in server.requests()] == [False, True, True]
        assert "right" not in server.log_path.read_text()
    assert statuses == [401, 401, 200]


def test_models_and_health_are_not_chat_requests(tmp_path: Path) -> None:
    with FaultyServer(tmp_path, faults="500:1") as server:
        for address in (f"{server.base_url}/models", server.base_url.replace("/v1", "/health")):
            with urllib.request.urlopen(address, timeout=10) as reply:
                assert json.load(reply)
        assert server.requests() == []


def test_what_is_not_chat_is_refused(tmp_path: Path) -> None:
    with FaultyServer(tmp_path) as server:
        assert raw_chat(server, "add two", stream=True)[0] == 400
        assert raw_chat(server, "add two", messages="no list")[0] == 400
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"{server.base_url}/nothing", timeout=10)
        with caught.value as error:
            assert error.code == 404


def test_shares_are_repeatable_and_about_right() -> None:
    def plan(seed: int) -> list[str | None]:
        faults = Faults.parse("429:0.1, 500:0.2, cut@3-4", seed)
        return [faults.kind_of(number) for number in range(2000)]

    assert plan(1) == plan(1) != plan(2)
    assert plan(1)[3:5] == ["cut", "cut"]
    assert 150 < plan(1).count("429") < 250
    assert 330 < plan(1).count("500") < 470


@pytest.mark.parametrize("spec", ["teapot:0.1", "429:2", "429:0.6,500:0.6", "429", "429@x"])
def test_a_wrong_spec_is_refused(tmp_path: Path, spec: str) -> None:
    with pytest.raises(ValueError):
        Faults.parse(spec, 0)
    with pytest.raises(RuntimeError, match="did not start"), FaultyServer(tmp_path, faults=spec):
        pass


def test_many_requests_over_many_connections(tmp_path: Path) -> None:
    threads, each = 16, 60
    seen: list[list[str | None]] = []

    with FaultyServer(tmp_path, ANSWERS) as server:

        def ask() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
            body = json.dumps({"model": "m", "messages": [{"role": "user", "content": "add two"}]})
            for _ in range(each):
                connection.request("POST", "/v1/chat/completions", body)
                seen.append(contents(connection.getresponse().read()))
            connection.close()

        workers = [threading.Thread(target=ask) for _ in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        records = server.requests()
    assert seen == [[ANSWERS[0]["response"]]] * (threads * each)
    assert sorted(record["number"] for record in records) == list(range(threads * each))
    assert 1 <= max(record["in_flight"] for record in records) <= threads
