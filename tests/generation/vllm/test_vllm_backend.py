"""The backend with a real process in vLLM's place."""

import asyncio
import json
import os
import sys
import uuid
from dataclasses import replace

import pytest

from pytest_codeeval.core.completion import Completion, CompletionRequest, Form, SamplingParams
from pytest_codeeval.core.errors import BackendError, UsageError
from pytest_codeeval.core.jsonl import read_whole_lines
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.modelspec import ModelSpec, make_backend
from tests.servers.marked import MARK, all_gone
from tests.servers.pretend_vllm import executable

pytest.importorskip("aiohttp", reason="needs pytest-codeeval[openai]")
from pytest_codeeval.generation.backends.vllm.backend import VllmBackend

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

REQUEST = CompletionRequest(
    "vllm", "org/m", ({"role": "user", "content": "?"},), SamplingParams(), prompt="def f():\n", mode="auto"
)


class Stand:
    """A pretend vLLM, and what its backend said."""

    def __init__(self, folder, monkeypatch):
        self.folder, self.said, self.mark = folder, [], uuid.uuid4().hex
        self._monkeypatch = monkeypatch
        self._program = str(executable(folder))
        monkeypatch.setenv(MARK, self.mark)
        monkeypatch.setenv("HF_HUB_CACHE", str(folder))

    def backend(self, model="org/m", mode="auto", **args):
        found = VllmBackend(
            ModelSpec(model, "vllm", model, args=tuple({"vllm": self._program, **args}.items()), mode=mode)
        )
        kept = self.folder / model.replace("/", "-")
        kept.mkdir(exist_ok=True)
        found.attach(kept, self.said.append)
        return found

    def pretend(self, **told):
        self._monkeypatch.setenv("PRETEND", json.dumps(told))


@pytest.fixture
def stand(tmp_path, monkeypatch):
    stand = Stand(tmp_path, monkeypatch)
    yield stand
    # The tests' own process has got the mark only after its start, and so is not among them.
    assert all_gone(stand.mark, 10) == []


async def asked(backend, *requests):
    try:
        return await backend.generate(requests or [REQUEST])
    finally:
        await backend.aclose()


def test_a_server_is_started_asked_measured_and_ended(stand, tmp_path):
    backend = stand.backend(preset="memory")
    assert isinstance(backend, ModelBackend)
    assert (backend.batch_size, backend.concurrency) == (4, 16)
    assert backend.summary() == {}
    (answer,) = asyncio.run(asked(backend))
    assert (answer.text, answer.form, answer.completion_tokens) == ("```python\nx = 1\n```", Form.CHAT, 8)
    found = backend.summary()
    assert found["mode"] == "chat" and found["generation_tokens"] == 8 and found["prefix_cache_hit_rate"] == 0.5
    assert "--max-num-seqs=32" in found["command"] and len(found["start_seconds"]) == 1
    assert "loading org/m" in (tmp_path / "org-m/vllm.log").read_text()
    assert len(list(read_whole_lines(tmp_path / "org-m/server.jsonl"))) >= 2
    assert stand.said[0].startswith("codeeval: starting ") and "vLLM serves org/m" in stand.said[-1]


def test_the_server_gets_no_keys_but_those_for_weights(stand, tmp_path, monkeypatch):
    monkeypatch.setenv("DASHSCOPE_API_KEY", "sk-4711")
    monkeypatch.setenv("HF_TOKEN", "hf-4711")
    asyncio.run(asked(stand.backend()))
    log = (tmp_path / "org-m/vllm.log").read_text()
    assert "'HF_TOKEN', 'VLLM_API_KEY'" in log and "DASHSCOPE" not in log


def test_a_model_without_a_chat_template_continues_prompts(stand):
    stand.pretend(no_template=True)
    (answer,) = asyncio.run(asked(stand.backend()))
    assert (answer.text, answer.form) == ("    return 1\n", Form.CONTINUATION)


def test_the_mode_can_be_forced(stand):
    (answer,) = asyncio.run(asked(stand.backend(mode="completion")))
    assert answer.form == Form.CONTINUATION


