"""Answers from recordings; a miss says what there is."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.backends.replay.backend import ReplayBackend
from pytest_codeeval.generation.backends.replay.recordings import Recordings
from tests.generation.scripted import ask

RECORDINGS = Recordings({"t/1": [(Completion("a"),), (Completion("b"),)], "humaneval/10": [(Completion("c"),)]})


def answer(*requests: CompletionRequest) -> list[Completion | BackendError]:
    """Ask the recordings."""
    return asyncio.run(ReplayBackend(RECORDINGS, "replay:x").generate(requests))


def test_it_is_a_backend_that_knows_its_tasks() -> None:
    backend = ReplayBackend(RECORDINGS, "replay:x")
    assert isinstance(backend, ModelBackend)
    assert backend.recorded() == {"t/1": 2, "humaneval/10": 1}


def test_each_sample_gets_its_own_recording() -> None:
    assert answer(ask(1, 1), ask(1, 0)) == [Completion("b"), Completion("a")]


def test_the_id_that_was_found_beforehand_goes_first() -> None:
    assert answer(replace(ask(1), script="humaneval/10")) == [Completion("c")]


def miss(request: CompletionRequest) -> str:
    """Return what is said in the place of an answer that is not there, which is no fault of another request's."""
    found, missed = answer(ask(1), request)
    assert found == Completion("a")
    assert isinstance(missed, BackendError)
    return str(missed)


def test_a_sample_too_many_says_how_many_there_are() -> None:
    said = miss(ask(1, 2))
    assert said.startswith("replay:x has only 2 of the samples that --samples asks for; give --samples=2, or --fewer-")


def test_a_miss_names_the_nearest() -> None:
    said = miss(replace(ask(), task_id="HumanEval/11"))
    assert said.endswith("no sample of HumanEval/11 (did you mean 'humaneval/10'?)")


def test_a_miss_far_from_everything_names_nothing() -> None:
    assert miss(replace(ask(), task_id="something else entirely")).endswith("no sample of something else entirely")


def test_each_turn_gets_its_own() -> None:
    backend = ReplayBackend(Recordings({"t/1": [(Completion("a"), Completion("b")), (Completion("c"),)]}), "replay:x")
    requests = [replace(ask(1, index), turn=turn) for index, turn in ((0, 0), (0, 1), (1, 0), (1, 1))]
    *found, missed = asyncio.run(backend.generate(requests))
    assert found == [Completion("a"), Completion("b"), Completion("c")]
    assert str(missed) == "replay:x has no answer to turn 2 of T/1"
