"""Several servers of one model: who is asked, who is left out, and what that costs the model."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError, UsageError
from pytest_codeeval.generation.calls import FILE_NAME, CallLog
from pytest_codeeval.generation.dispatcher import ModelDispatcher
from pytest_codeeval.generation.endpoint import Patience
from pytest_codeeval.generation.endpointpool import EndpointPool
from pytest_codeeval.generation.modelnames import at_urls, checked_urls
from pytest_codeeval.generation.modelspec import make_backend
from pytest_codeeval.generation.retry import RetryPolicy
from pytest_codeeval.generation.store import CompletionStore
from tests.generation.scripted import IDENTITY, Scripted, ask, fault

QUICK = Patience(pause=0.01, longest_pause=0.05, trial=0.1, silent=0.1, look=0.02)
ONCE = RetryPolicy(attempts=1, give_up_after=3)
GONE = fault("Connection refused", status=None)


class Server(Scripted):
    """A server that is up, or answers all with `error`, which its list of models does too if it is no status."""

    def __init__(self, name: str, error: BackendError | None = None) -> None:
        super().__init__(self._said, concurrency=64)
        self.name, self.error = name, error
        self.mute = False

    def _said(self, _: CompletionRequest, __: int) -> Completion:
        if self.error is not None:
            raise self.error
        return Completion(self.name)

    async def generate(self, requests):  # type: ignore[no-untyped-def]
        if self.mute:
            await asyncio.sleep(60)
        return await super().generate(requests)

    async def reach(self) -> str:
        if self.mute:
            await asyncio.sleep(60)
        if self.error is not None and self.error.status is None:
            raise self.error
        return ""


class Stand:
    """A dispatcher over servers, what users are told, and the answers by who gave them."""

    def __init__(self, folder: Path, *servers: Server, policy: RetryPolicy = ONCE) -> None:
        self.said: list[str] = []
        self.pool = EndpointPool("m", {server.name: server for server in servers}, 20.0, QUICK)
        self.pool.attach(folder, self.said.append)
        self._store = CompletionStore(folder)
        self.dispatcher = ModelDispatcher(
            self.pool, self._store, CallLog({IDENTITY: folder}), policy=policy, concurrency=64
        )

    async def answers(self, first: int, last: int) -> list[str]:
        asked = (self.dispatcher.complete(ask(task)) for task in range(first, last))
        return [answer.text for answer in await asyncio.gather(*asked)]

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not holds():
                await asyncio.sleep(0.005)

    async def close(self) -> None:
        await self.dispatcher.close()
        self._store.close()


def on(folder: Path, *servers: Server, policy: RetryPolicy = ONCE):  # type: ignore[no-untyped-def]
    """Run what is decorated over these servers, and close them; return the stand."""

    def run(scene):  # type: ignore[no-untyped-def]
        async def main() -> Stand:
            stand = Stand(folder, *servers, policy=policy)
            try:
                await scene(stand)
            finally:
                await stand.close()
            return stand

        return asyncio.run(main())

    return run


def test_each_request_goes_to_the_server_with_the_least_to_do(tmp_path: Path) -> None:
    quick, slow = Server("quick"), Server("slow")
    slow._gate = gate = asyncio.Event()

    @on(tmp_path, quick, slow)
    async def stand(stand: Stand) -> None:
        gate.set()
        await stand.answers(0, 40)
        assert abs(len(quick.calls) - len(slow.calls)) <= 12
        gate.clear()
        waiting = asyncio.ensure_future(stand.answers(40, 100))
        await asyncio.sleep(0.1)
        held = stand.dispatcher.traffic.in_flight
        gate.set()
        await waiting
        # What the slow one holds up is what it was given while the other had as much to do.
        assert 0 < held < 30
        found = {one["url"]: one["answers"] for one in stand.pool.summary()["endpoints"]}
        assert sum(found.values()) == 100 and found["quick"] > found["slow"]

    assert quick.closed and slow.closed and stand.said == []
    logged = [json.loads(line) for line in (tmp_path / FILE_NAME).read_text().splitlines()]
    assert len(logged) == 100 and all(row["server"] == row["response"]["text"] for row in logged)


@pytest.mark.parametrize(
    "error", [GONE, fault("bad gateway", 502), fault("no such model", 404, retryable=False, fatal=True)]
)
def test_a_server_that_dies_costs_no_attempt_and_comes_back(tmp_path: Path, error: BackendError) -> None:
    dying, living = Server("dying"), Server("living")

    @on(tmp_path, dying, living)
    async def stand(stand: Stand) -> None:
        await stand.answers(0, 20)
        dying.error, before = error, len(dying.calls)
        assert {*await stand.answers(20, 60)} == {"living"}
        assert stand.dispatcher.broken is None
        if error is GONE:
            assert stand.dispatcher.traffic.left_out == ("dying",)
            assert len(dying.calls) - before < 40
        dying.error = None
        await stand.until(lambda: not stand.pool.left_out)
        assert "dying" in await stand.answers(60, 90)

    assert stand.said[0].startswith("codeeval: m: dying is left out, and its requests go to 1 other server (")
    assert stand.said[-1].startswith("codeeval: m: dying is asked again, after ")
    (told, _) = stand.pool.summary()["endpoints"]
    assert told["times_left_out"] >= 1 and told["failed_requests"] >= 1


def test_what_is_under_way_at_a_server_that_fell_silent_is_asked_elsewhere(tmp_path: Path) -> None:
    mute, living = Server("mute"), Server("living")

    @on(tmp_path, mute, living)
    async def stand(stand: Stand) -> None:
        await stand.answers(0, 20)
        mute.mute = True
        assert {*await stand.answers(20, 40)} == {"living"}
        assert stand.pool.left_out == ["mute"]

    assert "does not answer" in stand.said[0]


def test_a_server_that_is_well_may_take_its_time(tmp_path: Path) -> None:
    slow, other = Server("slow"), Server("other", GONE)
    slow._gate = gate = asyncio.Event()

    @on(tmp_path, slow, other)
    async def stand(stand: Stand) -> None:
        asked = asyncio.ensure_future(stand.answers(0, 3))
        await asyncio.sleep(4 * QUICK.silent)
        gate.set()
        assert await asked == ["slow"] * 3
        assert stand.pool.left_out == ["other"]


def test_without_any_server_the_model_is_given_up_as_with_one(tmp_path: Path) -> None:
    servers = [Server("a"), Server("b")]

    @on(tmp_path, *servers)
    async def stand(stand: Stand) -> None:
        await stand.answers(0, 4)
        for server in servers:
            server.error = GONE
        failed = await asyncio.gather(*(stand.answers(n, n + 1) for n in range(10, 30)), return_exceptions=True)
        assert all(isinstance(error, BackendError) for error in failed)
        assert stand.dispatcher.broken is None or "requests in a row failed" in str(stand.dispatcher.broken)
        while stand.dispatcher.broken is None:
            with pytest.raises(BackendError):
                await stand.answers(30, 31)
        assert "in a row failed" in str(stand.dispatcher.broken)

    assert any("no server is left" in said for said in stand.said)


def test_a_fault_for_good_ends_the_asking_only_where_no_server_may_come_back(tmp_path: Path) -> None:
    bad_key = fault("bad key", 401, retryable=False, fatal=True)
    wrong, down = Server("wrong", bad_key), Server("down", GONE)

    @on(tmp_path, down, wrong, policy=RetryPolicy(attempts=50, first=0.01, longest=0.02))
    async def stand(stand: Stand) -> None:
        asked = asyncio.ensure_future(stand.answers(0, 2))
        await stand.until(lambda: len(stand.pool.left_out) == 2)
        down.error = None
        assert await asked == ["down"] * 2
        down.error = bad_key
        with pytest.raises(BackendError, match="bad key"):
            await stand.answers(2, 3)
        assert stand.dispatcher.broken is not None


def test_what_one_server_refuses_for_now_another_may_take_and_neither_is_left_out(tmp_path: Path) -> None:
    busy, free = Server("busy", fault("too many", 429, retry_after=5.0)), Server("free")

    @on(tmp_path, busy, free)
    async def stand(stand: Stand) -> None:
        assert {*await stand.answers(0, 40)} == {"free"}
        assert len(busy.calls) <= 2  # it has asked for a rest

    assert stand.said == []


def test_what_a_server_forbids_is_asked_elsewhere_and_it_is_left_out_if_it_forbids_all(tmp_path: Path) -> None:
    forbidding, other = Server("forbidding", fault("not for you", 403, retryable=False)), Server("other")

    @on(tmp_path, forbidding, other)
    async def stand(stand: Stand) -> None:
        assert set(await stand.answers(0, 20)) == {"other"}
        assert len(stand.said) >= 1 and "forbidding is left out" in stand.said[0]
        other.error = fault("nor for you", 403, retryable=False)
        with pytest.raises(BackendError, match="for you"):
            await stand.answers(20, 21)


def test_a_request_that_is_at_fault_itself_is_asked_once(tmp_path: Path) -> None:
    servers = [Server(name, fault("context too long", 400, retryable=False)) for name in "ab"]

    @on(tmp_path, *servers)
    async def stand(stand: Stand) -> None:
        with pytest.raises(BackendError, match="context too long"):
            await stand.answers(0, 1)

    assert sum(len(server.calls) for server in servers) == 1 and stand.said == []


def test_the_first_address_names_the_model_whatever_others_there_are() -> None:
    one, other = "http://a/v1", "http://b/v1"
    alone, both = at_urls("openai:m", [one]), at_urls("openai:m", checked_urls([one, other]))
    assert both.others == (other,) and both.endpoints == (one, other)
    assert both.identity == alone.identity == replace(alone, others=()).identity
    assert type(both).from_json({**both.to_json(), "others": [other]}) == both
    with pytest.raises(UsageError, match="both say where m is; leave one out"):
        make_backend(replace(both, backend="vllm", args=(("url", one),)), 1.0)
    with pytest.raises(UsageError, match="given twice"):
        checked_urls([one, f"{one}/"])