def test_samples_without_a_seed_share_a_call_and_others_do_not(stand, tmp_path):
    warm = SamplingParams(temperature=0.8)
    samples = [replace(REQUEST, params=warm, sample_index=number) for number in range(3)]
    seeded = [replace(sample, params=SamplingParams(temperature=0.8, seed=1)) for sample in samples]
    backend = stand.backend()
    answers = asyncio.run(asked(backend, *samples, *seeded, REQUEST, REQUEST))
    assert all(isinstance(answer, Completion) for answer in answers)
    assert len(answers) == 8
    assert backend.summary()["generation_tokens"] == 8 * (1 + 3 + 2)  # the pretender counts calls


def test_a_server_that_does_not_start_is_one_clear_error(stand, tmp_path):
    stand.pretend(die=True)
    with pytest.raises(
        BackendError, match=r"ended by itself \(exit status 1\): ValueError: the weights are torn; its log"
    ) as e:
        asyncio.run(asked(stand.backend()))
    assert e.value.fatal
    assert any("the weights are torn" in line for line in stand.said)


def test_a_server_that_is_not_ready_in_time_is_ended(stand):
    stand.pretend(load=60)
    with pytest.raises(BackendError, match="was not ready after 1 s .*start_timeout") as e:
        asyncio.run(asked(stand.backend(start_timeout="1")))
    assert e.value.fatal


def test_a_context_that_the_model_was_not_made_for_is_given_up(stand):
    stand.pretend(derived=True)
    backend = stand.backend()
    asyncio.run(asked(backend))
    assert not any("max-model-len" in flag for flag in backend.summary()["command"])


def test_a_server_that_dies_is_started_once_more_and_then_is_an_error_of_the_whole_run(stand):
    stand.pretend(after=3)

    async def play():
        backend, errors = stand.backend(mode="chat"), []
        try:
            for _ in range(2):
                for _ in range(3):
                    await backend.generate([REQUEST])
                # Several calls go down with it: it is started again for all of them together.
                calls = await asyncio.gather(*(backend.generate([REQUEST, REQUEST]) for _ in range(3)))
                errors.append([answer for answers in calls for answer in answers])
            return errors, backend.summary()["start_seconds"]
        finally:
            await backend.aclose()

    (first, second), starts = asyncio.run(play())
    assert len(starts) == 2
    assert all("RuntimeError: the engine is gone" in str(error) for error in (first[0], second[0]))
    assert "it is started once more" in str(first[0])
    assert all(isinstance(error, BackendError) and error.retryable and not error.fatal for error in first)
    assert second[0].fatal
    assert sum("RuntimeError: the engine is gone" in line for line in stand.said) == 2


def test_what_a_server_answered_before_it_died_is_kept(stand):
    stand.pretend(after=1, dying=1)

    async def play():
        backend = stand.backend(mode="chat")
        try:
            return await backend.generate([replace(REQUEST, task_id=str(number)) for number in range(4)])
        finally:
            await backend.aclose()

    answers = asyncio.run(play())
    assert sorted(type(answer).__name__ for answer in answers) == ["BackendError"] * 3 + ["Completion"]


def test_a_run_that_ends_while_the_server_loads_leaves_nothing(stand):
    stand.pretend(load=60)

    async def play():
        backend = stand.backend()
        request = asyncio.create_task(backend.generate([REQUEST]))
        await asyncio.sleep(1)
        request.cancel()
        await asyncio.gather(request, return_exceptions=True)
        await backend.aclose()

    asyncio.run(play())


def test_a_request_that_is_given_up_does_not_take_the_start_with_it(stand):
    stand.pretend(load=1.5)

    async def play():
        backend = stand.backend()
        first = asyncio.create_task(backend.generate([REQUEST]))
        await asyncio.sleep(0.5)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        try:
            return await backend.generate([REQUEST]), backend.summary()["start_seconds"]
        finally:
            await backend.aclose()

    answers, starts = asyncio.run(play())
    assert len(answers) == len(starts) == 1


