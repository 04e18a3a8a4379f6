"""Answers from recordings; a miss says what there is."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.backend import ModelBackend, RecordedBackend
from pytest_codeeval.generation.backends.recordings import Recordings
from pytest_codeeval.generation.backends.replay import ReplayBackend
from tests.generation.scripted import ask

RECORDINGS = Recordings({"t/1": [Completion("a"), Completion("b")], "humaneval/10": [Completion("c")]})


def answer(*requests: CompletionRequest) -> list[Completion]:
    """Ask the recordings."""
    return asyncio.run(ReplayBackend(RECORDINGS, "replay:x").generate(requests))


def test_it_is_a_backend_that_knows_its_tasks() -> None:
    backend = ReplayBackend(RECORDINGS, "replay:x")
    assert isinstance(backend, ModelBackend)
    assert isinstance(backend, RecordedBackend)
    assert backend.recorded() == {"t/1": 2, "humaneval/10": 1}


def test_each_sample_gets_its_own_recording() -> None:
    assert [found.text for found in answer(ask(1, 1), ask(1, 0))] == ["b", "a"]


def test_the_id_that_was_found_beforehand_goes_first() -> None:
    assert answer(replace(ask(1), script="humaneval/10"))[0].text == "c"


def test_a_sample_too_many_says_how_many_there_are() -> None:
    with pytest.raises(
        BackendError, match="replay:x has 2 of the samples of T/1, and sample 3 was asked; .*--samples=2"
    ):
        answer(ask(1, 2))


def test_a_miss_names_the_nearest() -> None:
    with pytest.raises(BackendError, match=r"no sample of HumanEval/11 \(did you mean 'humaneval/10'\?\)"):
        answer(replace(ask(), task_id="HumanEval/11"))


def test_a_miss_far_from_everything_names_nothing() -> None:
    with pytest.raises(BackendError, match=r"no sample of something else entirely$"):
        answer(replace(ask(), task_id="something else entirely"))