@pytest.mark.parametrize("parallel", ["off", "on"])
def test_models_are_served_one_after_another_or_side_by_side(stand, parallel):
    async def play():
        first, second = stand.backend("org/a", parallel=parallel), stand.backend("org/b", parallel=parallel)
        left = [True]
        first.watch(lambda: bool(left))
        try:
            await first.generate([REQUEST])
            waiting = asyncio.create_task(second.generate([REQUEST]))
            await asyncio.sleep(2.5)
            side_by_side = waiting.done()
            left.clear()
            (answer,) = await waiting
            ended = first.summary() and any("is done with org/a" in line for line in stand.said)
            (again,) = await first.generate([REQUEST])
            return side_by_side, ended, answer, again
        finally:
            await first.aclose()
            await second.aclose()

    side_by_side, ended, answer, again = asyncio.run(play())
    assert side_by_side == (parallel == "on")
    assert ended == (parallel == "off")
    assert isinstance(answer, Completion) and isinstance(again, Completion)


def test_replicas_share_the_machine_and_the_requests_of_one_that_dies_go_to_the_others(stand, tmp_path, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1,2,3")
    stand.pretend(after=2, once=str(tmp_path / "dead"))

    def replicas(model):
        args = tuple({"vllm": stand._program, "replicas": "2", "batch_size": "1"}.items())
        found = make_backend(ModelSpec(model, "vllm", model, args=args, mode="chat"), 60.0)
        found.attach(tmp_path / model.replace("/", "-"), stand.said.append)
        return found

    async def play():
        first, second = replicas("org/a"), replicas("org/b")
        try:
            answers = [await first.generate([REQUEST]) for _ in range(4)]
            more = await asyncio.gather(*(first.generate([REQUEST]) for _ in range(8)))
            (other,) = await second.generate([REQUEST])
            return [*answers, *more, [other]], first.summary()["endpoints"]
        finally:
            await first.aclose()
            await second.aclose()

    answers, servers = asyncio.run(play())
    assert all(isinstance(answer, Completion) for (answer,) in answers) and len(answers) == 13
    assert [server["url"] for server in servers] == ["vLLM server 1 of 2", "vLLM server 2 of 2"]
    assert sum(server["answers"] for server in servers) == 12 and all(server["answers"] for server in servers)
    assert sum(server.get("times_left_out", 0) for server in servers) == 1
    assert sum(len(server["start_seconds"]) for server in servers) >= 2
    assert "is done with org/a" in "".join(stand.said)  # and the machine was free for the other model
    assert (tmp_path / "org-a/server-2/vllm.log").is_file()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "7")
    with pytest.raises(UsageError, match="replicas=2 needs a GPU for each server, and there is 1 GPU here"):
        replicas("org/a")


def test_a_server_that_computes_with_several_copies_is_asked_as_much_more(stand):
    assert stand.backend(vllm_args="--data-parallel-size=3").concurrency == 3 * stand.backend().concurrency


def test_a_server_that_runs_already_is_used_and_left_alone(stand):
    async def play():
        owner = stand.backend()
        await owner.generate([REQUEST])
        url, key = owner._server.url, owner._server.key
        os.environ["THEIR_KEY"] = key
        spec = ModelSpec(
            "org/m", "vllm", "org/m", args=(("url", f"{url}/v1/"), ("api_key_env", "THEIR_KEY")), mode="auto"
        )
        guest = VllmBackend(spec)
        (answer,) = await asked(guest)
        assert guest.summary()["url"] == url
        assert owner._server.fault is None
        await owner.aclose()
        return answer

    assert isinstance(asyncio.run(play()), Completion)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"preset": "performant"}, r"--preset='performant' is none of .*did you mean 'performance'"),
        ({"url": "127.0.0.1:8000"}, "is no URL"),
        ({"url": "http://127.0.0.1:8000", "vllm_args": "--x"}, "is for a server that the run starts"),
        ({"start_timeout": "soon"}, "whole number"),
        ({"parallel": "maybe"}, "on or off"),
        ({"dtype": "half"}, "no such setting"),
    ],
)
def test_settings_that_cannot_be_are_said_at_once(args, said, tmp_path):
    given = args if "url" in args else {"vllm": str(executable(tmp_path)), **args}
    with pytest.raises(UsageError, match=said):
        VllmBackend(ModelSpec("org/m", "vllm", "org/m", args=tuple(given.items())))
